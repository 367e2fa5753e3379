// Conditions of flows, scripts, and which decision table a shape asks.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { say } from "../language/index.js";
import { composed } from "./conditions.js";
import { NONE, entry } from "./entries.js";
import { group } from "./group.js";
import { bodyOf, writeAttribute, writeBody } from "./values.js";

/** The decisions of the folder's tables, id to name; the page keeps them up to date. */
export const decisions = { names: {} };

export function conditionGroup(injector, element) {
  const flow = getBusinessObject(element);
  if (!is(flow, "bpmn:SequenceFlow") || !is(flow.get("sourceRef"), "bpmn:ExclusiveGateway")) return null;
  const gateway = flow.get("sourceRef");
  const modeling = injector.get("modeling");
  return group("ksdd-syarat", say("condition_group"), [
    ...composed(injector, element, flow),
    entry("long", {
      id: "ksdd-syarat-isi",
      element,
      label: say("condition"),
      description: say("condition_hint"),
      monospace: true,
      get: () => bodyOf(flow.get("conditionExpression")),
      set: (value) => writeBody(injector, element, flow, "conditionExpression", value),
    }),
    entry("check", {
      id: "ksdd-syarat-lain",
      element,
      label: say("otherwise"),
      get: () => gateway.get("default") === flow,
      set: (value) => modeling.updateProperties(element.source, { default: value ? flow : undefined }),
    }),
  ]);
}

export function scriptGroup(injector, element) {
  const task = getBusinessObject(element);
  if (!is(task, "bpmn:ScriptTask")) return null;
  return group("ksdd-skrip", say("script_group"), [
    entry("long", {
      id: "ksdd-skrip-isi",
      element,
      label: say("script"),
      description: say("script_hint"),
      monospace: true,
      get: () => task.get("script") ?? "",
      set: (value) =>
        injector.get("modeling").updateProperties(element, {
          script: value || undefined,
          scriptFormat: task.get("scriptFormat") || "ksdd",
        }),
    }),
  ]);
}

export function decisionGroup(injector, element) {
  const task = getBusinessObject(element);
  if (!is(task, "bpmn:BusinessRuleTask")) return null;
  const write = (name) => (value) => writeAttribute(injector, element, task, name, value);
  return group("ksdd-keputusan", say("decision_group"), [
    entry("choice", {
      id: "ksdd-keputusan-tabel",
      element,
      label: say("decision"),
      options: () => [
        NONE,
        ...Object.entries(decisions.names).map(([value, name]) => ({ value, label: `${name} (${value})` })),
      ],
      get: () => task.get("camunda:decisionRef") ?? "",
      set: write("camunda:decisionRef"),
    }),
    entry("text", {
      id: "ksdd-keputusan-hasil",
      element,
      label: say("decision_result"),
      description: say("decision_result_hint"),
      get: () => task.get("camunda:resultVariable") ?? "",
      set: write("camunda:resultVariable"),
    }),
  ]);
}
