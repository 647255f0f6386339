import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine, HullmarkError, applyFixes } from "hullmark";

const engine = new Engine();
const EDIT_PLACE = { line: 1, column: 1, byte: 900, offset: 900 };
const BEYOND = { path: "a", start: EDIT_PLACE, end: EDIT_PLACE, text: "x" };
const circular = {};
circular.params = circular;

/** What is called, and the code of the error it has to end with. */
const CALLS = {
  "options null": [() => new Engine(null), "bad-value"],
  "options text": [() => new Engine("all"), "bad-value"],
  "options array": [() => new Engine([]), "bad-value"],
  "options function": [() => new Engine(() => {}), "bad-value"],
  "options circular": [() => new Engine(circular), "bad-value"],
  "a function in options": [() => new Engine({ presets: [() => "all"] }), "bad-value"],
  "a symbol in options": [() => new Engine({ minSeverity: Symbol("high") }), "bad-value"],
  "a big integer in options": [() => new Engine({ threads: 1n }), "bad-value"],
  "a number that JSON has not": [() => new Engine({ threads: NaN }), "bad-value"],
  "an option that does not exist": [() => new Engine({ min_severity: "high" }), "bad-option"],
  "an option of the wrong type": [() => new Engine({ presets: "all" }), "bad-option"],
  "a word that does not exist": [() => new Engine({ minSeverity: "awful" }), "bad-option"],
  "a negative number": [() => new Engine({ threads: -1 }), "bad-option"],
  "a fraction": [() => new Engine({ limits: { depth: 1.5 } }), "bad-option"],
  "a lone surrogate in options": [() => new Engine({ defaultNamespace: "\ud800" }), "bad-option"],
  "a preset that does not exist": [() => new Engine({ presets: ["none"] }), "unknown-preset"],
  "a rule that does not exist": [() => new Engine({ select: ["none"] }), "unknown-rule"],
  "a path that is a number": [() => engine.check(1, "FROM a"), "bad-value"],
  "a path that is missing": [() => engine.checkMany([{ text: "FROM a" }]), "bad-value"],
  "a path that is a Buffer": [() => engine.check(Buffer.from("Dockerfile"), ""), "bad-value"],
  "a path that is a String object": [() => engine.check(new String("Dockerfile"), ""), "bad-value"],
  "a lone surrogate in a path": [() => engine.check("\udc00", ""), "bad-value"],
  "no text": [() => engine.check("Dockerfile"), "bad-value"],
  "a text that is null": [() => engine.check("Dockerfile", null), "bad-value"],
  "a text that is a number": [() => engine.check("Dockerfile", 7), "bad-value"],
  "a text of wide elements": [() => engine.check("Dockerfile", new Uint16Array(4)), "bad-value"],
  "a text that is an ArrayBuffer": [() => engine.check("Dockerfile", new ArrayBuffer(4)), "bad-value"],
  "a text that only looks like bytes": [() => engine.check("a", Object.create(Uint8Array.prototype)), "bad-value"],
  "no inputs": [() => engine.checkMany(), "bad-value"],
  "inputs that are an object": [() => engine.checkMany({ length: 1, 0: { path: "a", text: "" } }), "bad-value"],
  "an input that is null": [() => engine.checkMany([null]), "bad-value"],
  "an input that is missing": [() => engine.checkMany(new Array(3)), "bad-value"],
  "an input that is a text": [() => engine.checkMany(["FROM a"]), "bad-value"],
  "a kind that does not exist": [() => engine.checkMany([{ path: "a", text: "", kind: "vm" }]), "bad-value"],
  "a kind that is a number": [() => engine.checkMany([{ path: "a", text: "", kind: 1 }]), "bad-value"],
  "a rule to explain that is no text": [() => engine.explain(["a"]), "bad-value"],
  "a review that is none": [() => engine.review({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1beta1" }), "bad-review"],
  "a review that is no UTF-8": [() => engine.review(new Uint8Array([0xff])), "bad-review"],
  "a review that is a number": [() => engine.review(7), "bad-value"],
  "a review that is null": [() => engine.review(null), "bad-value"],
  "a review that is circular": [() => engine.review(circular), "bad-value"],
  "fixes for bytes": [() => applyFixes(Buffer.from("a"), []), "bad-value"],
  "fixes for a lone surrogate": [() => applyFixes("a\ud800b", []), "bad-value"],
  "fixes that are undefined": [() => applyFixes("a"), "bad-value"],
  "fixes that are an object": [() => applyFixes("a", {}), "bad-value"],
  "fixes that are no fixes": [() => applyFixes("a", [{ title: "x" }]), "bad-value"],
  "fixes of another text": [() => applyFixes("a", [{ title: "x", applicability: "safe", edits: [BEYOND] }]), "bad-edit"],
};

for (const [name, [call, code]] of Object.entries(CALLS)) {
  test(`${name}: ${code}`, () => {
    assert.throws(call, (error) => {
      assert.ok(error instanceof HullmarkError && error instanceof Error, String(error));
      assert.equal(error.code, code);
      assert.equal(error.name, "HullmarkError");
      assert.ok(error.message.length > 5 && !error.message.startsWith("{"), error.message);
      assert.match(error.stack, /errors\.test\.mjs/);
      return true;
    });
  });
}

test("a promise rejects with what the call throws, and the call itself never throws", async () => {
  for (const inputs of [undefined, [null], [{ path: 1, text: "" }], [{ path: "a", text: "", kind: "vm" }]]) {
    let thrown;
    assert.throws(() => engine.checkMany(inputs), (error) => ((thrown = error), true));
    await assert.rejects(engine.checkManyAsync(inputs), (error) => {
      assert.ok(error instanceof HullmarkError);
      assert.deepEqual({ ...error, message: error.message }, { ...thrown, message: thrown.message });
      return true;
    });
  }
  await assert.rejects(engine.checkAsync("a", 1), { code: "bad-value" });
});

test("a fault in a rule pack has its path, its range as JavaScript counts, and a hint", () => {
  const text = "id: a-rule # é \u{1f600}\nno-such-key: 1\n";
  assert.throws(
    () => new Engine({ packs: [{ path: "kubernetes/a-rule.yaml", text }] }),
    (error) => {
      assert.ok(error instanceof HullmarkError);
      assert.equal(error.path, "kubernetes/a-rule.yaml");
      assert.equal(text.slice(error.span.start.offset, error.span.end.offset), "no-such-key");
      assert.equal(error.span.start.line, 2);
      assert.ok(error.help.length > 0);
      return true;
    },
  );
});

test("what an error has not is left out", () => {
  assert.throws(() => new Engine(null), (error) => !("path" in error || "span" in error || "help" in error));
});

test("what is no engine is refused by the language", () => {
  assert.throws(() => Engine({}), TypeError);
  for (const method of ["check", "checkMany", "explain", "rules", "presets"]) {
    assert.throws(() => Engine.prototype[method].call({}, "a", "b"), Error, method);
  }
});
