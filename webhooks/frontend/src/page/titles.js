// What a file of the folder is for its owner, and in which group it stands.
import { pick, say } from "../language/index.js";
import titles from "./titles.json";

const GROUPS = [
  ["diagram", /\.bpmn$/],
  ["tables", /\.dmn$/],
  ["roles", /^peran\.toml$/],
  ["messages", /^pesan\//],
  ["scenarios", /^skenario\//],
  ["letters", /^surat\//],
  ["others", /./],
];

const groupOf = (path) => GROUPS.find(([, pattern]) => pattern.test(path))[0];

/** Groups that have a file: [name, paths], in the order in which an owner looks for them. */
export function grouped(paths) {
  const filled = GROUPS.map(([name]) => [name, paths.filter((path) => groupOf(path) === name)]);
  return filled.filter(([, found]) => found.length);
}

/** What a file is called in words; empty when only its path is known. */
export function titleOf(path, text) {
  if (path in titles) return pick(titles[path]);
  const group = groupOf(path);
  if (group === "diagram" || group === "roles") return say(`title_${group}`);
  if (group === "scenarios") return text?.match(/^judul\s*=\s*"(.+)"/m)?.[1] ?? "";
  if (group === "tables") return text?.match(/<(?:\w+:)?decision\b[^>]*\bname="([^"]+)"/)?.[1] ?? "";
  return "";
}
