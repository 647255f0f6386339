// The cases that every host runs, for Node.js and the browser alike: see `core/tests/cases.rs`.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";

const CASES = new URL("../../core/tests/cases/", import.meta.url);

/** Every case: its name, its options, its inputs as base64, and the reports that are expected. */
export function cases() {
  const names = readdirSync(CASES).sort();
  assert.ok(names.length > 5, "the cases are lost");
  return names.map((name) => {
    const file = (path) => new URL(`${name}/${path}`, CASES);
    const json = (path) => JSON.parse(readFileSync(file(path), "utf8"));
    const { options, files, contexts, reviews } = json("case.json");
    const inputs = (reviews ?? files).map((path) => ({
      path,
      review: reviews !== undefined,
      base64: readFileSync(file(`files/${path}`)).toString("base64"),
      context: contexts?.[path],
    }));
    const codePoints = json("expected.json");
    const utf16 = existsSync(file("expected.utf-16.json")) ? json("expected.utf-16.json") : codePoints;
    return { name, options, inputs, expected: { "code-points": codePoints, "utf-16": utf16 } };
  });
}

/** Checks the inputs of a case, or answers its reviews; it stands alone, since it is sent to the browser as text. */
export function reportOf(Engine, options, inputs) {
  const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const engine = new Engine(options);
  if (inputs[0].review) {
    const answer = (review) => {
      try {
        return engine.review(review);
      } catch ({ code }) {
        return code;
      }
    };
    const answers = Object.fromEntries(inputs.map(({ path, base64 }) => [path, answer(bytes(base64))]));
    engine.close();
    return answers;
  }
  const report = engine.checkMany(inputs.map(({ path, base64, context }) => ({ path, text: bytes(base64), context })));
  engine.close();
  delete report.tool.version;
  return report;
}
