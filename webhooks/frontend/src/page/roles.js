// The list of roles: one row each; every other line of the file, comments too, stays as it is.
import { say } from "../language/index.js";
import { button, make } from "./dom.js";
import { textEditor } from "./texts.js";

const LINE = /^([A-Za-z_]\w*)\s*=\s*(?:("(?:[^"\\]|\\.)*")|\{(.*)\})\s*$/;
const SETTING = /^\s*(nama|atasan|pilih_per_perkara)\s*=\s*("(?:[^"\\]|\\.)*"|true|false)\s*$/;
/** commas between settings, not those inside quotation marks */
const COMMA = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/;

/** A line as a role; null when it is none that can stand in a row. */
export function readLine(line) {
  const [, name, title, inside] = line.match(LINE) ?? [];
  if (!name) return null;
  try {
    if (title) return { name, nama: JSON.parse(title) };
    const settings = inside.split(COMMA).map((each) => each.match(SETTING));
    if (settings.some((each) => !each)) return null;
    return { name, ...Object.fromEntries(settings.map(([, key, value]) => [key, JSON.parse(value)])) };
  } catch {
    return null;
  }
}

export function writeLine({ name, nama, pilih_per_perkara: chosen, atasan }) {
  if (!chosen && !atasan) return `${name} = ${JSON.stringify(nama)}`;
  const settings = [`nama = ${JSON.stringify(nama)}`];
  if (chosen) settings.push("pilih_per_perkara = true");
  if (atasan) settings.push(`atasan = ${JSON.stringify(atasan)}`);
  return `${name} = { ${settings.join(", ")} }`;
}

/** Whether every line is a role, a comment or empty. */
const isPlain = (text) => text.split("\n").every((line) => readLine(line) || /^\s*(#|$)/.test(line));

class RoleList {
  constructor(folder, path) {
    Object.assign(this, { folder, path });
    this.place = make("div", { class: "peran" });
    this.isText = !isPlain(this.text());
    this.show();
  }

  text() {
    return this.folder.text(this.path) ?? "";
  }

  lines() {
    return this.text().split("\n");
  }

  put(lines) {
    this.folder.put(this.path, { text: lines.join("\n") });
  }

  show() {
    const other = button(say(this.isText ? "as_table" : "as_text"), () => this.turn());
    other.disabled = this.isText && !isPlain(this.text());
    const inside = this.isText ? [textEditor(this.folder, this.path)] : [this.table(), this.adding()];
    this.place.replaceChildren(make("p", { class: "peran-cara" }, other), ...inside);
    if (this.isText) this.place.oninput = () => (other.disabled = !isPlain(this.text()));
  }

  turn() {
    this.isText = !this.isText;
    this.show();
  }

  all() {
    return this.lines().map((line, at) => ({ role: readLine(line), at })).filter((each) => each.role);
  }

  table() {
    const heads = ["role_name", "role_key", "role_superior", "role_chosen"];
    const head = make("tr", {}, ...heads.map((key) => make("th", { scope: "col" }, say(key))), make("td"));
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...this.all().map((each) => this.row(each))));
  }

  row({ role, at }) {
    const label = (key) => ({ "aria-label": `${say(key)}: ${role.nama ?? role.name}` });
    const change = (more) => {
      Object.assign(role, more);
      const lines = this.lines();
      lines[at] = writeLine(role);
      this.put(lines);
    };
    const title = make("input", { type: "text", ...label("role_name"), oninput: () => change({ nama: title.value }) });
    title.value = role.nama ?? "";
    const others = this.all().map((each) => each.role).filter((each) => each.name !== role.name);
    const superior = make("select", { ...label("role_superior"), onchange: () => change({ atasan: superior.value }) },
      make("option", { value: "" }, "–"),
      ...others.map(({ name, nama }) => make("option", { value: name, selected: name === role.atasan }, nama ?? name)));
    const chosen = make("input", { type: "checkbox", checked: Boolean(role.pilih_per_perkara), ...label("role_chosen"),
      onchange: () => change({ pilih_per_perkara: chosen.checked }) });
    const gone = button("×", () => this.remove(at), { class: "hapus", "aria-label": say("role_remove", { name: role.nama ?? role.name }) });
    const cells = [title, make("code", {}, role.name), superior, chosen, gone];
    return make("tr", {}, ...cells.map((each) => make("td", {}, each)));
  }

  remove(at) {
    this.put(this.lines().filter((_line, number) => number !== at));
    this.show();
  }

  adding() {
    this.name = make("input", { type: "text", maxlength: "120" });
    this.problem = make("p", { class: "galat", role: "alert" });
    return make(
      "form",
      { onsubmit: (event) => (event.preventDefault(), this.add()) },
      make("label", {}, say("role_add_name"), this.name),
      this.problem,
      make("button", {}, say("role_add")),
    );
  }

  add() {
    const nama = this.name.value.trim();
    const name = nama.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
    const isTaken = this.all().some((each) => each.role.name === name);
    if (!/^[a-z]/.test(name) || isTaken) {
      this.problem.textContent = say("role_add_wrong");
      return;
    }
    const lines = this.lines();
    while (lines.length && !lines.at(-1).trim()) lines.pop();
    this.put([...lines, writeLine({ name, nama }), ""]);
    this.show();
    this.name.focus();
  }

  /** Begin a new role: the place to write its title. */
  begin() {
    this.name?.focus();
  }
}

export function roleEditor(folder, path) {
  return new RoleList(folder, path);
}
