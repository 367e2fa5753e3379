// The questions of a task: what is asked, of which kind, within which limits, and when.
import { pick, say } from "../language/index.js";
import { NONE, entry } from "./entries.js";
import properties from "./properties.json";
import { Step, extension } from "./values.js";

const TYPES = ["string", "long", "boolean", "date", "enum"];
const LIMITS = { string: ["minlength", "maxlength"], long: ["min", "max"], boolean: [], date: [], enum: [] };

/** ids that `addField` makes up */
const MADE_UP = /^isian_\d+$/;

const fieldsOf = (object) => extension(object, "camunda:FormData")?.get("fields") ?? [];

export function fieldItems(injector, element, object) {
  return fieldsOf(object).map((field, index) => ({
    id: `isian-${index}`,
    label: field.get("label") || field.get("id"),
    entries: new Field(injector, element, object, field, index).entries(),
    autoFocusEntry: `isian-${index}-label`,
    remove: (event) => {
      event.stopPropagation();
      remove(injector, element, object, field);
    },
  }));
}

export function addField(injector, element, object) {
  const step = new Step(injector, element);
  const data = step.ensure(object, "camunda:FormData", "fields");
  const taken = fieldsOf(object).map((each) => each.get("id"));
  let number = taken.length + 1;
  while (taken.includes(`isian_${number}`)) number += 1;
  const made = step.make("camunda:FormField", { id: `isian_${number}`, label: say("new_field"), type: "string" }, data);
  step.set(data, { fields: [...data.get("fields"), made] }).run();
}

function remove(injector, element, object, field) {
  const step = new Step(injector, element);
  const data = extension(object, "camunda:FormData");
  const left = data.get("fields").filter((each) => each !== field);
  if (left.length) step.set(data, { fields: left });
  else step.drop(object, data);
  step.run();
}

class Field {
  constructor(injector, element, object, field, index) {
    Object.assign(this, { injector, element, object, field, prefix: `isian-${index}`, index });
  }

  entries() {
    const type = this.field.get("type") || "string";
    return [
      this.question(),
      this.attribute("id", say("field_id"), "text", say("field_id_hint")),
      this.attribute("type", say("type"), "choice", undefined, () =>
        TYPES.map((value) => ({ value, label: say(`type_${value}`) })),
      ),
      ...(type === "enum" ? [this.choices()] : []),
      this.required(),
      ...LIMITS[type in LIMITS ? type : "string"].map((name) => this.limit(name)),
      this.attribute("defaultValue", say("default"), "text"),
      ...properties.field.map((described) => this.property(described, type)),
      this.place(),
    ];
  }

  make(kind, name, rest) {
    return entry(kind, { id: `${this.prefix}-${name}`, element: this.element, ...rest });
  }

  /** The question; a field that has no id of its own yet is called after it. */
  question() {
    return this.make("long", "label", {
      label: say("question"),
      get: () => this.field.get("label") ?? "",
      set: (value) => {
        const id = MADE_UP.test(this.field.get("id")) && this.freeId(value);
        this.step().set(this.field, { label: value || undefined, ...(id ? { id } : {}) }).run();
      },
    });
  }

  /** An id made from a question that no other field of the task has; empty when there is none. */
  freeId(words = "") {
    const id = words.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+/, "").slice(0, 40).replace(/_+$/, "");
    return fieldsOf(this.object).some((each) => each.get("id") === id) ? "" : id;
  }

  attribute(name, label, kind, description, options) {
    return this.make(kind, name, {
      label,
      description,
      options,
      get: () => this.field.get(name) ?? "",
      set: (value) => this.step().set(this.field, { [name]: value || undefined }).run(),
    });
  }

  step() {
    return new Step(this.injector, this.element);
  }

  constraint(name) {
    return this.field.get("validation")?.get("constraints").find((each) => each.get("name") === name);
  }

  /** Write a limit; a limit without a value goes, and the list with the last one. */
  constrain(name, config) {
    const step = this.step();
    const validation = this.field.get("validation");
    const found = this.constraint(name);
    if (found && config) step.set(found, { config });
    else if (found) {
      const left = validation.get("constraints").filter((each) => each !== found);
      if (left.length) step.set(validation, { constraints: left });
      else step.set(this.field, { validation: undefined });
    } else if (config) {
      const target = validation ?? step.make("camunda:Validation", { constraints: [] }, this.field);
      if (!validation) step.set(this.field, { validation: target });
      const made = step.make("camunda:Constraint", { name, config }, target);
      step.set(target, { constraints: [...target.get("constraints"), made] });
    }
    step.run();
  }

  required() {
    const found = () => this.constraint("required");
    return this.make("check", "required", {
      label: say("required"),
      get: () => Boolean(found()) && found().get("config") !== "false",
      set: (value) => this.constrain("required", value ? "true" : ""),
    });
  }

  limit(name) {
    return this.make("text", name, {
      label: say(`limit_${name}`),
      get: () => this.constraint(name)?.get("config") ?? "",
      set: (value) => this.constrain(name, value),
    });
  }

  property(described, type) {
    const { name, label, kind } = described;
    const choices = kind === "jenis" ? (properties.kinds[type] ?? []) : described.choices;
    const find = () => this.field.get("properties")?.get("values").find((each) => each.get("id") === name);
    return this.make(choices ? "choice" : kind, name, {
      label: pick(label),
      options: choices && (() => [NONE, ...choices.map((value) => ({ value, label: value }))]),
      get: () => find()?.get("value") ?? "",
      set: (value) => this.writeProperty(name, value),
    });
  }

  writeProperty(name, value) {
    const step = this.step();
    const list = this.field.get("properties");
    if (!list && !value) return;
    const target = list ?? step.make("camunda:Properties", { values: [] }, this.field);
    if (!list) step.set(this.field, { properties: target });
    const after = step.inList(target, "id", name, value);
    if (after && !after.length) step.set(this.field, { properties: undefined });
    else if (after) step.set(target, { values: after });
    step.run();
  }

  /** The choices of a list, one a line: code and words. */
  choices() {
    const line = (each) => `${each.get("id")}: ${each.get("name") ?? ""}`;
    return this.make("long", "choices", {
      label: say("choices"),
      description: say("choices_hint"),
      get: () => (this.field.get("values") ?? []).map(line).join("\n"),
      set: (value) => {
        const step = this.step();
        const values = (value ?? "")
          .split("\n")
          .map((each) => each.match(/^\s*([^:\s]+)\s*:?\s*(.*?)\s*$/))
          .filter(Boolean)
          .map(([, id, name]) => step.make("camunda:Value", { id, name: name || id }, this.field));
        step.set(this.field, { values }).run();
      },
    });
  }

  /** Where it stands among the questions. */
  place() {
    const all = fieldsOf(this.object);
    return this.make("choice", "place", {
      label: say("place"),
      options: () => all.map((_each, at) => ({ value: String(at), label: say("place_at", { number: at + 1 }) })),
      get: () => String(this.index),
      set: (value) => {
        const left = all.filter((each) => each !== this.field);
        left.splice(Number(value), 0, this.field);
        this.step().set(extension(this.object, "camunda:FormData"), { fields: left }).run();
      },
    });
  }
}
