import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("../", import.meta.url));
const README = readFileSync(join(PACKAGE, "../README.md"), "utf8");
/** The folder that has nothing but what `npm install` put there. */
let folder;

function run(program, words, cwd = folder) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, encoding: "utf8" });
  assert.equal(error, undefined);
  return { status, stdout, stderr };
}

before(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hullmark-node-")));
  const packed = run("npm", ["pack", "--json", "--pack-destination", folder], PACKAGE);
  assert.equal(packed.status, 0, packed.stderr);
  const installed = run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${JSON.parse(packed.stdout)[0].filename}`]);
  assert.equal(installed.status, 0, installed.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** The blocks of JavaScript below the README's heading for Node.js. */
function snippets() {
  const [, section] = README.split(/^### Node\.js$/m);
  const [own] = section.split(/^##/m);
  return [...own.matchAll(/^```js\n(.*?)^```$/gms)].map((match) => match[1]);
}

test("the lines of the README run as they are, as ESM and as CommonJS", () => {
  const [esm, common, ...more] = snippets();
  assert.equal(more.length, 0);
  assert.match(esm, /^import /);
  assert.match(common, /require\(/);
  for (const [file, source] of [["five.mjs", esm], ["five.cjs", common]]) {
    assert.equal(source.trim().split("\n").filter((line) => line !== "").length, 5, file);
    writeFileSync(join(folder, file), source);
    const { status, stdout, stderr } = run(process.execPath, [file]);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.match(stdout, /^Dockerfile:1:13 latest-base-image: base image debian .*\n$/);
  }
});

test("the package needs nothing else and holds what it has to", () => {
  const at = (path) => join(folder, "node_modules/hullmark", path);
  assert.deepEqual(JSON.parse(readFileSync(at("package.json"), "utf8")).dependencies, undefined);
  for (const path of ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "dist/index.d.ts", "dist/index.d.mts", "dist/wire.d.ts"]) {
    assert.ok(existsSync(at(path)), path);
  }
  for (const path of ["src", "test", "node_modules", "dist/native.d.ts"]) assert.ok(!existsSync(at(path)), path);
});

/** Compiles files of the folder as strictly as TypeScript can. */
function compiled(...files) {
  const types = join(PACKAGE, "node_modules/@types");
  const strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--skipLibCheck", "false"];
  const how = ["--noEmit", "--module", "node20", "--target", "es2022", "--typeRoots", types, "--types", "node"];
  const tsc = join(PACKAGE, "node_modules/typescript/bin/tsc");
  return run(process.execPath, [tsc, ...how, ...strict, ...files]);
}

test("the types hold, from ESM and from CommonJS", () => {
  const files = ["examples/check.ts", "test/types.ts"].flatMap((path) => ["mts", "cts"].map((ending) => {
    const file = path.replace("/", "-").replace(/ts$/, ending);
    copyFileSync(join(PACKAGE, path), join(folder, file));
    return file;
  }));
  assert.deepEqual(compiled(...files), { status: 0, stdout: "", stderr: "" });
  writeFileSync(join(folder, "wrong.mts"), 'import { Engine } from "hullmark";\nnew Engine().check("a", 1);\n');
  assert.equal(compiled("wrong.mts").status, 2);
});

test("every name that the types export is used by the test of types, and none of them is anything", () => {
  const sample = readFileSync(join(PACKAGE, "test/types.ts"), "utf8");
  const texts = ["index.d.ts", "wire.d.ts"].map((file) => readFileSync(join(PACKAGE, "dist", file), "utf8"));
  const names = texts.flatMap((text) => [...text.matchAll(/^export (?:declare )?(?:class|const|function|interface|type) (\w+)/gm)]);
  assert.ok(names.length > 30);
  for (const [, name] of names) assert.match(sample, new RegExp(`\\b${name}\\b`), name);
  for (const text of texts) {
    assert.doesNotMatch(text.replace(/\/\*\*.*?\*\//gs, ""), /\b(any|unknown|object|Function)\b/);
  }
});

test("the example checks, and mends with --fix", () => {
  const tsc = join(PACKAGE, "node_modules/typescript/bin/tsc");
  copyFileSync(join(PACKAGE, "examples/check.ts"), join(folder, "check.mts"));
  const types = join(PACKAGE, "node_modules/@types");
  run(process.execPath, [tsc, "--module", "node20", "--target", "es2022", "--typeRoots", types, "check.mts"]);
  writeFileSync(join(folder, "Dockerfile"), "FROM debian:latest\nRUN apt-get install curl=1\nUSER 1000\n");
  const first = run(process.execPath, ["check.mjs", "--fix", "Dockerfile"]);
  assert.equal(first.status, 1, first.stderr);
  assert.match(first.stdout, /^Dockerfile:1:13: medium\[latest-base-image\] /m);
  assert.equal(readFileSync(join(folder, "Dockerfile"), "utf8"), "FROM debian:latest\nRUN apt-get install -y curl=1\nUSER 1000\n");
});
