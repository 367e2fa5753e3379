// What needs a decision: somebody else was quicker, or this browser holds unsaved changes.
import { say } from "../language/index.js";
import { button, make } from "./dom.js";

export class Notices {
  constructor(workshop) {
    this.workshop = workshop;
    this.root = make("div", { class: "catatan-tempat" });
  }

  show(kind, sentence, ...choices) {
    const box = make("div", { class: `catatan ${kind}`, role: "alert" }, make("p", {}, sentence), ...choices);
    this.root.replaceChildren(box);
  }

  clear() {
    this.root.replaceChildren();
  }

  tellOvertaken(sentence) {
    this.show(
      "bad",
      sentence,
      button(say("see_newest"), () => this.seeNewest()),
      button(say("keep_mine"), () => this.keepMine(), { class: "utama" }),
    );
  }

  /** Somebody saved while nothing is unsaved here: the newest can simply be shown. */
  tellNewer({ changed_by: by }) {
    if (this.workshop.folder.isDirty()) return;
    this.show("info", say("newer", { by }), button(say("see_newest"), () => this.seeNewest()));
  }

  seeNewest() {
    const { folder, safekeeping } = this.workshop;
    if (folder.isDirty() && !confirm(say("see_newest_sure"))) return;
    safekeeping.forget();
    folder.now = { ...folder.saved };
    location.reload();
  }

  keepMine() {
    const { folder } = this.workshop;
    return this.branch({ files: this.whole(), held: folder.paths() });
  }

  /** A draft of its own for what cannot be saved in this one, opened at once. */
  async branch(body) {
    const { calls, folder, opened, safekeeping, root } = this.workshop;
    const title = say("copy_of", { title: opened.title, name: say("mine") }).slice(0, 120);
    try {
      const made = await calls.send("cabang", { title, ...body });
      safekeeping.forget();
      folder.saved = { ...folder.now };
      location.assign(`${root.dataset.dasar.replace(/[^/]+$/, "")}${made.id}`);
    } catch (error) {
      this.show("bad", say("refused", { why: error.message }), button(say("keep_mine"), () => this.branch(body)));
    }
  }

  /** Every file that this page holds in full; Word files that were not replaced stay as saved. */
  whole() {
    const { folder } = this.workshop;
    const held = Object.entries(folder.now).filter(([, file]) => file.size === undefined);
    const gone = Object.keys(folder.saved).filter((path) => !(path in folder.now));
    return { ...Object.fromEntries(held), ...Object.fromEntries(gone.map((path) => [path, null])) };
  }

  /** What this browser kept of an earlier visit that could not be saved. */
  offerKept() {
    const { safekeeping, folder, opened } = this.workshop;
    const kept = safekeeping.read();
    if (!kept?.files) return;
    if (!folder.differs(kept.files)) {
      // it reached the server, only the answer was lost
      safekeeping.forget();
      return;
    }
    const at = new Date(kept.at).toLocaleString(document.documentElement.lang);
    const forget = button(say("kept_forget"), () => {
      safekeeping.forget();
      this.clear();
    });
    if (kept.revision === opened.revision) {
      this.show("info", say("kept_found", { at }), button(say("kept_restore"), () => this.restore(kept.files)), forget);
      return;
    }
    // what was saved meanwhile must not be overwritten by it
    const mine = button(say("keep_mine"), () => this.branch({ files: kept.files }));
    this.show("info", say("kept_overtaken", { at, by: opened.changed_by }), mine, forget);
  }

  async restore(files) {
    const { folder } = this.workshop;
    this.clear();
    for (const [path, file] of Object.entries(files)) folder.put(path, file);
    this.workshop.path = undefined;
    await this.workshop.open(folder.diagram());
  }
}
