// The drawing: bpmn-js with what this product adds, and the marks of findings on it.
import Modeler from "bpmn-js/lib/Modeler";
import { BpmnPropertiesPanelModule } from "bpmn-js-properties-panel";
import behaviors from "camunda-bpmn-js-behaviors/lib/camunda-platform";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import simulation from "bpmn-js-token-simulation";
import minimap from "diagram-js-minimap";
import defaults from "../ksdd/defaults.js";
import inserting from "../ksdd/inserting.js";
import panel from "../ksdd/panel.js";
import reachablePad from "../ksdd/reachable_pad.js";
import searching from "../ksdd/searching.js";
import trimming from "../ksdd/trimming.js";
import language, { say } from "../language/index.js";
import { make } from "./dom.js";
import { follow } from "./loose_words.js";

/** the scale from which on labels can be read */
const LEGIBLE = 0.8;
/** room beside a shape for its menu, in the drawing's units */
const BESIDE = 300;

export class Drawing {
  constructor({ canvas, properties, onchange }) {
    this.onchange = onchange;
    this.baseline = "";
    this.modeler = new Modeler({
      container: canvas,
      propertiesPanel: { parent: properties },
      moddleExtensions: { camunda },
      additionalModules: [
        BpmnPropertiesPanelModule, panel, behaviors, simulation, minimap, trimming, language,
        searching, inserting, defaults, reachablePad,
      ],
    });
    follow(canvas);
    this.modeler.on("commandStack.changed", () => this.tell());
    this.modeler.on("searchPad.selected", () => setTimeout(() => this.select(this.selected()[0])));
    this.marks = [];
  }

  get = (name) => this.modeler.get(name);

  /** Draw an XML text; throws what bpmn-js says when it cannot. */
  async open(xml) {
    this.isOpening = true;
    try {
      await this.modeler.importXML(xml);
      this.original = xml;
      this.baseline = await this.written();
      this.get("canvas").zoom("fit-viewport", "auto");
    } finally {
      this.isOpening = false;
    }
  }

  /** Draw a text of the same drawing anew; what is seen and what is selected stays. */
  async openAgain(xml, names) {
    const held = this.selected().map((id) => names[id] ?? id);
    const { x, y, width, height } = this.get("canvas").viewbox();
    await this.open(xml);
    this.get("canvas").viewbox({ x, y, width, height });
    const registry = this.get("elementRegistry");
    this.get("selection").select(held.map((id) => registry.get(id)).filter(Boolean));
  }

  async written() {
    return (await this.modeler.saveXML({ format: true })).xml;
  }

  /** Tell what is drawn; as long as nothing was changed, the text as it came. */
  async tell() {
    if (this.isOpening) return;
    const xml = await this.written();
    this.onchange(xml === this.baseline ? this.original : xml);
  }

  /** Open the search; after the click that asked for it, which would close it again. */
  search() {
    setTimeout(() => this.get("searchPad").open());
  }

  zoom(step) {
    this.get("zoomScroll").stepZoom(step);
  }

  selected() {
    return this.get("selection").get().map((each) => each.id);
  }

  select(id) {
    const element = this.get("elementRegistry").get(id);
    if (!element) return false;
    this.get("selection").select(element);
    const canvas = this.get("canvas");
    if (element.waypoints === undefined) {
      const { outer } = canvas.viewbox();
      // a large shape is shown whole, with the menu at its side
      const whole = Math.min(outer.width / (element.width + BESIDE), outer.height / (element.height + BESIDE));
      const scale = Math.min(LEGIBLE, whole);
      if (canvas.zoom() < scale || canvas.zoom() > whole) canvas.zoom(scale);
    }
    canvas.scrollToElement(element, 120);
    return true;
  }

  /** Give shapes their names; whether every mention of the old ones is gone. */
  async rename(names) {
    const registry = this.get("elementRegistry");
    for (const [before, after] of Object.entries(names)) {
      const element = registry.get(before);
      if (!element) continue;
      this.get("modeling").updateProperties(element, { id: after });
      if (element.di?.id === `${before}_di`) element.di.id = `${after}_di`;
    }
    const xml = await this.written();
    return !Object.keys(names).some((each) => new RegExp(`\\b${each}(_di)?\\b`).test(xml));
  }

  /** Badges for findings; the worst of a shape decides its colour, all sentences stand in it. */
  mark(findings) {
    const overlays = this.get("overlays");
    const canvas = this.get("canvas");
    const registry = this.get("elementRegistry");
    for (const { id, severity } of this.marks) {
      if (registry.get(id)) canvas.removeMarker(id, `temuan-${severity}`);
    }
    overlays.remove({ type: "temuan" });
    this.marks = [];
    const byShape = Map.groupBy
      ? Map.groupBy(findings, (each) => each.element)
      : findings.reduce((map, each) => map.set(each.element, [...(map.get(each.element) ?? []), each]), new Map());
    for (const [id, found] of byShape) {
      if (!id || !registry.get(id)) continue;
      const severity = found.some((each) => each.severity === "error") ? "error" : "warning";
      canvas.addMarker(id, `temuan-${severity}`);
      this.marks.push({ id, severity });
      const sentences = found.map((each) => `${say(each.severity)}: ${each.message}`).join("\n");
      const badge = make("div", { class: `lencana ${severity}`, title: sentences, role: "img", "aria-label": sentences, lang: "id" }, String(found.length));
      overlays.add(id, "temuan", { position: { top: -12, left: -12 }, html: badge });
    }
  }
}
