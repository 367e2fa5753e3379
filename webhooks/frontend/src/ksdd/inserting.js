// Putting a task or a branch into a flow: room is made for it, and both halves of the flow stay
// connected. One step to undo.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

/** free distance on both sides of what is put in */
const MARGIN = 45;

/** distance at least from what lies beside it, and between two places that are tried */
const GAP = 10;
const STEP = 10;

const FRAMES = ["bpmn:Participant", "bpmn:Lane"];
const isSolid = (each) => each.parent && !each.waypoints && !each.labelTarget && !FRAMES.some((type) => is(each, type));
const isAround = (each, inside) => each === inside || Boolean(inside.parent && isAround(each, inside.parent));

const between = (one, other) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });

/** The longest straight part of a flow. */
function longestPart(flow) {
  const parts = flow.waypoints.slice(1).map((to, at) => ({ from: flow.waypoints[at], to }));
  const length = ({ from, to }) => Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
  return parts.reduce((best, each) => (length(each) > length(best) ? each : best));
}

class Insertion {
  constructor(modeling, spaceTool, elementRegistry) {
    Object.assign(this, { modeling, spaceTool, elementRegistry });
  }

  preExecute(context) {
    this.makeRoom(context.flow, context.shape);
    context.shape = this.modeling.createShape(context.shape, this.place(context.flow, context.shape), context.flow);
    this.placeWords(context.flow);
    if (!is(context.shape, "bpmn:ExclusiveGateway")) return;
    const [onward] = context.shape.outgoing;
    if (onward) this.modeling.updateProperties(context.shape, { default: getBusinessObject(onward) });
  }

  execute() {
    return [];
  }

  revert() {
    return [];
  }

  /** Words on the flow stand above what is left of it, not on what was put in. */
  placeWords({ label, waypoints }) {
    if (!label) return;
    const middle = between(waypoints[0], waypoints.at(-1));
    const delta = { x: middle.x - label.x - label.width / 2, y: middle.y - label.y - label.height - 4 };
    this.modeling.moveShape(label, delta);
  }

  /** The place on the longest part of a flow where nothing else lies, the nearest to its middle. */
  place(flow, { width, height }) {
    const { from, to } = longestPart(flow);
    const isAcross = Math.abs(to.x - from.x) >= Math.abs(to.y - from.y);
    const [axis, size] = isAcross ? ["x", width] : ["y", height];
    const middle = between(from, to);
    const others = this.elementRegistry.filter((each) => isSolid(each) && !isAround(each, flow.parent));
    const isFree = ({ x, y }) =>
      !others.some(
        (each) =>
          x - width / 2 - GAP < each.x + each.width && each.x < x + width / 2 + GAP &&
          y - height / 2 - GAP < each.y + each.height && each.y < y + height / 2 + GAP,
      );
    const most = Math.abs(to[axis] - from[axis]) / 2 - size / 2 - GAP;
    for (let away = 0; away <= most; away += STEP) {
      for (const side of [away, -away]) {
        const place = { ...middle, [axis]: middle[axis] + side };
        if (isFree(place)) return place;
      }
    }
    return middle;
  }

  /** Move everything beyond the middle of the flow away, as far as there is room missing. */
  makeRoom(flow, shape) {
    const { from, to } = longestPart(flow);
    const isAcross = Math.abs(to.x - from.x) >= Math.abs(to.y - from.y);
    const axis = isAcross ? "x" : "y";
    const missing = shape[isAcross ? "width" : "height"] + 2 * MARGIN - Math.abs(to[axis] - from[axis]);
    if (missing <= 0) return;
    const start = between(from, to)[axis];
    const all = this.elementRegistry.filter((each) => each.parent);
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, axis, missing, start);
    const delta = { x: isAcross ? missing : 0, y: isAcross ? 0 : missing };
    this.spaceTool.makeSpace(movingShapes, resizingShapes, delta, isAcross ? "e" : "s", start);
  }
}
Insertion.$inject = ["modeling", "spaceTool", "elementRegistry"];

class Inserting {
  constructor(injector) {
    this.injector = injector;
    injector.get("commandStack").registerHandler("ksdd.insert", Insertion);
    injector.get("contextPad").registerProvider(this);
  }

  getContextPadEntries(shown) {
    // the words on a flow stand for the flow
    const element = shown.labelTarget ?? shown;
    const translate = this.injector.get("translate");
    const entry = (className, title, click) => ({ group: "model", className, title: translate(title), action: { click } });
    if (is(element, "bpmn:UserTask")) {
      return { "ksdd-copy": entry("ksdd-salin", "Copy this task", () => this.copy(element)) };
    }
    if (!is(element, "bpmn:SequenceFlow")) return {};
    const put = (make) => () => this.put(element, make());
    const entries = {
      "ksdd-insert-task": entry("bpmn-icon-user-task", "Insert user task here", put(() => this.make("bpmn:UserTask"))),
      "ksdd-insert-branch": entry("bpmn-icon-gateway-xor", "Insert branch here", put(() => this.make("bpmn:ExclusiveGateway"))),
    };
    const copied = this.copied();
    if (copied) entries["ksdd-insert-copy"] = entry("ksdd-tempel", "Insert the copy here", put(() => this.copyOf(copied)));
    return entries;
  }

  make(type, businessObject) {
    return this.injector.get("elementFactory").createShape({ type, ...(businessObject ? { businessObject } : {}) });
  }

  copy(element) {
    this.injector.get("copyPaste").copy(element);
  }

  /** The one task that was copied last; null when something else was, or nothing. */
  copied() {
    const all = Object.values(this.injector.get("clipboard").get() ?? {}).flat();
    const shapes = all.filter((each) => !each.labelTarget);
    return shapes.length === 1 && is(shapes[0].businessObject, "bpmn:UserTask") ? shapes[0].businessObject : null;
  }

  copyOf(task) {
    const made = this.injector.get("bpmnFactory").create("bpmn:UserTask");
    return this.make("bpmn:UserTask", this.injector.get("moddleCopy").copyElement(task, made));
  }

  put(flow, shape) {
    const context = { flow, shape };
    this.injector.get("commandStack").execute("ksdd.insert", context);
    this.injector.get("selection").select(context.shape);
    this.injector.get("directEditing").activate(context.shape);
  }
}
Inserting.$inject = ["injector"];

export default { __init__: ["ksddInserting"], ksddInserting: ["type", Inserting] };
