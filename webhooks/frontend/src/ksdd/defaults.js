// What a new shape begins with: a task has a deadline and stands in the stage and region of its
// neighbours, and the first way out of a branch is the one that is taken when no condition holds.
import CommandInterceptor from "diagram-js/lib/command/CommandInterceptor";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { readProperty } from "./values.js";

/** a deadline to begin with, so that no task is forgotten */
const DUE = "5 hari kerja";
const INHERITED = ["tahap", "daerah"];

class Defaults extends CommandInterceptor {
  constructor(eventBus, bpmnFactory, modeling) {
    super(eventBus);
    this.preExecute("shape.create", ({ context }) => this.begin(context, bpmnFactory));
    this.postExecuted("connection.create", ({ context }) => this.chooseDefault(context, modeling));
  }

  begin({ shape, parent, position }, factory) {
    const task = getBusinessObject(shape);
    // what was copied brings its own
    if (!is(shape, "bpmn:UserTask") || task.get("extensionElements")) return;
    if (!task.get("camunda:dueDate")) task.set("camunda:dueDate", DUE);
    const place = parent?.waypoints ? parent.parent : parent;
    const near = nearest(place, position);
    const values = INHERITED.map((name) => [name, near ? readProperty(near, name) : ""]).filter(([, value]) => value);
    if (!values.length) return;
    const list = factory.create("camunda:Properties", {
      values: values.map(([name, value]) => factory.create("camunda:Property", { name, value })),
    });
    list.get("values").forEach((each) => (each.$parent = list));
    const holder = factory.create("bpmn:ExtensionElements", { values: [list] });
    list.$parent = holder;
    holder.$parent = task;
    task.set("extensionElements", holder);
  }

  chooseDefault({ connection, source }, modeling) {
    const gateway = getBusinessObject(source);
    if (!is(gateway, "bpmn:ExclusiveGateway") || gateway.get("default") || !is(connection, "bpmn:SequenceFlow")) return;
    const others = source.outgoing.filter((each) => each !== connection).map(getBusinessObject);
    if (others.length === 1 && !others[0].get("conditionExpression")) {
      modeling.updateProperties(source, { default: others[0] });
    }
  }
}
Defaults.$inject = ["eventBus", "bpmnFactory", "modeling"];

/** The task in a place that is closest to a point. */
function nearest(place, point) {
  const tasks = (place?.children ?? []).filter((each) => is(each, "bpmn:UserTask") && !each.labelTarget);
  const distance = (each) => Math.hypot(each.x + each.width / 2 - point.x, each.y + each.height / 2 - point.y);
  const [first] = tasks.sort((one, other) => distance(one) - distance(other));
  return first ? getBusinessObject(first) : null;
}

export default { __init__: ["ksddDefaults"], ksddDefaults: ["type", Defaults] };
