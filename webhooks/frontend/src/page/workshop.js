// The page put together: bar, list of files, the place of work, findings, and what they tell each
// other.
import { decisions } from "../ksdd/logic.js";
import { roles } from "../ksdd/stage.js";
import { say } from "../language/index.js";
import { Checking } from "./checking.js";
import { button, make } from "./dom.js";
import { Drawing } from "./drawing.js";
import { FileList } from "./files.js";
import { Findings } from "./findings.js";
import { messageEditor } from "./messages.js";
import { Notices } from "./notices.js";
import { Presence } from "./presence.js";
import { renamed } from "./renaming.js";
import { roleEditor } from "./roles.js";
import { Saving } from "./saving.js";
import { decisionsOf, tableEditor } from "./tables.js";
import { textEditor, wordFile } from "./texts.js";

/** the file of roles (processes/engine/roles.py) */
const ROLES = "peran.toml";
/** ids that drawing programs make up, waiting for a label (processes/engine/naming.py) */
const MADE_UP = /^[A-Z][A-Za-z]+_(?=[0-9a-z]*[0-9])[0-9a-z]{5,10}$/;

export class Workshop {
  constructor({ root, calls, folder, opened, safekeeping }) {
    Object.assign(this, { root, calls, folder, opened, safekeeping });
    roles.titles = opened.roles;
    roles.begin = () => this.beginRole();
    this.layOut();
    this.drawing = new Drawing({
      canvas: this.canvas,
      properties: this.properties,
      onchange: (xml) => folder.put(this.path, { text: xml }),
    });
    this.findings = new Findings({ drawing: this.drawing, goTo: (finding) => this.goTo(finding) });
    this.files = new FileList({ folder, onopen: (path) => this.open(path) });
    this.notices = new Notices(this);
    this.saving = new Saving({
      calls,
      folder,
      safekeeping,
      revision: opened.revision,
      hold: () => this.drawing.selected(),
      onstate: (state, sentence) => this.showState(state, sentence),
      onnames: (names, files) => this.rename(names, files),
    });
    this.side.append(this.files.root, this.findings.root);
    this.body.before(this.notices.root);
  }

  layOut() {
    const { dasar, daftar, coba, terbit } = this.root.dataset;
    this.state = make("span", { class: "keadaan", role: "status" });
    this.others = make("span", { class: "lain", role: "status" });
    this.canvas = make("div", { class: "kanvas", "aria-label": say("drawing"), role: "region" });
    this.properties = make("div", { class: "bentuk", "aria-label": say("properties"), role: "region" });
    this.work = make("div", { class: "kerja" });
    this.place = make("div", { class: "tempat" }, this.canvas, this.work);
    this.side = make("div", { class: "sisi" });
    this.body = make("div", { class: "badan" }, this.side, this.place, this.properties);
    const stack = (name) => () => this.drawing.get("commandStack")[name]();
    this.tools = [
      button(say("undo"), stack("undo")),
      button(say("redo"), stack("redo")),
      // the search would take the letting go of the key that opened it as its own
      button(say("search"), () => this.drawing.search(), {
        onkeydown: (event) => event.key === "Enter" && event.preventDefault(),
        onkeyup: (event) => event.key === "Enter" && this.drawing.search(),
      }),
      button("+", () => this.drawing.zoom(1), { title: say("zoom_in"), "aria-label": say("zoom_in") }),
      button("−", () => this.drawing.zoom(-1), { title: say("zoom_out"), "aria-label": say("zoom_out") }),
      button(say("fit"), () => this.drawing.get("canvas").zoom("fit-viewport", "auto")),
    ];
    const bar = make(
      "div",
      { class: "bilah" },
      make("a", { href: daftar }, say("back")),
      ...this.tools,
      make("a", { href: `${dasar}/folder.zip` }, say("download")),
      make("a", { href: coba }, say("try")),
      make("a", { href: terbit }, say("publish")),
      this.state,
      this.others,
    );
    this.root.append(bar, this.body);
  }

  async begin() {
    decisions.names = decisionsOf(this.folder);
    this.checking = new Checking({
      calls: this.calls,
      folder: this.folder,
      onfound: (found, titles) => this.found(found, titles),
      onstate: (state) => this.findings.say(say(state === "failed" ? "check_failed" : "checking")),
    });
    await this.open(this.folder.diagram());
    this.notices.offerKept();
    this.drawing.modeler.on("selection.changed", () => this.nameWhatWasLeft());
    this.checking.check();
    this.saving.touch();
    this.presence = new Presence({
      calls: this.calls,
      saving: this.saving,
      root: this.others,
      onnewer: (found) => this.notices.tellNewer(found),
    });
  }

  /** Open a file in the editor that its kind has. */
  async open(path) {
    this.closing?.();
    this.closing = undefined;
    this.work.replaceChildren();
    this.files.mark(path);
    const isDiagram = path.endsWith(".bpmn");
    this.body.classList.toggle("diagram", isDiagram);
    for (const each of this.tools) each.disabled = !isDiagram;
    if (isDiagram) return this.openDiagram(path);
    if (this.folder.text(path) === undefined) {
      this.work.append(wordFile(this.folder, path, this.root.dataset.dasar));
    } else if (path.endsWith(".dmn")) {
      const editor = tableEditor(this.folder, path, this.root);
      this.work.append(editor.place);
      this.closing = editor.close;
    } else this.work.append(this.editorOf(path));
    return undefined;
  }

  /** The editor of a file that is text. */
  editorOf(path) {
    this.roleList = path === ROLES ? roleEditor(this.folder, path) : undefined;
    if (this.roleList) return this.roleList.place;
    return path.startsWith("pesan/") ? messageEditor(this.folder, path) : textEditor(this.folder, path);
  }

  async beginRole() {
    if (this.folder.text(ROLES) === undefined) this.folder.put(ROLES, { text: "" });
    await this.open(ROLES);
    this.roleList.begin();
  }

  async openDiagram(path) {
    if (this.path === path && this.drawnText === this.folder.text(path)) return;
    this.path = path;
    try {
      await this.drawing.open(this.folder.text(path));
    } catch (error) {
      this.body.classList.remove("diagram");
      const sentence = say("broken_file", { why: error.message });
      this.work.replaceChildren(make("p", { role: "alert" }, sentence), textEditor(this.folder, path));
    }
  }

  showState(state, sentence) {
    this.root.dataset.keadaan = state;
    this.state.className = `keadaan ${state}`;
    this.state.textContent = sentence;
    if (state === "overtaken") this.notices.tellOvertaken(sentence);
  }

  found(list, titles) {
    roles.titles = titles;
    decisions.names = decisionsOf(this.folder);
    const shown = list.filter((each) => !this.isSoonNamed(each));
    this.findings.show(shown);
    this.root.dataset.temuan = String(shown.length);
  }

  /** Whether a finding speaks of an id that becomes a name by itself when its shape is left. */
  isSoonNamed({ code, element }) {
    return code === "names.made_up" && Boolean(this.drawing.get("elementRegistry").get(element)?.businessObject.name);
  }

  async goTo(finding) {
    if (finding.file && this.folder.now[finding.file]) await this.open(finding.file);
    if (finding.element) this.drawing.select(finding.element);
  }

  /** Ids that the server turned into names. What was drawn meanwhile is named with the next save. */
  async rename(names, files) {
    const sent = this.folder.saved[this.path]?.text;
    const isAsSent = this.folder.text(this.path) === sent;
    const shown = await this.drawing.rename(names);
    for (const [path, file] of Object.entries(files)) {
      if (path === this.path && !shown && !isAsSent) continue;
      const changed = path !== this.path && this.folder.changes()[path]?.text;
      this.folder.keep({ [path]: file });
      if (changed) this.folder.put(path, { text: renamed(changed, names) });
      else if (path !== this.path || !shown) this.folder.put(path, file);
    }
    if (!shown && isAsSent) await this.drawing.openAgain(this.folder.text(this.path), names);
    this.files.show();
  }

  /** A labelled shape that is no longer selected gets its name with the next save. */
  nameWhatWasLeft() {
    const left = this.drawing.get("elementRegistry").filter((each) => MADE_UP.test(each.id) && each.type !== "label");
    const held = this.drawing.selected();
    if (left.some((each) => each.businessObject.name && !held.includes(each.id))) this.saving.save(true);
  }
}
