// A copy of what is not saved yet, in this browser, so that neither a lost network nor a closed
// window loses it.

export class Safekeeping {
  constructor(draft) {
    this.name = `ksdd-rancangan-${draft}`;
  }

  /** What was kept, or null; { revision, files, at }. */
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name));
    } catch {
      return null;
    }
  }

  write(revision, files) {
    try {
      localStorage.setItem(this.name, JSON.stringify({ revision, files, at: new Date().toISOString() }));
    } catch {
      // full or forbidden: the page still holds it, and warns before it is left
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.name);
    } catch {
      // nothing was kept either
    }
  }
}
