// Where the package to be tried lies: the folder that `cargo xtask wasm` prints.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const folder = process.env.HULLMARK_WASM;
if (folder === undefined) {
  throw new Error("HULLMARK_WASM must name the folder of the package, which `cargo xtask wasm` builds and prints");
}

/** The address of a file of the package. */
export const part = (name) => new URL(name, pathToFileURL(`${folder}/`));

/** The module, begun. */
export async function load() {
  const module = await import(part("hullmark.js"));
  await module.default({ module_or_path: await readFile(part("hullmark_bg.wasm")) });
  return module;
}
