// The draft's folder as the page holds it: what was saved, and what stands on the page now.

const same = (one, other) => one?.text === other?.text && one?.base64 === other?.base64 && one?.size === other?.size;

export class Folder {
  constructor(files) {
    this.saved = { ...files };
    this.now = { ...files };
    this.listeners = [];
  }

  onchange(listener) {
    this.listeners.push(listener);
  }

  paths() {
    return Object.keys(this.now).sort();
  }

  diagram() {
    return this.paths().find((path) => path.endsWith(".bpmn"));
  }

  text(path) {
    return this.now[path]?.text;
  }

  /** Put a file (text, base64) on the page; null takes it away. */
  put(path, file) {
    if (file === null) delete this.now[path];
    else if (same(this.now[path], file)) return;
    else this.now[path] = file;
    this.listeners.forEach((listener) => listener(path));
  }

  /** What differs from what was saved last, as a call sends it. */
  changes() {
    const changed = {};
    for (const path of new Set([...Object.keys(this.saved), ...Object.keys(this.now)])) {
      if (!(path in this.now)) changed[path] = null;
      else if (!same(this.saved[path], this.now[path])) changed[path] = this.now[path];
    }
    return changed;
  }

  /** Whether these changes are any to what stands on the page. */
  differs(changes) {
    return Object.entries(changes).some(([path, file]) => !same(this.now[path], file ?? undefined));
  }

  isDirty() {
    return Object.keys(this.changes()).length > 0;
  }

  /** These changes were saved. */
  keep(changes) {
    for (const [path, file] of Object.entries(changes)) {
      if (file === null) delete this.saved[path];
      else this.saved[path] = file;
    }
  }
}
