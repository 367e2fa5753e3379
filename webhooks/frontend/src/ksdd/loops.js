// A shape that is done once for each item of a list.
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { say } from "../language/index.js";
import { entry } from "./entries.js";
import { group } from "./group.js";
import { bodyOf, readProperty, writeAttribute, writeBody, writeProperty } from "./values.js";

export function loopGroup(injector, element) {
  const object = getBusinessObject(element);
  if (!isAny(object, ["bpmn:UserTask", "bpmn:SubProcess"])) return null;
  const loop = object.get("loopCharacteristics");
  if (!loop || !is(loop, "bpmn:MultiInstanceLoopCharacteristics")) return null;
  const make = (name, get, set) =>
    entry("text", { id: `ksdd-${name}`, element, label: say(name), description: say(`${name}_hint`), get, set });
  const attribute = (name, key) =>
    make(name, () => loop.get(key) ?? "", (value) => writeAttribute(injector, element, loop, key, value));
  const property = (name, key) =>
    make(name, () => readProperty(loop, key), (value) => writeProperty(injector, element, loop, key, value));
  return group("ksdd-perulangan", say("loop_group"), [
    attribute("loop_over", "camunda:collection"),
    attribute("loop_item", "camunda:elementVariable"),
    property("loop_output", "outputCollection"),
    property("loop_result", "outputElement"),
    make(
      "loop_until",
      () => bodyOf(loop.get("completionCondition")),
      (value) => writeBody(injector, element, loop, "completionCondition", value),
    ),
  ]);
}
