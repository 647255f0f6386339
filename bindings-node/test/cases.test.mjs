import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Engine } from "hullmark";

/** The cases that every host has to reproduce. */
const CASES = new URL("../../core/tests/cases/", import.meta.url);
const cases = readdirSync(CASES, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test("there are cases", () => assert.ok(cases.length > 0));

for (const { name } of cases) {
  const file = (path) => new URL(`${name}/${path}`, CASES);
  const expected = (path) => withoutVersion(JSON.parse(readFileSync(file(path), "utf8")));
  const { options, files = [], contexts, reviews } = JSON.parse(readFileSync(file("case.json"), "utf8"));
  if (reviews !== undefined) {
    const answers = (engine) => Object.fromEntries(reviews.map((path) => [path, answer(engine, readFileSync(file(`files/${path}`)))]));
    test(name, () => assert.deepEqual(answers(new Engine(options)), JSON.parse(readFileSync(file("expected.json"), "utf8"))));
    continue;
  }
  const inputs = files.map((path) => ({
    path,
    text: readFileSync(file(`files/${path}`)),
    context: contexts?.[path],
  }));

  test(`${name} in UTF-16 code units`, async () => {
    const own = existsSync(file("expected.utf-16.json")) ? "expected.utf-16.json" : "expected.json";
    const engine = new Engine(options);
    assert.deepEqual(withoutVersion(engine.checkMany(inputs)), expected(own));
    assert.deepEqual(withoutVersion(await engine.checkManyAsync(inputs)), expected(own));
  });

  test(`${name} in code points`, () => {
    const report = new Engine({ ...options, columns: "code-points" }).checkMany(inputs);
    assert.deepEqual(withoutVersion(report), expected("expected.json"));
  });
}

/** The answer to a review, or the code of the error. */
function answer(engine, review) {
  try {
    return engine.review(review);
  } catch ({ code }) {
    return code;
  }
}

function withoutVersion(report) {
  delete report.tool.version;
  return report;
}
