// The program's own words, so that a story presses what stands on the page in whichever language it is read.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("../crates/site/words/", import.meta.url).pathname;

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
    const path = join(folder, e.name);
    return e.isDirectory() ? files(path) : path.endsWith(".ftl") ? [path] : [];
  });
}

/**
 * The words of one language: `t(key, { name: value })`. What a sentence lacks is left open, so that it fits any value; then the
 * answer is a pattern and not a text. A sentence that chooses between forms (singular, plural) is no text: ask for a part of it.
 */
export function words(lang) {
  const all = new Map();
  for (const file of files(join(root, lang))) {
    let key = null;
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const head = /^([a-z0-9_-]+) =\s?(.*)$/.exec(line);
      if (head) {
        key = head[1];
        all.set(key, head[2]);
      } else if (key && /^\s+\S/.test(line)) all.set(key, `${all.get(key)}\n${line.trim()}`);
      else key = null;
    }
  }
  return (key, values = {}) => {
    const raw = all.get(key);
    if (raw === undefined) throw new Error(`no words for ${key} in ${lang}`);
    if (/\{\s*\$\w+\s*->/.test(raw)) throw new Error(`${key} chooses between forms`);
    const text = raw.replace(/\{\s*"([^"]*)"\s*\}/g, "$1");
    let open = false;
    const parts = text.split(/\{\s*\$(\w+)\s*\}/).map((part, i) => {
      if (i % 2 === 0) return { said: part };
      if (part in values) return { said: String(values[part]) };
      open = true;
      return { any: true };
    });
    if (!open) return parts.map((p) => p.said).join("");
    return new RegExp(parts.map((p) => (p.any ? ".+?" : p.said.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))).join(""));
  };
}
