// The files of the folder: open one, add one, take one out.
import { say } from "../language/index.js";
import { button, make } from "./dom.js";
import { EMPTY } from "./tables.js";
import { grouped, titleOf } from "./titles.js";

/** processes/actions/procedures.py says the same */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,99}(\/[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,99}){0,3}\.(dmn|txt|toml|typ|html)$/u;

export class FileList {
  constructor({ folder, onopen }) {
    Object.assign(this, { folder, onopen });
    this.list = make("div");
    this.name = make("input", { type: "text", maxlength: "200", "aria-label": say("add_file_name"), placeholder: "pesan/kabar.txt" });
    this.problem = make("p", { class: "galat", role: "alert" });
    const form = make(
      "form",
      { onsubmit: (event) => (event.preventDefault(), this.add()) },
      make("label", {}, say("add_file_name"), this.name),
      this.problem,
      make("button", {}, say("add_file")),
    );
    const more = make("details", {}, make("summary", {}, say("add_file")), form);
    this.root = make("nav", { class: "berkas", "aria-label": say("files") }, this.list, more);
    this.show();
  }

  show() {
    this.list.replaceChildren(
      ...grouped(this.folder.paths()).flatMap(([group, paths]) => [
        make("h2", {}, say(`group_${group}`)),
        make("ul", {}, ...paths.map((path) => this.row(path))),
      ]),
    );
  }

  mark(path) {
    this.opened = path;
    this.show();
  }

  row(path) {
    const isOpen = path === this.opened;
    const title = titleOf(path, this.folder.text(path));
    const words = title ? [make("span", { lang: "id" }, title), make("small", {}, path)] : [path];
    return make(
      "li",
      {},
      make(
        "button",
        { type: "button", "data-berkas": path, "aria-current": isOpen ? "true" : null, onclick: () => this.onopen(path) },
        ...words,
      ),
      isOpen && !path.endsWith(".bpmn")
        ? button("×", () => this.remove(path), { class: "hapus", title: say("remove_file"), "aria-label": say("remove_file") })
        : null,
    );
  }

  add() {
    const path = this.name.value.trim();
    const isTaken = path in this.folder.now;
    this.problem.textContent = NAME.test(path) && !isTaken ? "" : say("add_file_wrong");
    if (this.problem.textContent) return;
    const word = path.split("/").pop().replace(/\.\w+$/, "").toLowerCase().replace(/[^a-z0-9]+/g, "_");
    this.folder.put(path, { text: path.endsWith(".dmn") ? EMPTY(word, say("new_table")) : "\n" });
    this.name.value = "";
    this.onopen(path);
  }

  remove(path) {
    if (!confirm(say("remove_file_sure", { path }))) return;
    this.folder.put(path, null);
    this.onopen(this.folder.diagram());
  }
}
