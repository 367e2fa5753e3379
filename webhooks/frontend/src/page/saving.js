// Saving by itself: a moment after the last change, again after a failure, never over somebody else.
import { say } from "../language/index.js";
import { Refusal } from "./calls.js";

/** milliseconds after a change, and between tries when the server is not reached */
const PAUSE = 1200;
const AGAIN = [2000, 5000, 10000, 30000];

export class Saving {
  /**
   * `hold()`: ids of shapes that somebody is at work on. `onstate(state, sentence)`: saved, saving,
   * unsaved, offline, refused or overtaken. `onnames(names, files)`: ids that became names.
   */
  constructor({ calls, folder, revision, safekeeping, hold, onstate, onnames }) {
    Object.assign(this, { calls, folder, revision, safekeeping, hold, onstate, onnames });
    this.failures = 0;
    this.unanswered = null;
    this.isBusy = false;
    this.isOvertaken = false;
    folder.onchange(() => this.touch());
    addEventListener("online", () => this.soon(0));
    addEventListener("beforeunload", (event) => {
      if (folder.isDirty()) event.preventDefault();
    });
  }

  touch() {
    if (!this.folder.isDirty()) {
      if (!this.isBusy) this.onstate("saved", say("saved"));
      return;
    }
    this.safekeeping.write(this.revision, this.folder.changes());
    if (this.isOvertaken) return;
    this.onstate("unsaved", say("unsaved"));
    this.soon(PAUSE);
  }

  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  /**
   * Save now what differs; with `anyway` also ask for names when nothing does. What was sent and not
   * answered may have come through: the very same is sent again before what was changed meanwhile.
   */
  async save(anyway = false) {
    if (this.isBusy || this.isOvertaken) return;
    this.unanswered ??= this.due(anyway);
    if (!this.unanswered) return;
    this.isBusy = true;
    this.wentWell = false;
    this.onstate("saving", say("saving"));
    try {
      const saved = await this.calls.send("simpan", this.unanswered);
      this.taken(this.unanswered.files, saved);
    } catch (error) {
      this.failed(error);
    } finally {
      this.isBusy = false;
    }
    if (this.wentWell) this.touch();
  }

  /** What a call has to bring; null when there is nothing to save. */
  due(anyway) {
    const files = this.folder.changes();
    const path = this.folder.diagram();
    // with the drawing that it names, an answer that got lost can be given again
    if (anyway && path) files[path] ??= this.folder.now[path];
    return Object.keys(files).length ? { revision: this.revision, files, hold: this.hold() } : null;
  }

  /** Whether a save may have come through of which nothing is known yet. */
  isUncertain() {
    return this.isBusy || this.unanswered !== null;
  }

  taken(files, saved) {
    this.unanswered = null;
    this.failures = 0;
    this.wentWell = true;
    this.revision = saved.revision;
    this.folder.keep(files);
    this.safekeeping.forget();
    if (Object.keys(saved.names).length) this.onnames(saved.names, saved.files);
  }

  failed(error) {
    if (error instanceof Refusal && error.status < 500) this.unanswered = null;
    if (error instanceof Refusal && error.status === 409 && error.kind === "overtaken") {
      this.isOvertaken = true;
      this.onstate("overtaken", error.message);
    } else if (error instanceof Refusal && error.status < 500) {
      this.onstate("refused", say("refused", { why: error.message }));
    } else {
      const pause = AGAIN[Math.min(this.failures, AGAIN.length - 1)];
      this.failures += 1;
      this.onstate("offline", say("offline"));
      this.soon(pause);
    }
  }
}
