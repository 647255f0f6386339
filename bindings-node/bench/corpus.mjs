// Times `checkMany` over the files below folders: `node bench/corpus.mjs FOLDER...` prints one line of JSON.
//
// Seconds: `whole` is from nothing to the last finding read (engine, reading the files, the check, every message),
// `memory` the same with the bytes in memory already. `beats` counts how often the event loop got to run beside a
// `checkManyAsync`, and `longest_pause` is the longest time it had to wait.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Engine } from "hullmark";

const folders = process.argv.slice(2);

/** The files below the folders, each with its bytes. */
function read() {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path, text: readFileSync(path) })),
  );
}

/** Checks the inputs and reads every message. */
function check(inputs) {
  const { findings } = new Engine({ setComplete: true }).checkMany(inputs);
  return { count: findings.length, letters: findings.reduce((sum, { message }) => sum + message.length, 0) };
}

/** The seconds that `work` takes, and what it gives. */
async function timed(work) {
  const start = performance.now();
  const given = await work();
  return [(performance.now() - start) / 1000, given];
}

const [whole, { count }] = await timed(() => check(read()));
const inputs = read();
const [memory] = await timed(() => check(inputs));

const beats = [performance.now()];
let done = false;
const beside = (async () => {
  while (!done) {
    await setTimeout(1);
    beats.push(performance.now());
  }
})();
const engine = new Engine({ setComplete: true });
const [seconds] = await timed(() => engine.checkManyAsync(inputs));
done = true;
await beside;
const longest = Math.max(...beats.slice(1).map((beat, at) => beat - beats[at])) / 1000;
console.log(
  JSON.stringify({
    whole,
    memory,
    findings: count,
    files: inputs.length,
    beats: beats.length - 1,
    check: seconds,
    longest_pause: longest,
  }),
);
