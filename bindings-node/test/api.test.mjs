import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as hullmark from "hullmark";

const { Engine, applyFixes } = hullmark;
const DOCKERFILE = "FROM debian:12\nMAINTAINER me\nUSER 1000\n";
const POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: c\n    image: a:latest\n";

test("the same names from ESM and from CommonJS, and the same things", () => {
  const common = createRequire(import.meta.url)("hullmark");
  assert.deepEqual(Object.keys(common).sort(), ["Engine", "HullmarkError", "applyFixes", "version"]);
  for (const name of Object.keys(common)) assert.equal(common[name], hullmark[name], name);
});

test("the version is that of the package, of the report and of the crate", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.equal(hullmark.version, version);
  assert.equal(new Engine().check("Dockerfile", "").tool.version, version);
});

test("a report is plain data with every member of its type", () => {
  const report = new Engine().check("Dockerfile", DOCKERFILE);
  const members = ["findings", "problems", "skipped", "summary", "suppressed", "tool", "version"];
  assert.deepEqual(Object.keys(report).sort(), members);
  assert.equal(report.summary.files_checked, 1);
  assert.deepEqual(structuredClone(report), report);
  const plain = (value) =>
    value === null || typeof value !== "object" || (Array.isArray(value) ? value : Object.values(value)).every(plain);
  assert.ok(plain(report));
  for (const finding of report.findings) {
    assert.equal(Object.getPrototypeOf(finding), Object.prototype);
    assert.ok("subject" in finding && "offset" in finding.start);
  }
});

test("all four ways to check say the same", async () => {
  const engine = new Engine({ presets: ["all"] });
  const one = engine.check("Dockerfile", DOCKERFILE);
  assert.ok(one.findings.length > 0);
  const inputs = [{ path: "Dockerfile", text: Buffer.from(DOCKERFILE) }];
  assert.deepEqual(engine.checkMany(inputs), one);
  assert.deepEqual(await engine.checkAsync("Dockerfile", DOCKERFILE), one);
  assert.deepEqual(await engine.checkManyAsync(inputs), one);
});

test("a kind that is given counts more than the name", () => {
  const engine = new Engine();
  const check = (kind) => engine.checkMany([{ path: "Dockerfile", text: "FROM debian:latest\n", kind }]);
  assert.ok(check(undefined).findings.length > 0);
  assert.deepEqual(check("dockerfile"), check(undefined));
  assert.equal(check("kubernetes").findings.length, 0);
});

test("what was given as bytes may change as soon as the promise is there", async () => {
  const engine = new Engine();
  const bytes = Buffer.from(DOCKERFILE);
  const promise = engine.checkAsync("Dockerfile", bytes);
  bytes.fill(0x20);
  assert.deepEqual(await promise, engine.check("Dockerfile", DOCKERFILE));
});

test("options reach the engine", () => {
  const rules = (options) => new Engine(options).check("pod.yaml", POD).findings.map((finding) => finding.rule);
  const all = rules();
  const chosen = all[0];
  assert.ok(new Set(all).size > 1);
  assert.deepEqual(new Set(rules({ select: [chosen] })), new Set([chosen]));
  assert.ok(!rules({ ignore: [chosen] }).includes(chosen));
  assert.ok(rules({ minSeverity: "high" }).length < all.length);
  assert.deepEqual(rules({ minSeverity: undefined, threads: 1 }), all);
});

test("rules, explanations and presets", () => {
  const engine = new Engine();
  const rules = engine.rules();
  assert.ok(rules.length > 50);
  const [latest] = engine.explain("latest-base-image");
  assert.deepEqual(rules.find((rule) => rule.id === latest.id), latest);
  assert.ok(latest.active && latest.rationale.length > 0 && latest.bad_example.includes("FROM"));
  assert.deepEqual(engine.explain("DL3007"), [latest]);
  assert.deepEqual(engine.explain("no-such-rule"), []);
  const presets = engine.presets();
  assert.ok(presets.every((preset) => preset.title.length > 0));
  for (const name of ["all", "hadolint", "recommended"]) assert.ok(presets.some((preset) => preset.id === name), name);
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
    for (const given of [text, Buffer.from(text), new TextEncoder().encode(text)]) assert.deepEqual(engine.review(given), answer);
  }
});

test("fixes of a report mend the text they were made for", () => {
  const engine = new Engine({ presets: ["all"] });
  const source = "# é \u{1f600}\r\nFROM debian:12\r\nrun true\r\nUSER 1000\r\n";
  const fixes = engine.check("Dockerfile", source).findings.flatMap((finding) => finding.fixes);
  const safe = fixes.filter((fix) => fix.applicability === "safe");
  assert.ok(safe.length > 0);
  const fixed = applyFixes(source, safe);
  assert.equal(fixed, source.replace("run", "RUN"));
  assert.equal(applyFixes(source, []), source);
  const again = engine.check("Dockerfile", fixed).findings.flatMap((finding) => finding.fixes);
  assert.equal(again.filter((fix) => fix.applicability === "safe").length, 0);
});
