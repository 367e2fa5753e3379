// Entries for the owner's properties, as properties.json describes them.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { pick, say } from "../language/index.js";
import { NONE, entry } from "./entries.js";
import { escalationAdder, reminderAdder } from "./suggesting.js";
import { readProperty, writeAttribute, writeProperty } from "./values.js";

/** The roles of peran.toml by name, and what begins a new one; the page keeps them up to date. */
export const roles = { titles: {}, begin: () => {} };
/** the choice that leads to the list of roles */
const NEW = "+";

const asChoices = (names) => [NONE, ...names.map((name) => ({ value: name, label: name }))];
const roleChoices = () => [
  NONE,
  ...Object.entries(roles.titles).map(([value, title]) => ({ value, label: `${title} (${value})` })),
];

export function roleEntry(injector, element, object) {
  return entry("choice", {
    id: "ksdd-peran",
    element,
    label: say("role"),
    get: () => object.get("camunda:candidateGroups") ?? "",
    set: (value) =>
      value === NEW ? roles.begin() : writeAttribute(injector, element, object, "camunda:candidateGroups", value),
    options: () => [...roleChoices(), { value: NEW, label: say("new_role") }],
  });
}

const OPTIONS = {
  choice: (_element, described) => asChoices(described.choices),
  role: roleChoices,
  daerah: (element) => asChoices(["pemrakarsa", "mitra", ...itemsAround(element)]),
};

/** entries that add to the list in the entry above them */
const ADDERS = {
  pengingat: reminderAdder,
  eskalasi: (injector, element, object) =>
    escalationAdder(injector, element, object, () => Object.entries(roles.titles)),
};

export function propertyEntries(injector, element, object, list) {
  return list.flatMap((described) => {
    const { name, label, hint, kind } = described;
    const options = OPTIONS[kind];
    const shown = entry(options ? "choice" : kind, {
      id: `ksdd-${name}`,
      element,
      label: pick(label),
      description: hint && pick(hint),
      get: () => readProperty(object, name),
      set: (value) => writeProperty(injector, element, object, name, value),
      options: options && (() => options(element, described)),
    });
    return [shown, ...(ADDERS[name]?.(injector, element, object) ?? [])];
  });
}

/** Names of the items of every loop around a shape. */
function itemsAround(element) {
  const found = [];
  for (let each = element; each; each = each.parent) {
    const object = getBusinessObject(each);
    const loop = is(object, "bpmn:Activity") && object.get("loopCharacteristics");
    const item = loop && loop.get("camunda:elementVariable");
    if (item && !found.includes(item)) found.push(item);
  }
  return found;
}
