// What is wrong, on the shapes and in a list; a click leads from the list to the shape.
import { say } from "../language/index.js";
import { button, make } from "./dom.js";

export class Findings {
  /** `goTo(finding)` opens the file and selects the shape. */
  constructor({ drawing, goTo }) {
    Object.assign(this, { drawing, goTo });
    this.heading = make("p", { class: "temuan-jumlah", role: "status" });
    this.list = make("ul", { class: "temuan" });
    this.root = make("section", { class: "panel-temuan", "aria-label": say("findings") }, this.heading, this.list);
  }

  say(sentence) {
    this.heading.textContent = sentence;
  }

  show(findings) {
    const order = { error: 0, warning: 1 };
    const sorted = [...findings].sort((one, other) => order[one.severity] - order[other.severity]);
    const errors = sorted.filter((each) => each.severity === "error").length;
    this.say(
      sorted.length ? say("findings_count", { errors, warnings: sorted.length - errors }) : say("findings_none"),
    );
    this.list.replaceChildren(...sorted.map((each) => this.row(each)));
    this.drawing.mark(sorted);
  }

  row(finding) {
    const place = finding.line ? `${finding.file}, ${say("line", { line: finding.line })}` : finding.file;
    return make(
      "li",
      { class: finding.severity },
      button(make("strong", {}, say(finding.severity)), () => this.goTo(finding), { class: "temuan-tunjuk" }),
      make("span", { lang: "id" }, ` ${finding.message} `),
      make("small", {}, [place, finding.element].filter(Boolean).join(" · ")),
    );
  }
}
