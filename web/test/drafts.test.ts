import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, forget, keep, keyOf, parse } from "../src/drafts";

const DAY = 86_400_000;
const NOW = 1_770_000_000_000;
const draft = (more: Partial<Draft> = {}): Draft => ({ texts: { what: "沟堵了" }, at: NOW - DAY, sent: false, ...more });

test("a draft is kept for a week", () => {
  assert.equal(keep(draft(), false, NOW), true);
  assert.equal(keep(draft({ at: NOW - 7 * DAY }), false, NOW), true);
  assert.equal(keep(draft({ at: NOW - 7 * DAY - 1 }), false, NOW), false);
});

test("a draft that was never sent stays when something else was done", () => {
  assert.equal(keep(draft(), true, NOW), true);
});

test("a draft from a clock that ran ahead does not stay for ever", () => {
  assert.equal(keep(draft({ at: NOW + 2 * DAY }), false, NOW), false);
});

test("a sent draft goes when a page says that it was done", () => {
  assert.equal(keep(draft({ sent: true }), true, NOW), false);
});

test("a sent draft stays until a page says so", () => {
  assert.equal(keep(draft({ sent: true }), false, NOW), true);
});

test("what is not a draft is none", () => {
  for (const raw of [null, "", "null", "3", "{", '{"at":"x","texts":{}}', '{"at":1,"texts":null}']) assert.equal(parse(raw), null, String(raw));
  assert.deepEqual(parse('{"at":1,"texts":{"a":"水","b":3,"c":""},"sent":1}'), { at: 1, texts: { a: "水" }, sent: false });
});

test("a draft belongs to the path that its form is sent to", () => {
  assert.equal(keyOf("http://127.0.0.1:8000/needs/0198/answer?x=1#f"), "wugong.draft:/needs/0198/answer");
});

test("signing out forgets drafts and nothing else", () => {
  const store: Record<string, string> = { "wugong.draft:/needs": "{}", "wugong.draft:/a": "{}", other: "1" };
  forget(Object.assign(Object.create({ removeItem(k: string) { delete store[k]; } }), store) as Storage);
  assert.deepEqual(Object.keys(store), ["other"]);
});
