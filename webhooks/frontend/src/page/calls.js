// What the page asks the server: JSON, with the page's key, and an error that says what to do.

/** milliseconds after which a call without an answer counts as not having reached the server */
const PATIENCE = 90_000;

export class Refusal extends Error {
  constructor(status, kind, sentence) {
    super(sentence);
    this.status = status;
    this.kind = kind;
  }
}

export class Calls {
  constructor(base) {
    this.base = base;
    this.key = "";
  }

  /** Everything to begin with; also renews the key after somebody signed in again. */
  async open() {
    const found = await this.ask("GET", "isi");
    this.key = found.key;
    return found;
  }

  async send(name, body) {
    try {
      return await this.ask("POST", name, body);
    } catch (error) {
      if (error.status !== 403) throw error;
      // the session was renewed in another tab, and the key with it
      this.key = (await this.ask("GET", "isi")).key;
      return this.ask("POST", name, body);
    }
  }

  /** One call; TypeError when the server is not reached, Refusal when it says no. */
  async ask(method, name, body) {
    const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
    if (body) Object.assign(headers, { "Content-Type": "application/json", "X-Kunci": this.key });
    const answer = await fetch(`${this.base}/${name}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) return answer.json();
    const told = await answer.json().catch(() => ({}));
    const fields = Object.values(told.errors ?? {}).join(" ");
    throw new Refusal(answer.status, (told.type ?? "").split(":").pop(), fields || told.detail || String(answer.status));
  }
}
