// A thousand keystrokes: every one is checked, and the figures are printed. The bound itself is for `npm run
// keystrokes`, since a busy machine must not turn a test red.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./browser.mjs";
import { figures, hundredLines, KEYS, keystrokes, quantile } from "./keystrokes.mjs";

let site;
before(async () => {
  site = await start();
});
after(() => site.stop());

test("a thousand keystrokes in a hundred lines", async (context) => {
  assert.equal(hundredLines().split("\n").length, 100);
  const times = await keystrokes(site);
  assert.ok(times.length >= KEYS, `${times.length} checks`);
  context.diagnostic(figures(times));
  assert.ok(quantile(times, 0.5) < 100);
});
