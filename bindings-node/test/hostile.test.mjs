import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { Engine, HullmarkError } from "hullmark";

const engine = new Engine();
const DOCKERFILE = "FROM debian:latest\nUSER 1000\n";
const EXPECTED = engine.check("Dockerfile", DOCKERFILE);

test("a lone surrogate is a problem, and the places after it stay right", () => {
  for (const alone of ["\ud800", "\udfff", "\ud83d\ud83d", "\ude00\ud83d"]) {
    const text = `# é ${alone} \u{1f600}\nFROM debian:latest\nUSER 1000\n`;
    const report = engine.check("Dockerfile", text);
    assert.deepEqual(report.problems.map((problem) => problem.code), ["not-utf-8"]);
    const [{ start, end, rule }] = report.findings;
    assert.equal(rule, "latest-base-image");
    assert.equal(text.slice(start.offset, end.offset), "latest");
    const [{ start: at }] = report.problems;
    assert.equal(text.slice(at.offset, at.offset + alone.length), alone);
  }
});

test("a surrogate pair is a character", () => {
  assert.deepEqual(engine.check("Dockerfile", `# \u{1f600}\n${DOCKERFILE}`).problems, []);
});

test("bytes of every sort are read", () => {
  const bytes = Buffer.from(DOCKERFILE);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const inside = Buffer.concat([Buffer.from("xx"), bytes, Buffer.from("yy")]).subarray(2, 2 + bytes.length);
  const elsewhere = vm.runInNewContext("Uint8Array.from(bytes)", { bytes: [...bytes] });
  assert.ok(!(elsewhere instanceof Uint8Array));
  for (const text of [bytes, new Uint8Array(bytes), shared, inside, elsewhere]) {
    assert.deepEqual(engine.check("Dockerfile", text), EXPECTED);
  }
  const gone = new Uint8Array(bytes);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  assert.deepEqual(engine.check("Dockerfile", gone), engine.check("Dockerfile", ""));
});

test("bytes that are not UTF-8 are a problem", () => {
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
    const report = engine.check("Dockerfile", Buffer.concat([Buffer.from(DOCKERFILE), Buffer.from(bytes)]));
    assert.equal(report.problems[0].code, "not-utf-8", String(bytes));
    assert.deepEqual(report.findings, EXPECTED.findings);
  }
});

test("random bytes end in a report", () => {
  let state = 7;
  const random = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16;
  for (let round = 0; round < 200; round++) {
    const bytes = Uint8Array.from({ length: random() % 300 }, () => random() & 0xff);
    for (const kind of ["dockerfile", "image", "kubernetes"]) {
      assert.equal(engine.checkMany([{ path: "x", text: bytes, kind }]).version, 1);
    }
  }
});

test("a million lines", async () => {
  const text = "FROM debian:12\nUSER 1000\n" + "# a line\n".repeat(1_000_000);
  for (const report of [engine.check("Dockerfile", text), await engine.checkAsync("Dockerfile", text)]) {
    assert.equal(report.summary.files_checked, 1);
    assert.deepEqual(report.problems, []);
  }
  const line = engine.check("Dockerfile", "a\n".repeat(1_000_000));
  assert.ok(line.problems.length > 0);
});

test("a text above the limit is a problem", () => {
  const report = new Engine({ limits: { bytes: 10 } }).check("Dockerfile", DOCKERFILE);
  assert.deepEqual(report.problems.map((problem) => problem.code), ["too-large"]);
});

test("nesting without an end is a problem", () => {
  const text = "apiVersion: v1\nkind: Pod\nspec: " + "[".repeat(100_000);
  assert.ok(engine.check("pod.yaml", text).problems.length > 0);
  assert.ok(engine.checkMany([{ path: "a.json", text: "[".repeat(100_000), kind: "image" }]).problems.length > 0);
});

test("what a getter or a trap throws is thrown on, as it is", async () => {
  const mine = new RangeError("mine");
  const fail = () => {
    throw mine;
  };
  const inputs = [
    Object.defineProperty({ path: "a" }, "text", { get: fail }),
    new Proxy({}, { get: fail }),
  ];
  for (const input of inputs) {
    assert.throws(() => engine.checkMany([input]), (error) => error === mine);
    await assert.rejects(engine.checkManyAsync([input]), (error) => error === mine);
  }
  const options = Object.defineProperty({}, "presets", { get: fail, enumerable: true });
  assert.throws(() => new Engine(options), (error) => error instanceof HullmarkError && error.cause === mine);
});

test("each member is read once, so that what was looked at is what is used", () => {
  const input = (values) => ({ path: "Dockerfile", get text() { return values.shift(); } });
  assert.deepEqual(engine.checkMany([input([DOCKERFILE, 7])]), EXPECTED);
});

test("inputs that grow while they are read", () => {
  const inputs = [];
  const input = { get path() { if (inputs.length < 5) inputs.push(input); return "Dockerfile"; }, text: DOCKERFILE };
  inputs.push(input);
  assert.equal(engine.checkMany(inputs).summary.files_checked, 5);
});

test("objects without a prototype, with toJSON, and names that are special", () => {
  const bare = Object.assign(Object.create(null), { path: "Dockerfile", text: DOCKERFILE });
  assert.deepEqual(engine.checkMany([bare]), EXPECTED);
  assert.deepEqual(new Engine({ toJSON: () => ({}) }).check("Dockerfile", DOCKERFILE), EXPECTED);
  assert.throws(() => new Engine({ toJSON: () => undefined }), { code: "bad-value" });
  assert.throws(() => new Engine(JSON.parse('{"__proto__": {}}')), { code: "bad-option" });
  const label = "apiVersion: v1\nkind: Pod\nmetadata: {name: __proto__}\nspec: {containers: [{name: constructor, image: a}]}\n";
  engine.check("__proto__/pod.yaml", label);
  assert.equal({}.polluted, undefined);
});

test("a path may be anything, but not empty of meaning", () => {
  for (const path of ["", "\0", "a\nb", "../../etc/passwd", "x".repeat(100_000), "\u{1f600}/Dockerfile"]) {
    const report = engine.checkMany([{ path, text: DOCKERFILE, kind: "dockerfile" }]);
    assert.equal(report.findings[0].path, path);
  }
});
