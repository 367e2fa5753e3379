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

  async keepMine() {
    const { calls, folder, opened, safekeeping, root } = this.workshop;
    const title = say("copy_of", { title: opened.title, name: say("mine") }).slice(0, 120);
    try {
      const made = await calls.send("cabang", { title, files: this.whole() });
      safekeeping.forget();
      folder.saved = { ...folder.now };
      location.assign(`${root.dataset.dasar.replace(/[^/]+$/, "")}${made.id}`);
    } catch (error) {
      this.show("bad", say("refused", { why: error.message }), button(say("keep_mine"), () => this.keepMine()));
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
    const { safekeeping, folder } = this.workshop;
    const kept = safekeeping.read();
    if (!kept?.files || !Object.keys(kept.files).length) return;
    const at = new Date(kept.at).toLocaleString(document.documentElement.lang);
    this.show(
      "info",
      say("kept_found", { at }),
      button(say("kept_restore"), async () => {
        this.clear();
        for (const [path, file] of Object.entries(kept.files)) folder.put(path, file);
        this.workshop.path = undefined;
        await this.workshop.open(folder.diagram());
      }),
      button(say("kept_forget"), () => {
        safekeeping.forget();
        this.clear();
      }),
    );
  }
}
