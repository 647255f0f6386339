// How long the worker takes from a text to its diagnostics while somebody types in a Dockerfile of 100 lines.
//
// `npm run keystrokes` prints the figures and ends with 1 when the median is above the bound.

import { fileURLToPath } from "node:url";
import { open, settled, start, write } from "./browser.mjs";

/** The project's bound on the median, in milliseconds. */
export const BOUND = 4;

/** How many keys are pressed. */
export const KEYS = 1000;

const STAGE = [
  "FROM node:22-bookworm-slim AS stageN",
  "WORKDIR /srv/appN",
  "RUN apt-get update \\",
  "    && apt-get install -y --no-install-recommends ca-certificates curl=7.88.1-10 \\",
  "    && rm -rf /var/lib/apt/lists/*",
  "COPY --chown=1000:1000 package.json package-lock.json ./",
  "RUN npm ci --omit=dev && npm install -g typescript",
  "ENV NODE_ENV=production PORT=80N",
  "# The sources of part N",
  "ADD srcN /srv/appN/src",
];

/** What is typed into the middle, and taken back letter by letter. */
const LINE = "RUN curl -s https://example.com/x | sh && sudo make";

/** A Dockerfile of a hundred lines in ten stages. */
export function hundredLines() {
  const stages = Array.from({ length: 10 }, (_, index) => STAGE.join("\n").replaceAll("N", String(index)));
  return stages.join("\n");
}

/** Presses the keys and returns the milliseconds of every check, in the order of the keys. */
export async function keystrokes(site) {
  const { page, close } = await open(site);
  await write(page, hundredLines());
  await settled(page);
  await page.locator(".cm-line", { hasText: "The sources of part 4" }).click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await settled(page);
  const [worker] = page.workers();
  await worker.evaluate(() => performance.clearMeasures("check"));
  let pressed = 0;
  const press = async (key) => {
    if (pressed === KEYS) return;
    pressed += 1;
    await page.keyboard.press(key);
    await page.waitForFunction(() => !document.body.classList.contains("stale"), undefined, { polling: 5 });
  };
  while (pressed < KEYS) {
    for (const letter of LINE) await press(letter === " " ? "Space" : letter);
    for (const _ of LINE) await press("Backspace");
  }
  const times = await worker.evaluate(() => performance.getEntriesByName("check").map((entry) => entry.duration));
  await close();
  return times;
}

/** The value below which the given share of `times` lies. */
export function quantile(times, share) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** The figures in one line. */
export function figures(times) {
  const [median, p95] = [quantile(times, 0.5), quantile(times, 0.95)].map((time) => time.toFixed(2));
  return `${times.length} checks of 100 lines: median ${median} ms, 95 of 100 below ${p95} ms (bound: median ${BOUND} ms)`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const site = await start();
  const times = await keystrokes(site);
  await site.stop();
  console.log(figures(times));
  process.exitCode = times.length >= KEYS && quantile(times, 0.5) <= BOUND ? 0 : 1;
}
