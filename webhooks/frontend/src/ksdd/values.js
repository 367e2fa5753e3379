// Reading and writing what an owner says on a shape: attributes, camunda properties, nested text.
// Every write is one undoable step.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

/** The object that carries a shape's properties: of a pool, the process inside it. */
export function carrier(element) {
  const object = getBusinessObject(element);
  return is(object, "bpmn:Participant") ? object.processRef : object;
}

export function extension(object, type) {
  return object.get("extensionElements")?.get("values").find((each) => is(each, type));
}

export function readProperty(object, name) {
  const found = extension(object, "camunda:Properties")?.get("values") ?? [];
  return found.find((each) => each.get("name") === name)?.get("value") ?? "";
}

/** Collects changes and makes them one step of the command stack. */
export class Step {
  constructor(injector, element) {
    this.factory = injector.get("bpmnFactory");
    this.stack = injector.get("commandStack");
    this.element = element;
    this.commands = [];
  }

  set(moddleElement, properties) {
    const context = { element: this.element, moddleElement, properties };
    this.commands.push({ cmd: "element.updateModdleProperties", context });
    return this;
  }

  make(type, properties, parent) {
    const made = this.factory.create(type, properties);
    made.$parent = parent;
    return made;
  }

  run() {
    if (this.commands.length) this.stack.execute("properties-panel.multi-command-executor", this.commands);
  }

  /** The extension of a type on an object, made when it is missing. */
  ensure(object, type, listName = "values") {
    const holder = object.get("extensionElements");
    const found = extension(object, type);
    if (found) return found;
    if (!holder) {
      const made = this.make("bpmn:ExtensionElements", { values: [] }, object);
      const inside = this.make(type, { [listName]: [] }, made);
      made.get("values").push(inside);
      this.set(object, { extensionElements: made });
      return inside;
    }
    const inside = this.make(type, { [listName]: [] }, holder);
    this.set(holder, { values: [...holder.get("values"), inside] });
    return inside;
  }

  /** Take an extension away, and the holder with it when nothing else is in it. */
  drop(object, inside) {
    const holder = object.get("extensionElements");
    const left = holder.get("values").filter((each) => each !== inside);
    if (left.length) this.set(holder, { values: left });
    else this.set(object, { extensionElements: undefined });
  }

  /** Write a property by its key ("name" on shapes, "id" on form fields); empty takes it away. */
  inList(list, key, name, value) {
    const values = list.get("values");
    const found = values.find((each) => each.get(key) === name);
    if (!value) return found ? values.filter((each) => each !== found) : null;
    if (found) {
      this.set(found, { value });
      return null;
    }
    return [...values, this.make("camunda:Property", { [key]: name, value }, list)];
  }
}

export function writeProperty(injector, element, object, name, value) {
  if (readProperty(object, name) === (value ?? "")) return;
  const step = new Step(injector, element);
  const list = extension(object, "camunda:Properties");
  if (!list && !value) return;
  const target = list ?? step.ensure(object, "camunda:Properties");
  const after = step.inList(target, "name", name, value);
  if (after && !after.length) step.drop(object, target);
  else if (after) step.set(target, { values: after });
  step.run();
}

export function writeAttribute(injector, element, object, name, value) {
  new Step(injector, element).set(object, { [name]: value || undefined }).run();
}

/** The text of a nested expression, for example of a condition or a timer. */
export const bodyOf = (expression) => expression?.get("body") ?? "";

export function writeBody(injector, element, object, name, value, type = "bpmn:FormalExpression") {
  const step = new Step(injector, element);
  const found = object.get(name);
  if (!value) step.set(object, { [name]: undefined });
  else if (found) step.set(found, { body: value });
  else step.set(object, { [name]: step.make(type, { body: value }, object) });
  step.run();
}
