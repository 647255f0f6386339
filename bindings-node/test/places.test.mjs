import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine } from "hullmark";

const LINES = ["# é ü \u{1f600}\u{1f468}\u200d\u{1f469}", 'LABEL a="\u{1f600} é" b="ß"', "FROM \u{1f600}é/debian:latest", "USER 1000"];

const MORE = ["RUN echo é \u{1f600} && sudo x | y", "ADD é a", "COPY é \u{1f600} b", "maintainer é", "CMD é \u{1f600}"];

/** The finding of `latest-base-image` in the lines with these ends. */
function latest(lines, end, options) {
  const text = lines.join(end) + end;
  const finding = new Engine(options).check("Dockerfile", text).findings.find((one) => one.rule === "latest-base-image");
  return { text, ...finding };
}

for (const [name, end] of [["LF", "\n"], ["CRLF", "\r\n"]]) {
  test(`offsets and columns count UTF-16 code units (${name})`, () => {
    const { text, start, end: last } = latest(LINES.slice(2), end);
    assert.equal(text.slice(start.offset, last.offset), "latest");
    const all = latest([LINES[0], ...LINES.slice(2)], end);
    assert.equal(all.text.slice(all.start.offset, all.end.offset), "latest");
    assert.equal(all.start.line, 2);
    assert.equal(all.start.column, LINES[2].indexOf("latest") + 1);
    assert.equal(all.start.byte, Buffer.byteLength(all.text.slice(0, all.start.offset)));
  });

  test(`every place of every finding is the text between its offsets (${name})`, () => {
    const text = [...LINES.slice(0, 3), ...MORE].join(end) + end;
    const report = new Engine({ presets: ["all"] }).check("Dockerfile", text);
    const placed = [...report.findings, ...report.problems, ...report.findings.flatMap((one) => one.related)];
    assert.ok(report.findings.length > 5 && report.problems.length > 0);
    for (const { start, end: last } of placed.concat(report.findings.flatMap((one) => one.fixes).flatMap((fix) => fix.edits))) {
      for (const place of [start, last]) {
        assert.equal(Buffer.byteLength(text.slice(0, place.offset)), place.byte);
        const before = text.slice(0, place.offset).split("\n");
        assert.equal(before.length, place.line);
        assert.equal(before.at(-1).length + 1, place.column);
      }
    }
  });
}

test("the option `columns` chooses other units", () => {
  const lines = [LINES[0], ...LINES.slice(2)];
  const { text, start } = latest(lines, "\n");
  const before = text.slice(0, start.offset);
  const points = latest(lines, "\n", { columns: "code-points" }).start;
  assert.equal(points.offset, [...before].length);
  const bytes = latest(lines, "\n", { columns: "utf-8" }).start;
  assert.equal(bytes.offset, Buffer.byteLength(before));
  assert.ok(bytes.offset > start.offset && start.offset > points.offset);
  assert.deepEqual(latest(lines, "\n", { columns: "utf-16" }).start, start);
});
