// Timers, and which message, error or signal an event throws or waits for.
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { say } from "../language/index.js";
import { NONE, entry } from "./entries.js";
import { group } from "./group.js";
import { Step, bodyOf } from "./values.js";

/** the choice that makes a new one */
const NEW = "+";
const TIMES = ["timeDate", "timeDuration", "timeCycle"];
const REFERENCES = {
  "bpmn:MessageEventDefinition": ["messageRef", "bpmn:Message"],
  "bpmn:ErrorEventDefinition": ["errorRef", "bpmn:Error"],
  "bpmn:SignalEventDefinition": ["signalRef", "bpmn:Signal"],
  "bpmn:ReceiveTask": ["messageRef", "bpmn:Message"],
};

export function eventGroup(injector, element) {
  const object = getBusinessObject(element);
  const definition = is(object, "bpmn:Event") && object.get("eventDefinitions")?.[0];
  if (definition && is(definition, "bpmn:TimerEventDefinition")) return timerGroup(injector, element, definition);
  const holder = is(object, "bpmn:ReceiveTask") ? object : definition;
  const found = holder && Object.entries(REFERENCES).find(([type]) => is(holder, type));
  return found ? referenceGroup(injector, element, holder, ...found[1]) : null;
}

function timerGroup(injector, element, definition) {
  const kind = () => TIMES.find((name) => definition.get(name)) ?? "timeDuration";
  const write = (name, body) => {
    const step = new Step(injector, element);
    const empty = Object.fromEntries(TIMES.map((each) => [each, undefined]));
    const made = body ? step.make("bpmn:FormalExpression", { body }, definition) : undefined;
    step.set(definition, { ...empty, [name]: made }).run();
  };
  return group("ksdd-jam", say("timer_group"), [
    entry("choice", {
      id: "ksdd-jam-jenis",
      element,
      label: say("timer_kind"),
      options: () => TIMES.map((value) => ({ value, label: say(value) })),
      get: kind,
      set: (name) => write(name, bodyOf(definition.get(kind()))),
    }),
    entry("text", {
      id: "ksdd-jam-isi",
      element,
      label: say("timer_value"),
      description: say("timer_hint"),
      get: () => bodyOf(definition.get(kind())),
      set: (value) => write(kind(), value),
    }),
  ]);
}

function referenceGroup(injector, element, holder, attribute, type) {
  const kind = type.slice(5).toLowerCase();
  const definitions = definitionsAround(element);
  const all = () => rootElements(definitions, type);
  const current = () => holder.get(attribute);
  const key = type === "bpmn:Error" ? "errorCode" : "name";
  const list = [
    entry("choice", {
      id: "ksdd-rujukan",
      element,
      label: say(`reference_${kind}`),
      options: () => [
        NONE,
        ...all().map((each) => ({ value: each.get("id"), label: each.get(key) || each.get("id") })),
        { value: NEW, label: say("reference_new") },
      ],
      get: () => current()?.get("id") ?? "",
      set: (value) => {
        const step = new Step(injector, element);
        const made = value === NEW ? makeRoot(step, definitions, type, key) : undefined;
        step.set(holder, { [attribute]: made ?? all().find((each) => each.get("id") === value) }).run();
      },
    }),
  ];
  if (current()) {
    list.push(
      entry("text", {
        id: "ksdd-rujukan-nama",
        element,
        label: say("reference_name"),
        get: () => current()?.get(key) ?? "",
        set: (value) => {
          const names = type === "bpmn:Error" ? { name: value, errorCode: value } : { name: value };
          new Step(injector, element).set(current(), names).run();
        },
      }),
    );
  }
  return group("ksdd-peristiwa", say(`reference_${kind}`), list);
}

/** A new message, error or signal beside those that the drawing has. */
function makeRoot(step, definitions, type, key) {
  const word = { "bpmn:Message": "pesan", "bpmn:Error": "galat", "bpmn:Signal": "sinyal" }[type];
  const taken = definitions.get("rootElements").map((each) => each.get("id"));
  let number = 1;
  while (taken.includes(`${word}_${number}`)) number += 1;
  const name = `${word}_${number}`;
  const made = step.make(type, { id: name, name, [key]: name }, definitions);
  step.set(definitions, { rootElements: [...definitions.get("rootElements"), made] });
  return made;
}

function definitionsAround(element) {
  let object = getBusinessObject(element);
  while (object && !is(object, "bpmn:Definitions")) object = object.$parent;
  return object;
}

function rootElements(definitions, type) {
  return definitions.get("rootElements").filter((each) => isAny(each, [type]));
}
