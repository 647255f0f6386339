import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { cases, reportOf } from "./cases.mjs";
import { load, part } from "./package.mjs";

const { Engine, applyFixes, version } = await load();
const packs = await load("packs");
const texts = new Uint8Array(await readFile(part("texts.bin")));

for (const { name, options, inputs, expected } of cases()) {
  for (const made of [Engine, packs.Engine]) {
    if (options.packs !== undefined && made === Engine) continue;
    test(`${name}: the report that every host gives${made === Engine ? "" : ", with packs"}`, () => {
      assert.deepEqual(reportOf(made, options, inputs), expected["utf-16"]);
      assert.deepEqual(reportOf(made, { ...options, columns: "code-points" }, inputs), expected["code-points"]);
    });
  }
}

/** Asserts that `call` throws a `HullmarkError` with `code`, and returns it. */
function thrown(call, code) {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof Error, String(error));
    assert.equal(error.name, "HullmarkError", String(error.stack));
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.length > 0);
    return error;
  }
  return assert.fail(`nothing was thrown, ${code} was expected`);
}

test("a fix is applied to the text it was made for", () => {
  const text = "# é 😀\r\nFROM debian:12.8\r\nRUN apt-get install curl\r\nUSER 1000\r\n";
  const engine = new Engine({ select: ["interactive-apt-install"] });
  const [finding] = engine.check("Dockerfile", text).findings;
  assert.equal(text.slice(finding.start.offset, finding.end.offset), "install");
  assert.equal(applyFixes(text, finding.fixes), text.replace("install", "install -y"));
  thrown(() => applyFixes("short", finding.fixes), "bad-edit");
  thrown(() => applyFixes(`${text}\ud800`, finding.fixes), "bad-value");
  assert.equal(applyFixes("\ufffd", []), "\ufffd");
});

test("rules are explained once their texts are loaded", () => {
  const engine = new Engine();
  const error = thrown(() => engine.explain("DL3007"), "bad-texts");
  assert.match(error.help, /loadTexts/);
  thrown(() => engine.loadTexts(texts.slice(0, 1000)), "bad-texts");
  thrown(() => engine.loadTexts("texts"), "bad-value");
  engine.loadTexts(texts);
  engine.loadTexts(texts);
  const [rule] = engine.explain("DL3007");
  assert.equal(rule.id, "latest-base-image");
  assert.ok(rule.rationale.length > 60 && rule.bad_example.startsWith("FROM"));
  assert.deepEqual(engine.explain("no-such-rule"), []);
  assert.ok(engine.rules().length > 100);
  assert.ok(engine.presets().some(({ id, title }) => id === "recommended" && title.length > 0));
  assert.match(version(), /^\d+\.\d+\.\d+$/);
});

test("mistakes of the caller have codes", () => {
  thrown(() => new Engine({ presets: ["hadolnt"] }), "unknown-preset");
  thrown(() => new Engine({ select: ["DL9999"] }), "unknown-rule");
  thrown(() => new Engine({ preset: "all" }), "bad-option");
  for (const options of [5, null, "all", []]) thrown(() => new Engine(options), "bad-value");
  for (const review of ["{}", {}, new Uint8Array([0xff])]) thrown(() => new Engine().review(review), "bad-review");
  for (const review of [5, null, undefined, [], () => 1]) thrown(() => new Engine().review(review), "bad-value");
  const circle = {};
  circle.self = circle;
  thrown(() => new Engine(circle), "bad-value");
  thrown(() => new Engine(() => 1), "bad-value");
});

test("rule files are for the module with packs", () => {
  const files = [{ path: "dockerfile/mine.yaml", text: "# é😀\nid: mine\ntitel: Mine\n" }];
  const none = thrown(() => new Engine({ packs: files }), "no-packs");
  assert.match(none.help, /hullmark-wasm\/packs/);
  assert.equal(new Engine({ packs: [] }).check("Dockerfile", "FROM a:1\nUSER 1\n").problems.length, 0);
  const error = thrown(() => new packs.Engine({ packs: files }), "rule-unknown-key");
  assert.equal(error.path, "dockerfile/mine.yaml");
  assert.equal(files[0].text.slice(error.span.start.offset, error.span.end.offset), "titel");
  const utf8 = thrown(() => new packs.Engine({ packs: files, columns: "utf-8" }), "rule-unknown-key");
  assert.equal(utf8.span.start.offset, utf8.span.start.byte);
});

test("values of the wrong type are errors, whatever they do", () => {
  const engine = new Engine();
  for (const text of [5, null, undefined, {}, [], Symbol("x"), 10n, () => "FROM a", new ArrayBuffer(4)]) {
    thrown(() => engine.check("Dockerfile", text), "bad-value");
  }
  for (const path of [5, null, undefined, {}, new Uint8Array(3)]) thrown(() => engine.check(path, "FROM a"), "bad-value");
  const trap = {
    get path() {
      throw new Error("never");
    },
  };
  for (const inputs of [5, null, "Dockerfile", {}, [5], [null], [{}], [{ path: "a" }], [trap]]) {
    thrown(() => engine.checkMany(inputs), "bad-value");
  }
  for (const kind of ["helm", 5, {}]) thrown(() => engine.checkMany([{ path: "a", text: "", kind }]), "bad-value");
  for (const fixes of [5, null, "x", [5], [{}], [{ title: "", applicability: "safe", edits: [{}] }]]) {
    thrown(() => applyFixes("a", fixes), "bad-value");
  }
  assert.equal(engine.check("Dockerfile", "FROM a:1\nUSER 1\n").problems.length, 0);
});

test("broken input is in the report, with its places right", () => {
  const engine = new Engine({ select: ["interactive-apt-install"] });
  const text = "# 😀 \ud83d half\nRUN apt-get install curl\nRUN echo \udc00\n";
  const report = engine.check("Dockerfile", text);
  assert.deepEqual(report.problems.map(({ code }) => code), ["not-utf-8", "no-from"]);
  assert.equal(text[report.problems[0].start.offset], "\ud83d");
  const [finding] = report.findings;
  assert.equal(text.slice(finding.start.offset, finding.end.offset), "install");
  const bytes = new Uint8Array([...new TextEncoder().encode("FROM a:1\nRUN "), 0xff, 0xfe]);
  assert.deepEqual(engine.check("Dockerfile", bytes).problems.map(({ code }) => code), ["not-utf-8"]);
  const long = engine.check("Dockerfile", "FROM a:1\n" + "RUN echo hello\n".repeat(1_000_000));
  assert.ok(long.problems.length + long.findings.length >= 0);
  assert.deepEqual(engine.check("Dockerfile", "x".repeat(17 << 20)).problems.map(({ code }) => code), ["too-large"]);
});

test("a review is an object, a text or bytes, and says the same", () => {
  const engine = new Engine();
  const read = (path) => readFileSync(new URL(`../../core/tests/cases/admission/${path}`, import.meta.url), "utf8");
  const plain = read("files/privileged.json");
  const accented = JSON.parse(plain);
  accented.request.object.spec.containers[0].name = "é";
  for (const text of [plain, JSON.stringify(accented)]) {
    const review = JSON.parse(text);
    const answer = engine.review(review);
    assert.equal(answer.response.allowed, false);
    if (text === plain) assert.deepEqual(answer, JSON.parse(read("expected.json"))["privileged.json"]);
    else assert.match(answer.response.status.message, /container é/);
    for (const given of [text, new TextEncoder().encode(text)]) assert.deepEqual(engine.review(given), answer);
  }
});

test("an engine that was closed is used no more, and another one goes on", () => {
  const engine = new Engine();
  engine.close();
  engine.close();
  thrown(() => engine.check("Dockerfile", "FROM a"), "closed");
  thrown(() => engine.explain("DL3007"), "closed");
  thrown(() => engine.loadTexts(texts), "closed");
  thrown(() => engine.rules(), "closed");
  thrown(() => engine.review("{}"), "closed");
  engine.free();
  assert.throws(() => engine.check("Dockerfile", "FROM a"), Error);
  const other = new Engine();
  assert.equal(other.check("Dockerfile", "FROM a").summary.files_checked, 1);
});
