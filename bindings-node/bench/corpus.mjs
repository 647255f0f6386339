// Times `checkMany` and `checkManyAsync` on the files below folders, as `hullmark check DIR... --format json` reads them:
// node bench/corpus.mjs ROUNDS DIR...
//
// Each round reads the files, checks them and reads the message of every finding. A line for each way says the
// milliseconds of every round; what was done once before, so that everything is warm, does not count.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "hullmark";

const [rounds, ...folders] = process.argv.slice(2);

/** The files below the folders, each with its bytes. */
function read() {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path, text: readFileSync(path) })),
  );
}

/** The letters of all messages, so that none is left unread. */
function letters(report) {
  return report.findings.reduce((sum, finding) => sum + finding.message.length, 0);
}

const inMemory = read();
const texts = inMemory.map(({ path, text }) => ({ path, text: text.toString() }));
const WAYS = {
  sync: async () => letters(new Engine().checkMany(read())),
  async: async () => letters(await new Engine().checkManyAsync(read())),
  "sync, in memory": async () => letters(new Engine().checkMany(inMemory)),
  "async, in memory": async () => letters(await new Engine().checkManyAsync(inMemory)),
  "sync, strings": async () => letters(new Engine().checkMany(texts)),
};

const report = new Engine().checkMany(inMemory);
console.log(`files ${report.summary.files_checked} findings ${report.findings.length}`);
const expected = letters(report);
for (const [name, way] of Object.entries(WAYS)) {
  const times = [];
  for (let round = -1; round < Number(rounds); round++) {
    const start = performance.now();
    if ((await way()) !== expected) throw new Error(`${name} says something else`);
    if (round >= 0) times.push((performance.now() - start).toFixed(2));
  }
  console.log(`${name}: ${times.join(" ")}`);
}
