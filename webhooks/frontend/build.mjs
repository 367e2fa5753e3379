// Builds every bundle into the folder that is named on the command line, with the licences of all
// that went into it.
import { build } from "esbuild";
import { readFile, writeFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs FOLDER");

const result = await build({
  entryPoints: {
    modeler: "src/modeler.js",
    dmn: "src/dmn.js",
    viewer: "src/viewer.js",
  },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome109", "firefox115", "safari16"],
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  // the page's policy allows no <style>; ours does the same without one
  alias: { "style-mod": "./src/page/sheets.js" },
  define: { "process.env.NODE_ENV": '"production"' },
  // of the four forms of each icon font, one is enough for every browser above
  loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty", ".eot": "empty", ".svg": "empty" },
  assetNames: "[name]-[hash]",
  logLevel: "warning",
});

// 1. Which packages went in: the folder after the last node_modules of every input.
const packages = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/);
  if (found) packages.add(found[1]);
}
// 2. Their licences, in full.
const texts = [];
for (const folder of [...packages].sort()) {
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const names = await readdir(folder);
  const file = names.find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text = file ? await readFile(join(folder, file), "utf8") : "(the package carries no text of its licence)";
  texts.push(`${about.name} ${about.version} (${about.license ?? "licence not named"})\n\n${text.trim()}\n`);
}
await writeFile(join(out, "LICENCES.txt"), texts.join(`\n${"=".repeat(80)}\n\n`));
