// The bundle that opens decision tables; it is fetched when the first one is opened.
import DmnModeler from "dmn-js/lib/Modeler";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import words from "./language/tables.json";

const isEnglish = document.documentElement.lang === "en";
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values?.[name] ?? whole);
const ours = new Set(Object.values(words));
/** English texts of the library that were shown and have no Indonesian yet. */
const untranslated = new Set();

function translate(text, values) {
  if (!isEnglish && /[A-Za-z]{2}/.test(text) && !(text in words) && !ours.has(text)) untranslated.add(text);
  return fill((!isEnglish && words[text]) || text, values);
}
/** A cell in which only plain text can be typed, so that the browser writes no styles into it. */
function makePlain(cell) {
  try {
    cell.contentEditable = "plaintext-only";
  } catch {
    // an older browser: the policy of the page keeps its styles out
  }
}

/** What the library writes without asking: titles in English, and a heading without words. */
function mend(place) {
  place.querySelectorAll('[contenteditable="true"]').forEach(makePlain);
  place.querySelector("th.index-column")?.setAttribute("role", "cell");
  if (isEnglish) return;
  for (const name of ["title", "aria-label"]) {
    for (const each of place.querySelectorAll(`[${name}]`)) {
      const ours = words[each.getAttribute(name)];
      if (ours) each.setAttribute(name, ours);
    }
  }
}

const language = { translate: ["value", translate] };

/** Open a table in a place; `onchange` gets its XML after each change. Returns the editor. */
window.ksddDmn = async (place, xml, onchange) => {
  place.replaceChildren();
  new MutationObserver(() => mend(place)).observe(place, { childList: true, subtree: true });
  const modules = { additionalModules: [language] };
  const editor = new DmnModeler({
    container: place,
    drd: modules,
    decisionTable: modules,
    literalExpression: modules,
    boxedExpression: modules,
  });
  await editor.importXML(xml);
  const first = editor.getViews().find((each) => each.type === "decisionTable") ?? editor.getViews()[0];
  if (first) await editor.open(first);
  const written = async () => (await editor.saveXML({ format: true })).xml;
  const baseline = await written();
  let last = baseline;
  const tell = async () => {
    const now = await written();
    if (now === last) return;
    last = now;
    onchange(now === baseline ? xml : now);
  };
  const heard = new WeakSet();
  const listen = () => {
    const viewer = editor.getActiveViewer();
    if (!viewer || heard.has(viewer)) return;
    heard.add(viewer);
    viewer.on("commandStack.changed", tell);
  };
  listen();
  editor.on("views.changed", listen);
  return editor;
};
window.ksddDmn.untranslated = untranslated;
