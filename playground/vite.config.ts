import { defineConfig } from "vite";

export default defineConfig({
  // The page works in any folder of any server.
  base: "./",
  // The engine is a link in node_modules; its files are built with the page, not before it.
  resolve: { preserveSymlinks: true },
  optimizeDeps: { exclude: ["hullmark-wasm"] },
  worker: { format: "es" },
  build: {
    target: "es2022",
    // The policy of the page allows no `data:` but for pictures.
    assetsInlineLimit: 0,
    // Whoever gets the page gets the licences of what it is made of.
    license: { fileName: "licences.md" },
    modulePreload: { polyfill: false },
  },
});
