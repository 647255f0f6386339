import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { part } from "./package.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

test("the types are those of the wire, and every name has one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hullmark-wasm-types-"));
  try {
    await mkdir(join(folder, "node_modules"));
    await symlink(fileURLToPath(part(".")), join(folder, "node_modules/hullmark-wasm"), "dir");
    await copyFile(here("types.ts"), join(folder, "types.ts"));
    const compilerOptions = { strict: true, noEmit: true, module: "esnext", moduleResolution: "bundler", target: "esnext" };
    Object.assign(compilerOptions, { exactOptionalPropertyTypes: true, types: [], preserveSymlinks: true });
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["types.ts"] }));
    const tsc = spawnSync(process.execPath, [here("../node_modules/typescript/bin/tsc"), "-p", folder], { encoding: "utf8" });
    assert.equal(tsc.stdout + tsc.stderr, "");
    assert.equal(tsc.status, 0);
  } finally {
    await rm(folder, { recursive: true });
  }
  const types = await readFile(part("hullmark.d.ts"), "utf8");
  const ours = types.slice(0, types.indexOf("export type InitInput"));
  assert.ok(ours.includes("export interface Finding "));
  assert.doesNotMatch(ours.replaceAll(/\/\*[^]*?\*\//g, ""), /\b(any|unknown)\b/);
});
