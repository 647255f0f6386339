// Where the package to be tried lies: the folder that `cargo xtask wasm` prints.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const folder = process.env.HULLMARK_WASM;
if (folder === undefined) {
  throw new Error("HULLMARK_WASM must name the folder of the package, which `cargo xtask wasm` builds and prints");
}

/** The address of a file of the package. */
export const part = (name) => new URL(name, pathToFileURL(`${folder}/`));

/** The module called `name`, begun: `hullmark`, or `packs`, which takes rule files too. */
export async function load(name = "hullmark") {
  const module = await import(part(`${name}.js`));
  await module.default({ module_or_path: await readFile(part(`${name}_bg.wasm`)) });
  return module;
}
