// Links the engine's WASM package into node_modules, where the page and its types are built from.
// HULLMARK_WASM names the folder of the package; without it, the one that `cargo xtask` builds is taken.

import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.env.HULLMARK_WASM ?? join(here, "../target/wasm-package"));
if (!existsSync(join(folder, "package.json"))) {
  console.error(`no WASM package in ${folder}: build it first, or name its folder in HULLMARK_WASM`);
  process.exit(1);
}
const link = join(here, "node_modules/hullmark-wasm");
mkdirSync(dirname(link), { recursive: true });
rmSync(link, { recursive: true, force: true });
symlinkSync(folder, link, "junction");
console.log(`engine: ${folder}`);
