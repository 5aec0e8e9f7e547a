// The floor is Chrome 70: an old WebView must show every page. Each line of the stylesheet is looked up in MDN's table of what came when.
// What is newer may stand there only if it is on the list below, with what an old browser shows instead.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import postcss from "postcss";
import selectors from "postcss-selector-parser";
import values from "postcss-value-parser";

const { css } = createRequire(import.meta.url)("@mdn/browser-compat-data");
const FLOOR = 70;

/** Newer things that only improve. Key as this check reports it; value: what is lost without it. */
const ONLY_IMPROVES = {
  "property text-wrap": "lines break a little less evenly",
  "property text-autospace": "no thin gap between Chinese and figures",
  "property text-decoration-thickness": "the browser's own underline",
  "property text-underline-offset": "the browser's own underline",
  "property accent-color": "the browser's own blue in a tick box",
  "property color-scheme": "light scroll bars and date pickers on a dark page",
  "property print-color-adjust": "the prefixed twin stands before it",
  "property content-visibility": "the server prints the page with details open",
  "property forced-color-adjust": "high-contrast mode of newer Windows only",
  "property page": "one page size for all sheets",
  "at-rule media prefers-color-scheme": "light, unless the reader chose dark",
  "at-rule media forced-colors": "high-contrast mode of newer Windows only",
  "at-rule page at_bottom-center": "no page numbers",
  "at-rule page named": "one page size for all sheets",
  "selector ::details-content": "the server prints the page with details open",
};

/** Old names that the table no longer lists, with the Chrome that brought them. */
const OLD_NAMES = { "grid-gap": 57, "grid-column-gap": 57, "grid-row-gap": 57, "-webkit-text-size-adjust": 54 };

/** First Chrome that has it: a number; Infinity: never; null: the table does not know. */
function since(node) {
  const compat = node?.__compat;
  if (!compat) return null;
  let best = Infinity;
  for (const s of [compat.support.chrome].flat()) {
    if (!s || !s.version_added || s.flags || (s.version_removed && Number.parseInt(s.version_removed, 10) <= FLOOR)) continue;
    const v = s.version_added === "preview" ? Infinity : Number.parseInt(String(s.version_added).replace("≤", ""), 10);
    if (s.prefix || s.alternative_name) continue;
    best = Math.min(best, Number.isNaN(v) ? Infinity : v);
  }
  return best;
}

/** As `since`, for a name with a vendor prefix: the table keeps it as a note on the plain name. */
function sincePrefixed(table, name) {
  const m = /^(-webkit-|-moz-|-ms-)(.+)$/.exec(name);
  if (!m) return since(table[name]);
  if (table[name]?.__compat) return since(table[name]);
  for (const s of [table[m[2]]?.__compat?.support.chrome].flat()) {
    if (s?.prefix === m[1]) return Number.parseInt(s.version_added, 10) || 1;
  }
  return m[1] === "-webkit-" ? null : 0; // another vendor's prefix is skipped by Chrome and does no harm
}

/** Everything in `text` that is newer than the floor or unknown, as `{what, line, chrome}`. */
export function tooNew(text) {
  const found = [];
  const say = (what, node, chrome) => {
    if (chrome === null || chrome > FLOOR) found.push({ what, line: node.source.start.line, chrome });
  };
  const root = postcss.parse(text);
  root.walkAtRules((at) => {
    const entry = css["at-rules"][at.name];
    if (at.name === "media") {
      for (const m of at.params.matchAll(/\(\s*([a-z-]+)/g)) {
        const name = m[1].replace(/^(min|max)-(?=width|height|resolution|aspect-ratio)/, "");
        say(`at-rule media ${m[1]}`, at, since(entry[name]) ?? since(entry[m[1]]));
      }
    } else if (at.parent.name === "page") {
      say(`at-rule page at_${at.name}`, at, since(css["at-rules"].page[`at_${at.name}`]));
    } else {
      say(`at-rule ${at.name}`, at, since(entry));
      if (at.name === "page" && /^[a-z]/i.test(at.params)) say("at-rule page named", at, since(css.properties.page));
    }
  });
  root.walkRules((rule) => {
    if (rule.parent.type === "rule") say("nesting", rule, Infinity);
    selectors((tree) => {
      tree.walkPseudos((p) => {
        const name = p.value.replace(/^::?/, "").toLowerCase();
        if (/^(before|after|first-line|first-letter)$/.test(name)) return;
        if (p.value === ":not" && p.nodes.length > 1) say("selector :not with a list", rule, Infinity);
        if (p.value === ":not" && p.nodes.some((n) => n.nodes.length > 1)) say("selector :not with a compound", rule, Infinity);
        const chrome = /^-webkit-(details-marker|file-upload-button)$/.test(name) ? 1 : sincePrefixed(css.selectors, name);
        say(`selector ${p.value}`, rule, chrome);
      });
      tree.walkAttributes((a) => {
        if (a.insensitive) say("selector [a=b i]", rule, 49);
      });
    }).processSync(rule.selector);
  });
  root.walkDecls((d) => {
    if (d.parent.name === "page" || d.parent.parent?.name === "page" || d.prop.startsWith("--")) {
      if (!d.prop.startsWith("--")) return;
    } else {
      const entry = css.properties[d.prop];
      const came = OLD_NAMES[d.prop] ?? sincePrefixed(css.properties, d.prop);
      say(`property ${d.prop}`, d, came);
      for (const word of came !== null && came <= FLOOR ? d.value.split(/[\s,()/]+/) : []) {
        const value = since(entry?.[word]);
        if (value !== null && value > FLOOR) say(`value ${d.prop}: ${word}`, d, value);
      }
      if (/^(row-|column-)?gap$/.test(d.prop)) {
        // The word itself came with grid; on a flex box it came in Chrome 84 only. We write grid-gap, which no flex box takes.
        say("property gap (write grid-gap)", d, Infinity);
      }
    }
    values(d.value).walk((v) => {
      if (v.type !== "function" || !v.value || /^(var|url|rgb|rgba|hsl|rect|rotate|translateY|translateX|scale|minmax|repeat)$/.test(v.value)) return;
      const name = v.value.replace(/^-webkit-/, "");
      const chrome = since(css.types[name]) ?? since(css.types.gradient?.[name]) ?? since(css.types.image?.gradient?.[name]) ?? (name === "counter" ? 1 : null);
      say(`function ${v.value}()`, d, chrome);
    });
    if (/(^|[\s(,])[\d.]+(dvh|svh|lvh|cqw|cqi|lh|rlh|dvw)\b/.test(d.value)) say(`unit in ${d.value}`, d, Infinity);
    if (/#[0-9a-f]{4}\b(?![0-9a-f])|#[0-9a-f]{8}\b/i.test(d.value)) say("colour with alpha in hex", d, 62);
  });
  return found;
}

/** Checks the stylesheet and prints what is wrong; answers how many checks passed and failed. */
export function checkCss(file = new URL("../crates/site/assets/wugong.css", import.meta.url)) {
  let failed = 0;
  let passed = 0;
  // The check must be able to fail: a line for each kind of thing that it is there to find.
  const probes = ["a:has(b){color:red}", "a{color:red;b{color:blue}}", "a{width:clamp(1px,2px,3px)}", "a{display:flex;gap:1px}", "a{inset:0}", "a{aspect-ratio:1}", "a:focus-visible{color:red}", ":is(a,b){color:red}", "a{width:min(1px,2px)}", "@container (width>1px){a{color:red}}", "a:not(b.c){color:red}", "a:not(b,c){color:red}", "a{overflow-wrap:anywhere}", "@layer a{b{color:red}}", "a{overflow:clip}", "@media (hover:hover) and (prefers-contrast:more){a{color:red}}"];
  for (const probe of probes) {
    if (tooNew(probe).length > 0) passed += 1;
    else {
      failed += 1;
      console.log(`FAIL the check does not see: ${probe}`);
    }
  }
  const used = new Set();
  for (const t of tooNew(readFileSync(file, "utf8"))) {
    if (t.what in ONLY_IMPROVES) {
      used.add(t.what);
      continue;
    }
    failed += 1;
    console.log(`FAIL line ${t.line}: ${t.what} (${t.chrome === null ? "unknown" : t.chrome === Infinity ? "not in Chrome 70" : `Chrome ${t.chrome}`})`);
  }
  for (const name of Object.keys(ONLY_IMPROVES)) {
    if (used.has(name)) passed += 1;
    else {
      failed += 1;
      console.log(`FAIL on the list but no longer used: ${name}`);
    }
  }
  console.log(`${failed > 0 ? "FAIL" : "ok  "} css70: the stylesheet shows on Chrome ${FLOOR} (${passed} checks)`);
  return { passed, failed };
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.exit(checkCss(process.argv[2]).failed > 0 ? 1 : 0);
