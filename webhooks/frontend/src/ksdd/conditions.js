// A condition put together from an answer and its value, so that nobody needs to know how it is
// written.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { say } from "../language/index.js";
import { NONE, entry } from "./entries.js";
import { bodyOf, extension, writeBody } from "./values.js";

const SIMPLE = /^\s*(\w+\.\w+)\s*==\s*(?:"([^"]*)"|(true|false))\s*$/;

/** Two choices that write the condition of a flow. */
export function composed(injector, element, flow) {
  const answers = () => answersBefore(element);
  const parts = () => bodyOf(flow.get("conditionExpression")).match(SIMPLE);
  const named = (name) => answers().find((each) => each.name === name);
  const write = (answer, value) => {
    const body = answer ? `${answer.name} == ${answer.isYesNo ? value : `"${value}"`}` : "";
    writeBody(injector, element, flow, "conditionExpression", body);
  };
  const list = [
    entry("choice", {
      id: "ksdd-syarat-jawaban",
      element,
      label: say("answer_of"),
      options: () => [NONE, ...answers().map(({ name, label }) => ({ value: name, label }))],
      get: () => parts()?.[1] ?? "",
      set: (name) => write(named(name), named(name)?.values[0]?.value ?? ""),
    }),
  ];
  const chosen = parts() && named(parts()[1]);
  if (chosen) {
    list.push(
      entry("choice", {
        id: "ksdd-syarat-nilai",
        element,
        label: say("answer_is"),
        options: () => chosen.values,
        get: () => parts()?.[2] ?? parts()?.[3] ?? "",
        set: (value) => write(chosen, value),
      }),
    );
  }
  return list;
}

/** Choices and yes-or-no answers that a case may have given before this flow, the nearest first. */
function answersBefore(element) {
  const around = [];
  for (let each = element.parent; each; each = each.parent) around.push(each);
  const found = [];
  for (const shape of before(element.source)) {
    if (!is(shape, "bpmn:UserTask") || !around.includes(shape.parent)) continue;
    const task = getBusinessObject(shape);
    for (const field of extension(task, "camunda:FormData")?.get("fields") ?? []) {
      const type = field.get("type");
      if (type !== "enum" && type !== "boolean") continue;
      const isYesNo = type === "boolean";
      const values = isYesNo
        ? [{ value: "true", label: say("yes") }, { value: "false", label: say("no") }]
        : (field.get("values") ?? []).map((each) => ({ value: each.get("id"), label: each.get("name") || each.get("id") }));
      const label = `${task.get("name") || task.id}: ${field.get("label") || field.get("id")}`;
      found.push({ name: `${task.id}.${field.get("id")}`, label, isYesNo, values });
    }
  }
  return found;
}

/** Shapes from which this one is reached, the nearest first; out of a subprocess into what is before it. */
function before(shape) {
  const seen = new Set([shape]);
  const waiting = [shape];
  while (waiting.length) {
    const each = waiting.shift();
    const earlier = each.incoming.map((flow) => flow.source);
    if (!earlier.length && each.host) earlier.push(each.host);
    if (!earlier.length && is(each.parent, "bpmn:SubProcess")) earlier.push(each.parent);
    for (const one of earlier.filter((other) => other && !seen.has(other))) {
      seen.add(one);
      waiting.push(one);
    }
  }
  return seen;
}
