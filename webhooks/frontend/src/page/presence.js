// Who else has the draft open, and whether somebody saved it meanwhile.
import { say } from "../language/index.js";

const PAUSE = 15000;

export class Presence {
  constructor({ calls, saving, root, onnewer }) {
    Object.assign(this, { calls, saving, root, onnewer });
    this.tell();
    setInterval(() => document.visibilityState === "visible" && this.tell(), PAUSE);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.tell());
  }

  async tell() {
    try {
      const found = await this.calls.send("hadir", {});
      this.root.textContent = found.others.length ? say("others", { names: found.others.join(", ") }) : "";
      if (found.revision > this.saving.revision && !this.saving.isUncertain()) this.onnewer(found);
    } catch {
      // the next beat tells it; saving says by itself when the server is not reached
    }
  }
}
