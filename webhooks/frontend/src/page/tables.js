// Decision tables: dmn-js comes as a bundle of its own, when the first table is opened.
import { say } from "../language/index.js";
import { make } from "./dom.js";
import { textEditor } from "./texts.js";

let arriving;

function arrive(root) {
  arriving ??= new Promise((resolve, reject) => {
    document.head.append(make("link", { rel: "stylesheet", href: root.dataset.dmnGaya }));
    const script = make("script", { src: root.dataset.dmn, onload: () => resolve(window.ksddDmn), onerror: reject });
    document.head.append(script);
  });
  return arriving;
}

/** An editor of one table; `close()` ends it. */
export function tableEditor(folder, path, root) {
  const place = make("div", { class: "tabel" }, make("p", { role: "status" }, say("dmn_waiting")));
  let editor;
  arrive(root)
    .then((open) => open(place, folder.text(path), (xml) => folder.put(path, { text: xml })))
    .then((opened) => (editor = opened))
    .catch((error) => {
      const sentence = say("broken_file", { why: error?.message ?? "dmn" });
      place.replaceChildren(make("p", { role: "alert" }, sentence), textEditor(folder, path));
    });
  return { place, close: () => editor?.destroy() };
}

export const EMPTY = (id, name) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="${id}_definisi" name="${name}" namespace="urn:ksdd">
  <decision id="${id}" name="${name}">
    <decisionTable id="${id}_tabel" hitPolicy="UNIQUE">
      <input id="${id}_masukan"><inputExpression id="${id}_masukan_isi" typeRef="string"><text></text></inputExpression></input>
      <output id="${id}_hasil" name="${id}" typeRef="string" />
    </decisionTable>
  </decision>
</definitions>
`;

/** The decisions that the folder's tables hold, id to name. */
export function decisionsOf(folder) {
  const names = {};
  for (const path of folder.paths().filter((each) => each.endsWith(".dmn"))) {
    const parsed = new DOMParser().parseFromString(folder.text(path) ?? "", "application/xml");
    for (const each of parsed.getElementsByTagNameNS("*", "decision")) {
      names[each.getAttribute("id")] = each.getAttribute("name") || each.getAttribute("id");
    }
  }
  return names;
}
