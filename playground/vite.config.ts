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
    modulePreload: { polyfill: false },
  },
});
