// Links and what is kept: a text is never lost, and no link does harm.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { open, settled, start, textOf, write } from "./browser.mjs";

let site;
before(async () => {
  site = await start();
});
after(() => site.stop());

const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };

function fragment(content) {
  const json = typeof content === "string" ? content : JSON.stringify(content);
  return `#1.${deflateRawSync(json).toString("base64url")}`;
}

test("a copied link holds text, kind and preset, for others and over a reload", async () => {
  const first = await open(site, { options: clipboard });
  await settled(first.page);
  const text = "FROM debian:latest\n# 🚢 é\nUSER 1000\n";
  await write(first.page, text);
  await first.page.getByLabel("Kind").selectOption("dockerfile");
  await first.page.getByLabel("Rules").selectOption("hadolint");
  await settled(first.page);
  await first.page.getByRole("button", { name: "Copy link" }).click();
  await first.page.getByText("The link is copied.").waitFor();
  const link = await first.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, first.page.url());
  await first.close();

  const second = await open(site, { fragment: new URL(link).hash });
  for (let round = 0; round < 2; round += 1) {
    await settled(second.page);
    assert.equal(await textOf(second.page), text);
    assert.equal(await second.page.getByLabel("Kind").inputValue(), "dockerfile");
    assert.equal(await second.page.getByLabel("Rules").inputValue(), "hadolint");
    await second.page.reload();
  }
  await second.close();
});

test("without the right to copy, the link is in the address bar", async () => {
  const { page, close } = await open(site, {
    before: (page) =>
      page.addInitScript(() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
      }),
  });
  await settled(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("The link is in the address bar").waitFor();
  assert.match(page.url(), /#1\./);
  await close();
});

test("an edit after a link was opened outlives a reload", async () => {
  const { page, close } = await open(site, { fragment: fragment({ text: "FROM a:1\n", kind: "auto", preset: "recommended" }) });
  await settled(page);
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("USER 1000");
  await settled(page);
  assert.ok(!page.url().includes("#"));
  await page.reload();
  await settled(page);
  assert.equal(await textOf(page), "FROM a:1\nUSER 1000");
  await close();
});

test("a link opened beside a text replaces it, and undo brings the text back", async () => {
  const { page, close } = await open(site);
  await write(page, "FROM mine:1\nUSER 5\n");
  await settled(page);
  await page.evaluate((hash) => (location.hash = hash), fragment({ text: "FROM theirs:1\n", kind: "auto", preset: "recommended" }));
  await page.getByText("The text of the link is in the editor").waitFor();
  assert.equal(await textOf(page), "FROM theirs:1\n");
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+Z");
  // The editor draws a line anew when its colours come, a moment after the key.
  await page.waitForFunction(() => document.querySelector(".cm-content").innerText.includes("USER 5"));
  assert.equal(await textOf(page), "FROM mine:1\nUSER 5\n");
  await close();
});

const whole = fragment({ text: "FROM a:1\n".repeat(50), kind: "auto", preset: "recommended" });
const broken = {
  "is cut off": whole.slice(0, -8),
  "has a letter that does not belong": whole.replace("#1.", "#1.!"),
  "is of another version": whole.replace("#1.", "#9."),
  "has junk behind": `${whole}AAAA`,
  "holds no JSON": fragment("FROM a:1"),
  "holds other JSON": fragment({ text: 7, kind: "auto", preset: "recommended" }),
  "holds a kind that there is not": fragment({ text: "", kind: "boat", preset: "recommended" }),
  "holds nothing": fragment("null"),
  "holds bytes that are no text": `#1.${deflateRawSync(Buffer.from([0x22, 0xff, 0xfe, 0x22])).toString("base64url")}`,
  "unfolds to a hundred megabytes": `#1.${deflateRawSync(Buffer.alloc(100 << 20, 0x20)).toString("base64url")}`,
};

for (const [what, hash] of Object.entries(broken)) {
  test(`a link that ${what} is said to be broken, and the text stays`, async () => {
    const { page, close } = await open(site);
    await write(page, "FROM mine:1\nUSER 5\n");
    await settled(page);
    await page.evaluate((hash) => (location.hash = hash), hash);
    await page.getByText("This link cannot be read").waitFor();
    assert.equal(await textOf(page), "FROM mine:1\nUSER 5\n");
    // The same when the page begins with it.
    await page.reload();
    await page.getByText("This link cannot be read").waitFor();
    await settled(page);
    assert.equal(await textOf(page), "FROM mine:1\nUSER 5\n");
    await close();
  });
}

test("a link with a preset that there is not is refused in words; another preset helps", async () => {
  const { page, close } = await open(site, { fragment: fragment({ text: "FROM a:latest\n", kind: "auto", preset: "boat" }) });
  await page.getByText("no preset is called `boat`").waitFor();
  assert.equal(await textOf(page), "FROM a:latest\n");
  await page.getByLabel("Rules").selectOption("recommended");
  await page.locator("#findings .item").first().waitFor();
  await close();
});

test("a text too long for a link is said to be so", async () => {
  const { page, close } = await open(site);
  await settled(page);
  await write(page, `FROM a:1\n# ${"x".repeat(1_100_000)}\n`);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("No link was made: the text is too long for a link").waitFor();
  assert.ok(!page.url().includes("#"));
  await close();
});
