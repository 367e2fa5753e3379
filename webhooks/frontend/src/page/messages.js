// A text of a mail, with the facts of a case that it may name, to be put in by a click.
import { say } from "../language/index.js";
import { button, make } from "./dom.js";
import { textEditor } from "./texts.js";

/** processes/engine/texts.py says the same */
export const FACTS = [
  "penerima.nama", "penerima.jabatan",
  "perkara.nomor", "perkara.judul", "perkara.para_pihak", "perkara.tahap",
  "tugas.nama", "tugas.tahap", "tugas.daerah", "tugas.tenggat", "tugas.dasar", "tugas.sisa", "tugas.pemegang",
  "narahubung.nama", "narahubung.jabatan", "narahubung.telepon", "narahubung.surel",
  "tautan", "catatan",
];

export function messageEditor(folder, path) {
  const editor = textEditor(folder, path);
  const area = editor.querySelector("textarea");
  const put = (fact) => {
    area.setRangeText(`{{ ${fact} }}`, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  };
  const facts = FACTS.map((fact) => button(fact.replace(/[._]/g, " "), () => put(fact)));
  return make("div", { class: "surel" }, make("p", {}, say("message_hint")), make("p", { class: "sisipan" }, ...facts), editor);
}
