// Chromium with the built page in it.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the server and the browser; `more` are further arguments of Chromium. */
export async function start(more = []) {
  const server = await serve();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [...ARGUMENTS, ...more],
  });
  return {
    url: server.url,
    browser,
    async stop() {
      await browser.close();
      server.close();
    },
  };
}

/**
 * Opens the page in a context of its own. `faults` collects errors of the console and requests to other origins;
 * `expected` are those that a test makes on purpose.
 */
export async function open(site, { fragment = "", options = {}, before, expected = [] } = {}) {
  const context = await site.browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.stack ?? error}`));
  context.on("request", (request) => {
    if (!request.url().startsWith(site.url)) faults.push(`request: ${request.url()}`);
  });
  await before?.(page, context);
  await page.goto(site.url + fragment);
  return {
    page,
    context,
    async close() {
      await context.close();
      assert.deepEqual(faults.filter((fault) => !expected.some((one) => one.test(fault))), []);
    },
  };
}

/** The text of the editor, from its own lines, which are all drawn when they are few. */
export function textOf(page) {
  return page.locator(".cm-line").evaluateAll((lines) => lines.map((line) => line.innerText.replace(/\n$/, "")).join("\n"));
}

/** Pastes `text`, `times` over, in place of everything. It crosses as JSON, so that half a character comes through. */
export function write(page, text, times = 1) {
  return page.evaluate(
    ([text, times]) => {
      const data = new DataTransfer();
      data.setData("text/plain", JSON.parse(text).repeat(times));
      document.querySelector(".cm-content").focus();
      document.execCommand("selectAll");
      const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      document.querySelector(".cm-content").dispatchEvent(event);
    },
    [JSON.stringify(text), times],
  );
}

/** Waits until the findings are those of the text. */
export async function settled(page) {
  await page.waitForFunction(() => !document.body.classList.contains("stale") && document.querySelector("#timing").textContent !== "");
}

/** The rules in the list with their lines, in order. */
export function listed(page) {
  return page.locator("#findings .item").evaluateAll((items) =>
    items.map((item) => `${item.querySelector(".rule code").textContent} ${item.querySelector(".line").textContent.replace("line ", "")}`),
  );
}
