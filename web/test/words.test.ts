import assert from "node:assert/strict";
import { test } from "node:test";
import { worthALook } from "../src/alike";
import { leftText } from "../src/left";
import { tally } from "../src/tally";
import { kindFor } from "../src/voice";
import { clock, fill, letters, whole } from "../src/words";

test("a sentence takes its numbers and keeps what it does not know", () => {
  assert.equal(fill("到了{sum}户，还差{left}户，{x}", { sum: 20, left: 12 }), "到了20户，还差12户，{x}");
  assert.equal(fill("{n}{n}", { n: 0 }), "00");
  assert.equal(fill("{toString}", {}), "{toString}");
});

test("a number is read as a Chinese keyboard types it", () => {
  assert.equal(whole("３５"), 35);
  assert.equal(whole(" 3 5 "), 35);
  assert.equal(whole("0"), 0);
  for (const no of ["", "-1", "1.5", "三", "1e3", "1234567890", "٣"]) assert.equal(whole(no), null, no);
});

test("letters are counted as a person counts them", () => {
  assert.equal(letters("水渠"), 2);
  assert.equal(letters("💧水"), 2);
  assert.equal(letters("a\r\nb"), 3);
  assert.equal(letters("e\u0301"), 1);
});

test("the line under a long text counts down and then says by how much it is too long", () => {
  assert.deepEqual(leftText("水渠", 3, "还可以写{n}个字", "多了{n}个字"), { words: "还可以写1个字", over: false });
  assert.deepEqual(leftText("水渠断", 3, "还可以写{n}个字", "多了{n}个字"), { words: "还可以写0个字", over: false });
  assert.deepEqual(leftText("水渠断流", 3, "还可以写{n}个字", "多了{n}个字"), { words: "多了1个字", over: true });
  assert.deepEqual(leftText("水渠断流", 3, "{n}", ""), { words: "-1", over: true });
});

test("hands are added up beside those present", () => {
  assert.deepEqual(tally([29, 3, 2], 35), { sum: 34, present: 35, left: 1, over: 0 });
  assert.deepEqual(tally([29, 3, 3], 35), { sum: 35, present: 35, left: 0, over: 0 });
  assert.deepEqual(tally([29, 4, 3], 35), { sum: 36, present: 35, left: 0, over: 1 });
  assert.equal(tally([29, null, 3], 35), null);
  assert.equal(tally([29, 3, 3], null), null);
  assert.equal(tally([], 35), null);
});

test("a look-alike is searched for only when there is something new to read", () => {
  assert.equal(worthALook("水渠", ""), false);
  assert.equal(worthALook("水渠断流", ""), true);
  assert.equal(worthALook(" 水渠断流 ", "水渠断流"), false);
  assert.equal(worthALook("水渠断流了", "水渠断流"), true);
});

test("a recorder takes the first kind of sound that it can make", () => {
  assert.equal(kindFor((m) => m.startsWith("audio/mp4"))?.ending, "m4a");
  assert.equal(kindFor(() => true)?.ending, "webm");
  assert.equal(kindFor(() => false), null);
});

test("seconds read as on a recorder", () => {
  assert.equal(clock(7.9), "0:07");
  assert.equal(clock(151), "2:31");
  assert.equal(clock(-3), "0:00");
});
