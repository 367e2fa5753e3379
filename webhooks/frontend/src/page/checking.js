// Checks that follow the typing: the server looks at what stands on the page, saved or not.

const PAUSE = 700;
const AGAIN = 5000;

export class Checking {
  /** `onfound(findings, roles)`, `onstate("checking" | "failed")`. */
  constructor({ calls, folder, onfound, onstate }) {
    Object.assign(this, { calls, folder, onfound, onstate });
    this.number = 0;
    folder.onchange(() => this.soon(PAUSE));
  }

  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), pause);
  }

  async check() {
    this.number += 1;
    const mine = this.number;
    this.onstate("checking");
    try {
      const found = await this.calls.send("periksa", { files: this.folder.changes() });
      // a later check is on its way: its answer counts
      if (mine === this.number) this.onfound(found.findings, found.roles);
    } catch {
      if (mine !== this.number) return;
      this.onstate("failed");
      this.soon(AGAIN);
    }
  }
}
