import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Engine } from "hullmark";

const PACKAGE = new URL("../", import.meta.url);
/** Enough to keep a thread busy for many turns of the event loop. */
const LONG = Array.from({ length: 40 }, (_, number) => ({
  path: `${number}/Dockerfile`,
  text: "FROM debian:latest\n" + "RUN apt-get update && apt-get install curl | tee log\n".repeat(50),
}));
const LONG_SOURCE = `
  const { Engine } = require("hullmark");
  const text = "FROM debian:latest\\n" + "RUN apt-get update && apt-get install curl | tee log\\n".repeat(50);
  const inputs = Array.from({ length: 40 }, (_, number) => ({ path: number + "/Dockerfile", text }));
  const engine = new Engine();
`;

test("the event loop goes on while a promise is worked on", async () => {
  const engine = new Engine();
  let done = false;
  const promise = engine.checkManyAsync(LONG).finally(() => (done = true));
  let turns = 0;
  while (!done) {
    await setImmediate();
    turns += 1;
  }
  const report = await promise;
  assert.equal(report.summary.files_checked, LONG.length);
  assert.ok(turns > 20, `${turns} turns`);
});

test("ten at once on one engine say what one says alone", async () => {
  const engine = new Engine();
  const inputs = LONG.slice(0, 10);
  const alone = engine.checkMany(inputs);
  const all = await Promise.all(Array.from({ length: 10 }, () => engine.checkManyAsync(inputs)));
  for (const report of all) assert.deepEqual(report, alone);
});

test("ten workers, each with an engine of its own, say the same", async () => {
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { Engine } = require("hullmark");
    const engine = new Engine();
    engine.checkManyAsync(workerData).then((report) => parentPort.postMessage([engine.checkMany(workerData), report]));
  `;
  const inputs = LONG.slice(0, 5);
  const expected = new Engine().checkMany(inputs);
  const answers = Array.from({ length: 10 }, () => new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData: inputs });
    worker.once("message", resolve).once("error", reject);
  }));
  for (const [sync, promised] of await Promise.all(answers)) {
    assert.deepEqual(sync, expected);
    assert.deepEqual(promised, expected);
  }
});

/** Runs a program beside this package; how it ended. */
function run(source) {
  return spawnSync(process.execPath, ["-e", source], { cwd: PACKAGE, encoding: "utf8", timeout: 120_000 });
}

test("a worker that is killed in the middle, of a promise or of a call, takes nothing with it", () => {
  for (const method of ["checkManyAsync", "checkMany"]) {
    const worker = `${LONG_SOURCE}
      require("node:worker_threads").parentPort.postMessage("begun");
      const answer = engine.${method}(inputs);
      if (answer.then) answer.then(() => {});
    `;
    const { status, signal, stdout, stderr } = run(`
      const { Worker } = require("node:worker_threads");
      const { Engine } = require("hullmark");
      (async () => {
        for (let round = 0; round < 5; round++) {
          const worker = new Worker(${JSON.stringify(worker)}, { eval: true });
          await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
          await new Promise((resolve) => setTimeout(resolve, 5 * round));
          await worker.terminate();
        }
        console.log(new Engine().check("Dockerfile", "FROM a:latest").findings.length > 0 ? "alive" : "odd");
      })();
    `);
    assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: null, stdout: "alive\n", stderr: "" });
  }
});

test("a process may end, well or by an error, in the middle of a promise", () => {
  for (const [end, expected] of [["process.exit(3)", 3], ["setImmediate(() => process.exit(4))", 4]]) {
    const { status, signal, stderr } = run(`${LONG_SOURCE} engine.checkManyAsync(inputs); ${end}`);
    assert.deepEqual({ status, signal, stderr }, { status: expected, signal: null, stderr: "" });
  }
  const { status, signal, stderr } = run(`${LONG_SOURCE} engine.checkManyAsync(inputs); throw new Error("mine")`);
  assert.deepEqual({ status, signal }, { status: 1, signal: null });
  assert.match(stderr, /Error: mine/);
});

test("a promise that nobody waits for is finished before the process ends by itself", () => {
  const { status, stdout } = run(`${LONG_SOURCE} engine.checkManyAsync(inputs).then(() => console.log("done"))`);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: "done\n" });
});
