// What the page looks like: widths, contrast, names. With SCREENSHOTS, a folder, pictures are left in it.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { open, settled, start, write } from "./browser.mjs";

const folder = process.env.SCREENSHOTS;

let site;
before(async () => {
  if (folder) await mkdir(folder, { recursive: true });
  site = await start();
});
after(() => site.stop());

async function picture(page, name) {
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Every text on the page whose contrast with what is behind it is below WCAG's AA for small text. */
function faint(page) {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const over = (colour, under) => {
      canvas.fillStyle = `rgb(${under.join(" ")})`;
      canvas.fillRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const behind = (element) =>
      over(getComputedStyle(element).backgroundColor, element.parentElement === null ? [255, 255, 255] : behind(element.parentElement));
    const light = (rgb) => {
      const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = [];
    let seen = 0;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (node.data.trim() === "" || !element.checkVisibility() || element.closest("option, .hidden, script")) continue;
      seen += 1;
      const back = behind(element);
      const [one, two] = [light(over(getComputedStyle(element).color, back)), light(back)];
      const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
      if (contrast < 4.5) found.push(`${contrast.toFixed(2)} ${element.className || element.tagName}: ${node.data.slice(0, 30)}`);
    }
    return seen > 50 ? found : [`only ${seen} texts were looked at`];
  });
}

for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of [
    ["wide", { width: 1280, height: 800 }],
    ["narrow", { width: 390, height: 844 }],
  ]) {
    test(`${name} and ${colorScheme}: every text stands out, nothing sticks out`, async () => {
      const { page, close } = await open(site, { options: { viewport, colorScheme, reducedMotion: "reduce" } });
      await settled(page);
      await page.waitForTimeout(300);
      await picture(page, `${name}-${colorScheme}`);
      assert.deepEqual(await faint(page), []);
      if (name === "wide") {
        await page.locator(".cm-lintRange", { hasText: "ADD" }).hover();
        await page.locator(".cm-tooltip-lint").waitFor();
        await page.waitForTimeout(100);
        await picture(page, `${name}-${colorScheme}-hover`);
        assert.deepEqual(await faint(page), []);
        await page.mouse.move(1, 1);
      }
      await page.getByRole("button", { name: "Why secret-name-in-build" }).click();
      await page.getByText("Bad example").waitFor();
      await picture(page, `${name}-${colorScheme}-why`);
      assert.deepEqual(await faint(page), []);
      await page.keyboard.press("Escape");
      await page.getByLabel("Example", { exact: true }).focus();
      await page.getByLabel("Example", { exact: true }).selectOption({ label: "Kubernetes deployment" });
      await page.locator("#findings .item.critical").first().waitFor();
      await settled(page);
      await page.waitForTimeout(100);
      await picture(page, `${name}-${colorScheme}-manifest`);
      assert.deepEqual(await faint(page), []);
      await close();
    });
  }
}

test("at 360 pixels neither the page nor the panel scrolls sideways, whatever the text", async () => {
  const { page, close } = await open(site, { options: { viewport: { width: 360, height: 740 } } });
  const sideways = () => page.evaluate(() => document.scrollingElement.scrollWidth > innerWidth);
  await settled(page);
  assert.equal(await sideways(), false);
  const long = "x".repeat(500);
  await write(page, `FROM debian:latest AS ${long}\nENV ${long}_PASSWORD=${long}\nADD ${long} /a/\n`);
  await page.locator("#findings .item", { hasText: "secret" }).waitFor();
  assert.equal(await sideways(), false);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.locator("#notice p").waitFor();
  assert.equal(await sideways(), false);
  await page.getByRole("button", { name: /^Why/ }).first().click();
  await page.getByText("Bad example").waitFor();
  const panel = await page.getByRole("dialog").boundingBox();
  assert.ok(panel.x >= 0 && panel.x + panel.width <= 360);
  assert.equal(await page.locator("#why-body").evaluate((body) => body.scrollWidth > body.clientWidth), false);
  await close();
});

test("every control has a name, shows its focus, and is reached by the Tab key in the order of the page", async () => {
  const { page, close } = await open(site);
  await settled(page);
  const reached = [];
  for (let press = 0; press < 12; press += 1) {
    await page.keyboard.press("Tab");
    await page.waitForTimeout(50);
    reached.push(
      await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement.closest(".cm-editor") ?? document.activeElement);
        const name = document.activeElement.labels?.[0]?.innerText.split("\n")[0] ?? document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText;
        return `${name.trim().split("\n")[0]}${outlineStyle === "none" || outlineWidth === "0px" ? " WITHOUT OUTLINE" : ""}`;
      }),
    );
  }
  assert.deepEqual(reached.slice(0, 8), [
    "Example",
    "Kind",
    "Rules",
    "Copy link",
    "Text to check",
    "Apply 3 safe fixes",
    "high line 2",
    "Fix: Run as a user without rights unsafe, look at the change",
  ]);
  assert.deepEqual(reached.filter((name) => name === "" || name.endsWith("WITHOUT OUTLINE")), []);
  await close();
});

test("F8 goes to the next finding", async () => {
  const { page, close } = await open(site);
  await settled(page);
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("F8");
  assert.match(await page.evaluate(() => getSelection().toString()), /^python:latest$|^latest$/);
  await close();
});
