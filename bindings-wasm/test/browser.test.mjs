// The cases in Chromium: the package as a page has it, from a static server, in the page and in a worker.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { cases, reportOf } from "./cases.mjs";
import { part } from "./package.mjs";

const TYPES = { js: "text/javascript", wasm: "application/wasm", bin: "application/octet-stream", html: "text/html" };

const PAGE = `<!doctype html><title>cases</title>
<script type="importmap">{ "imports": { "hullmark-wasm": "/hullmark.js" } }</script>`;

let server;
let browser;
let page;

before(async () => {
  server = createServer(async (request, response) => {
    const name = request.url.slice(1) || "index.html";
    const content = name === "index.html" ? PAGE : await readFile(part(name)).catch(() => null);
    response.writeHead(content === null ? 404 : 200, { "content-type": TYPES[name.split(".").pop()] ?? "text/plain" });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(async (reportOf) => {
    const [module, packs] = await Promise.all([import("/hullmark.js"), import("/packs.js")]);
    await Promise.all([module.default(), packs.default()]);
    Object.assign(globalThis, { hullmark: module, packs, reportOf: new Function(`return ${reportOf}`)() });
  }, reportOf.toString());
});

after(async () => {
  await browser?.close();
  server?.close();
});

for (const { name, options, inputs, expected } of cases()) {
  test(`${name}: Chromium gives the report that every host gives`, async () => {
    const report = (options) =>
      page.evaluate(
        ({ options, inputs }) => reportOf((options.packs === undefined ? hullmark : packs).Engine, options, inputs),
        { options, inputs },
      );
    assert.deepEqual(await report(options), expected["utf-16"]);
    assert.deepEqual(await report({ ...options, columns: "code-points" }), expected["code-points"]);
  });
}

test("the lines of the README do what they say", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, lines] = /^### Browser\n[^]*?```js\n([^]*?)```/m.exec(readme);
  const said = [];
  const reader = await browser.newPage();
  reader.on("console", (message) => said.push(message.text()));
  reader.on("pageerror", (error) => said.push(String(error)));
  await reader.goto(page.url());
  const end = reader.waitForEvent("console", { predicate: (message) => message.text() === "end" });
  await reader.addScriptTag({ type: "module", content: `${lines}\nconsole.log("end");` });
  await end;
  assert.equal(said.length, 2, said.join("\n"));
  assert.match(said[0], /^1:13 latest-base-image: base image debian uses/);
});

test("a string with half a character is a problem at its place, an error has its members", async () => {
  const found = await page.evaluate(() => {
    const report = new hullmark.Engine().check("Dockerfile", "# 😀 \ud83d\nFROM a:1\nUSER 1\n");
    try {
      new hullmark.Engine({ presets: ["none"] });
    } catch (error) {
      return { problems: report.problems, name: error.name, code: error.code, help: error.help };
    }
  });
  assert.deepEqual(found.problems.map(({ code, start }) => [code, start.offset]), [["not-utf-8", 5]]);
  assert.deepEqual([found.name, found.code], ["HullmarkError", "unknown-preset"]);
  assert.match(found.help, /recommended/);
});

test("rules are explained from the texts that lie beside the module", async () => {
  const title = await page.evaluate(async () => {
    const engine = new hullmark.Engine();
    engine.loadTexts(new Uint8Array(await (await fetch("/texts.bin")).arrayBuffer()));
    return engine.explain("DL3007")[0].title;
  });
  assert.ok(title.length > 10, title);
});

test("a worker that is ended in the middle leaves the page and other workers whole", async () => {
  const found = await page.evaluate(async () => {
    const source = `import init, { Engine } from "${location.origin}/hullmark.js";
      await init();
      const engine = new Engine();
      onmessage = ({ data }) => postMessage(engine.check("Dockerfile", data).findings.length);
      postMessage("ready");`;
    const begin = async () => {
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      const worker = new Worker(url, { type: "module" });
      await new Promise((resolve) => (worker.onmessage = resolve));
      return worker;
    };
    const first = await begin();
    first.postMessage("FROM a\n" + "RUN cd /x && make\n".repeat(50_000));
    first.terminate();
    const second = await begin();
    const answer = new Promise((resolve) => (second.onmessage = ({ data }) => resolve(data)));
    second.postMessage("FROM debian:latest\n");
    return [await answer, new hullmark.Engine().check("Dockerfile", "FROM debian:latest\n").findings.length];
  });
  assert.ok(found[0] > 0);
  assert.equal(found[0], found[1]);
});
