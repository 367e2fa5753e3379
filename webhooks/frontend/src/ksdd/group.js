// One group of the panel.
import { Group } from "@bpmn-io/properties-panel";
import { translate } from "../language/index.js";

export function group(id, label, entries) {
  return { id, label, entries, component: Group, translate, shouldOpen: id !== "ksdd-umum" };
}
