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
const translate = (text, values) => fill((!isEnglish && words[text]) || text, values);
const language = { translate: ["value", translate] };

/** Open a table in a place; `onchange` gets its XML after each change. Returns the editor. */
window.ksddDmn = async (place, xml, onchange) => {
  place.replaceChildren();
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
