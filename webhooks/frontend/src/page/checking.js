// Checks that follow the typing: the server looks at what stands on the page, saved or not. One at
// a time: what changes meanwhile is looked at next.

const PAUSE = 700;
const AGAIN = 5000;

export class Checking {
  /** `onfound(findings, roles)`, `onstate("checking" | "failed")`. */
  constructor({ calls, folder, onfound, onstate }) {
    Object.assign(this, { calls, folder, onfound, onstate });
    this.isBusy = false;
    this.isStale = false;
    folder.onchange(() => this.soon(PAUSE));
  }

  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), pause);
  }

  async check() {
    this.isStale = true;
    if (this.isBusy) return;
    this.isBusy = true;
    this.onstate("checking");
    try {
      while (this.isStale) await this.look();
    } catch {
      this.onstate("failed");
      this.soon(AGAIN);
    } finally {
      this.isBusy = false;
    }
  }

  async look() {
    this.isStale = false;
    const found = await this.calls.send("periksa", { files: this.folder.changes() });
    // what was changed meanwhile is looked at once more: that answer counts
    if (!this.isStale) this.onfound(found.findings, found.roles);
  }
}
