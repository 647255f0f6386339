// A worker that dies, hangs or never comes: the page says so, keeps the text and goes on.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listed, open, settled, start, textOf, write } from "./browser.mjs";

let site;
before(async () => {
  site = await start();
});
after(() => site.stop());

const TEXT = "FROM debian:latest\nUSER 1000\n";

/** Ends the worker from the inside, without a word to the page. */
async function kill(page) {
  const [worker] = page.workers();
  const gone = worker.waitForEvent("close");
  worker.evaluate(() => self.close()).catch(() => undefined);
  await gone;
}

async function workerCame(page) {
  if (page.workers().length === 0) await page.waitForEvent("worker");
}

test("a killed worker is replaced, the text stays and is checked again", async () => {
  const { page, close } = await open(site);
  await write(page, TEXT);
  await settled(page);
  await kill(page);
  await page.getByText("The checker stopped and was started again. Your text is kept.").waitFor();
  assert.equal(await textOf(page), TEXT);
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("EXPOSE 22");
  await page.locator("#findings .item", { hasText: "exposed-ssh-port" }).waitFor();
  assert.deepEqual(await listed(page), ["latest-base-image 1", "exposed-ssh-port 3", "privileged-port 3"]);
  await close();
});

test("a worker that dies again and again is left alone until the text changes", async () => {
  const { page, close } = await open(site);
  await write(page, TEXT);
  await settled(page);
  for (let death = 0; death < 3; death += 1) {
    await workerCame(page);
    await page.waitForTimeout(500);
    await kill(page);
  }
  await page.getByText("The checker stopped again and again on this text.").waitFor();
  assert.equal(await page.locator("#counts").innerText(), "Not checked");
  assert.equal(await textOf(page), TEXT);
  await write(page, `${TEXT}EXPOSE 22\n`);
  await page.locator("#findings .item", { hasText: "exposed-ssh-port" }).waitFor();
  await close();
});

test("a worker that hangs does not keep anyone from typing and is replaced", async () => {
  const { page, close } = await open(site);
  await write(page, TEXT);
  await settled(page);
  const [worker] = page.workers();
  worker.evaluate(() => { for (;;); }).catch(() => undefined);
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("EXPOSE 22");
  assert.equal(await textOf(page), `${TEXT}EXPOSE 22`);
  await page.getByText("The checker gave no answer for ten seconds and was started again.").waitFor();
  await page.locator("#findings .item", { hasText: "exposed-ssh-port" }).waitFor();
  await close();
});

test("an engine that cannot be fetched is said to be missing, and asked for again", async () => {
  const { page, context, close } = await open(site, {
    before: (_page, context) => context.route("**/*.wasm", (route) => route.abort()),
    expected: [/ERR_FAILED/],
  });
  await page.getByText("The checker could not be loaded").waitFor();
  assert.equal(await page.locator("#counts").innerText(), "Not checked");
  await write(page, TEXT);
  await context.unroute("**/*.wasm");
  // Typing does not take the button away.
  await page.getByRole("button", { name: "Try again" }).click();
  await settled(page);
  assert.deepEqual(await listed(page), ["latest-base-image 1"]);
  await close();
});

test("a browser without WebAssembly is told what it lacks", async () => {
  const { page, close } = await open(site, {
    before: (_page, context) =>
      context.route("**/engine-worker*.js", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `delete globalThis.WebAssembly;${await response.text()}` });
      }),
  });
  await page.getByText("this browser has no WebAssembly, or it is switched off").waitFor();
  await close();
});

test("a text of a million lines is answered or refused, and the page lives", async () => {
  const { page, close } = await open(site);
  await settled(page);
  await write(page, "FROM debian:latest\n", 1_000_000);
  await page.locator("#findings .item.problem").waitFor({ timeout: 60_000 });
  assert.match(await page.locator("#findings").innerText(), /too-large|too-many-findings/);
  await write(page, TEXT);
  await page.waitForFunction(() => document.querySelector("#counts").textContent === "1 finding: 1 medium");
  await close();
});
