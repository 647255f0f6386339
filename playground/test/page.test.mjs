// What a person does with the page: type, read, fix, ask why.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listed, open, settled, start, textOf, write } from "./browser.mjs";

let site;
before(async () => {
  site = await start();
});
after(() => site.stop());

test("what is typed is checked, and the mark is on the guilty words", async () => {
  const { page, close } = await open(site);
  await settled(page);
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.waitForFunction(() => document.querySelector("#counts").textContent === "Nothing to check yet");
  await page.keyboard.type("FROM debian:latest\nUSER 1000\n");
  await settled(page);
  assert.deepEqual(await listed(page), ["latest-base-image 1"]);
  assert.equal(await page.locator(".cm-lintRange.mark-medium").innerText(), "latest");
  assert.equal(await page.locator("#counts").innerText(), "1 finding: 1 medium");
  assert.match(await page.locator("#findings .item").innerText(), /^medium line 1\n.*tag latest/);
  // The same is read out when typing rests.
  await page.waitForFunction(() => document.querySelector("#announced").textContent === "1 finding: 1 medium");
  await close();
});

test("a finding in the list leads to its place", async () => {
  const { page, close } = await open(site);
  await settled(page);
  await page.locator("#findings .item", { hasText: "port 22" }).locator(".jump").click();
  assert.equal(await page.evaluate(() => getSelection().toString()), "22");
  assert.ok(await page.locator(".cm-content").evaluate((content) => content === document.activeElement));
  await close();
});

test("a fix of two edits is one step, and one undo takes it back", async () => {
  const { page, close } = await open(site);
  const text = 'FROM debian:12\nMAINTAINER me@example.com\nUSER 1000\nCMD ["x"]\n';
  await write(page, text);
  await settled(page);
  assert.deepEqual(await listed(page), ["maintainer-instruction 2"]);
  await page.getByRole("button", { name: "Fix: Use a label unsafe, look at the change" }).click();
  await page.waitForFunction(() => document.querySelector("#counts").textContent === "Nothing found");
  assert.match(await textOf(page), /\nLABEL .*me@example\.com.*\nUSER/);
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+Z");
  assert.equal(await textOf(page), text);
  await settled(page);
  assert.deepEqual(await listed(page), ["maintainer-instruction 2"]);
  await close();
});

test("every safe fix at once, none of the others, and one undo for all", async () => {
  const { page, close } = await open(site);
  await settled(page);
  const before = await textOf(page);
  await page.getByRole("button", { name: "Apply 3 safe fixes" }).click();
  await page.waitForFunction(() => document.querySelector("#fix-all").hidden);
  await settled(page);
  const changed = before
    .replace("ADD requirements", "COPY requirements")
    .replace("install curl", "install -y curl")
    .replace("pip install -r", "pip install --no-cache-dir -r");
  assert.equal(await textOf(page), changed);
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+Z");
  assert.equal(await textOf(page), before);
  await close();
});

test("the hover says what is wrong and its button fixes it", async () => {
  const { page, close } = await open(site);
  await write(page, "FROM debian:12\nADD a.txt /a/\nUSER 1000\n");
  await settled(page);
  await page.locator(".cm-lintRange", { hasText: "ADD" }).hover();
  const hover = page.locator(".cm-tooltip-lint");
  await hover.waitFor();
  assert.match(await hover.innerText(), /low.*COPY does just this.*add-for-plain-files/s);
  await hover.getByRole("button", { name: "Fix: Use COPY (safe)" }).click();
  assert.equal(await textOf(page), "FROM debian:12\nCOPY a.txt /a/\nUSER 1000\n");
  await close();
});

test("why a rule matters, by keyboard, with the texts fetched only then", async () => {
  const { page, close } = await open(site);
  const fetched = [];
  page.context().on("request", (request) => fetched.push(request.url()));
  await settled(page);
  assert.ok(!fetched.some((url) => url.includes("texts")));
  const why = page.getByRole("button", { name: "Why latest-base-image" });
  await why.focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: "latest-base-image" });
  await panel.getByText("Base image uses the latest tag").waitFor();
  const said = await panel.innerText();
  for (const part of ["Bad example", "FROM debian:latest", "Good example", "FROM debian:12", "hadolint:DL3007", "nist-800-190"]) {
    assert.ok(said.includes(part), part);
  }
  const link = panel.getByRole("link").first();
  assert.match(await link.getAttribute("href"), /^https:\/\/docs\.docker\.com\//);
  assert.equal(fetched.filter((url) => url.includes("texts")).length, 1);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
  assert.ok(await why.evaluate((button) => button === document.activeElement));
  await close();
});

test("explanations that cannot be fetched are said to be so, and asked for again", async () => {
  const { page, context, close } = await open(site, { expected: [/ERR_FAILED/] });
  await settled(page);
  await context.route("**/texts*", (route) => route.abort());
  await page.getByRole("button", { name: "Why root-user" }).click();
  const panel = page.getByRole("dialog");
  await panel.getByText("The explanation could not be loaded: the explanations could not be fetched.").waitFor();
  await context.unroute("**/texts*");
  await panel.getByRole("button", { name: "Try again" }).click();
  await panel.getByText("Container runs as root").waitFor();
  await close();
});

test("a manifest is told from its text and fixed", async () => {
  const { page, close } = await open(site);
  await settled(page);
  await page.getByLabel("Example", { exact: true }).selectOption({ label: "Kubernetes deployment" });
  await page.locator("#findings .item.critical").first().waitFor();
  await settled(page);
  const privileged = page.locator("#findings .item", { hasText: "privileged-container" });
  assert.equal(await privileged.locator(".badge").innerText(), "critical");
  await privileged.locator("button.fix").click();
  await page.waitForFunction(() => !document.querySelector("#findings").textContent.includes("privileged-container"));
  assert.ok(!(await textOf(page)).includes("privileged: true"));
  await close();
});

test("an image config is told from its text; the list sorts by place", async () => {
  const { page, close } = await open(site);
  await settled(page);
  await page.getByLabel("Example", { exact: true }).selectOption({ label: "Image config" });
  await page.locator("#findings .item.critical").waitFor();
  await settled(page);
  assert.deepEqual(await listed(page), ["root-image-user 5", "secret-in-environment 8", "exposed-ssh-port 11"]);
  // The secret stands in the text of whoever typed it and nowhere else on the page.
  assert.ok(!(await page.locator("#findings").innerText()).includes("4f9c2d7be1a84d55a0c3"));
  await close();
});

test("kind and preset are of the asker's choice", async () => {
  const { page, close } = await open(site);
  await write(page, "hello: world\n");
  const problem = page.locator("#findings .item.problem");
  await problem.filter({ hasText: "unknown-kind · choose its kind above" }).waitFor();
  await page.getByLabel("Kind").selectOption("dockerfile");
  await problem.filter({ hasNotText: "unknown-kind" }).first().waitFor();
  await settled(page);
  assert.match(await problem.first().innerText(), /^unreadable line 1\n.*what stands here was not checked/s);

  await write(page, "FROM debian:12\nRUN sudo ls\n");
  await settled(page);
  const recommended = await listed(page);
  await page.getByLabel("Rules").selectOption("hadolint");
  await page.waitForFunction((count) => document.querySelectorAll("#findings .item").length !== count, recommended.length);
  await settled(page);
  assert.notDeepEqual(await listed(page), recommended);
  await close();
});

test("what the text sets aside is said, with the reason", async () => {
  const { page, close } = await open(site);
  await write(page, "# hullmark ignore=latest-base-image a sandbox\nFROM debian:latest\nUSER 1000\n");
  await page.waitForFunction(() => document.querySelector("#counts").textContent === "Nothing found");
  const aside = page.locator("#findings details");
  assert.equal(await aside.locator("summary").innerText(), "1 finding set aside by the text itself");
  await aside.locator("summary").click();
  assert.match(await aside.innerText(), /latest-base-image · reason: a sandbox/);
  await close();
});

test("CRLF, accents and emoji: marks and fixes stay in their places", async () => {
  const { page, close } = await open(site);
  await write(page, "FROM debian:12\r\n# ⛵🚢 Größe\r\nRUN echo 🚢🚢 é && sudo ls\r\nADD 🚢.txt /a/\r\nUSER 1000\r\n");
  await page.locator("#findings .item", { hasText: "sudo-in-run" }).waitFor();
  await settled(page);
  const marked = await page.locator(".cm-lintRange").allInnerTexts();
  assert.ok(marked.includes("sudo"), marked.join());
  await page.locator("#findings .item", { hasText: "add-for-plain-files" }).locator("button.fix").click();
  await settled(page);
  assert.equal(await textOf(page), "FROM debian:12\n# ⛵🚢 Größe\nRUN echo 🚢🚢 é && sudo ls\nCOPY 🚢.txt /a/\nUSER 1000\n");
  await close();
});

test("half a character is a problem in the report and no crash", async () => {
  const { page, close } = await open(site);
  await write(page, "FROM debian:12\n# \ud83d half\nUSER 1000\n");
  await page.locator("#findings .item.problem").waitFor();
  assert.match(await page.locator("#findings .item.problem").innerText(), /^unreadable line 2\n.*not-utf-8/s);
  await close();
});

test("the focus stays in the list when a fix takes its finding away", async () => {
  const { page, close } = await open(site);
  await settled(page);
  const count = await page.locator("#findings .item").count();
  await page.getByRole("button", { name: "Fix: Use COPY safe" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((count) => document.querySelectorAll("#findings .item").length < count, count);
  assert.ok(await page.evaluate(() => document.querySelector("#findings li").parentElement.contains(document.activeElement)));
  await close();
});

test("the licences of what the page is made of come with it", async () => {
  const { page, close } = await open(site);
  const link = page.getByRole("link", { name: "licences" });
  const response = await page.request.get(new URL(await link.getAttribute("href"), site.url).href);
  assert.equal(response.status(), 200);
  const text = await response.text();
  for (const name of ["@codemirror/view", "@codemirror/lint", "@lezer/common"]) assert.ok(text.includes(name), name);
  await close();
});
