// What the reader sees, in his language: our own words by key, those of the drawing library by
// their English text.
import words from "./words.json";
import parts from "./parts.json";

const isEnglish = document.documentElement.lang === "en";

/** English texts of the library that were shown and have no Indonesian yet. */
export const untranslated = new Set();

const ours = new Set(Object.values(parts));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values?.[name] ?? whole);

/** One of a pair [Indonesian, English]. */
export const pick = (pair) => pair[isEnglish ? 1 : 0];

/** A sentence of our own by its key. */
export const say = (key, values) => fill(pick(words[key]), values);

/** A text of the library. */
export function translate(text, values) {
  if (isEnglish || !/[A-Za-z]{2}/.test(text)) return fill(text, values);
  if (!(text in parts) && !ours.has(text)) untranslated.add(text);
  return fill(parts[text] ?? text, values);
}

export default { translate: ["value", translate] };
