import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const bundle = readFileSync("dist/wugong.js", "utf8");

test("the script is at most 8 KB on the wire", () => {
  const bytes = gzipSync(bundle, { level: 9 }).length;
  console.log(`wugong.js: ${bundle.length} bytes, ${bytes} compressed`);
  assert.ok(bytes <= 8192, `${bytes} bytes`);
});

test("the script runs under a strict content policy and speaks to nobody else", () => {
  for (const banned of [/\beval\s*\(/, /new Function/, /document\.write/, /setTimeout\(["'`]/, /https?:\/\//, /\.style\b/, /setAttribute\(["']style/]) {
    assert.equal(banned.test(bundle), false, String(banned));
  }
});
