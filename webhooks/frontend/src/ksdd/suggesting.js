// Reminders and escalations by choice: what is chosen is added to the list, which stays readable
// and can be changed as text.
import { say } from "../language/index.js";
import { NONE, entry } from "./entries.js";
import { readProperty, writeProperty } from "./values.js";

/** working days before (-) and after (+) the deadline that are offered for a reminder */
const DAYS = [-10, -5, -3, -2, -1, 0, 1, 2, 3, 5];
const DAY = /^([+-]?\d+)(?: hari kerja)?/;

const dayOf = (part) => Number(part.match(DAY)?.[1] ?? Infinity);
/** The parts of a list; null when it is an expression, which nothing can be added to. */
const partsOf = (text) => (text.includes('"') ? null : text.split(";").map((each) => each.trim()).filter(Boolean));
const written = (day) => (day === 0 ? "0" : `${day > 0 ? "+" : ""}${day} hari kerja`);

function inWords(day) {
  if (day === 0) return say("reminder_on");
  return say(day < 0 ? "reminder_before" : "reminder_after", { days: Math.abs(day) });
}

function adder(injector, element, object, { name, id, label, options, part }) {
  const parts = () => partsOf(readProperty(object, name));
  return entry("choice", {
    id,
    element,
    label,
    options: () => [NONE, ...options(parts())],
    get: () => "",
    set: (value) => {
      if (!value) return;
      const after = [...parts(), part(value, parts())].sort((one, other) => dayOf(one) - dayOf(other));
      writeProperty(injector, element, object, name, after.join("; "));
    },
  });
}

export function reminderAdder(injector, element, object) {
  if (!partsOf(readProperty(object, "pengingat"))) return [];
  const free = (parts) => DAYS.filter((day) => !parts.some((each) => dayOf(each) === day));
  return [
    adder(injector, element, object, {
      name: "pengingat",
      id: "ksdd-pengingat-tambah",
      label: say("add_reminder"),
      options: (parts) => free(parts).map((day) => ({ value: String(day), label: inWords(day) })),
      part: (value) => written(Number(value)),
    }),
  ];
}

/** Each further step comes two working days after the last one. */
export function escalationAdder(injector, element, object, roleTitles) {
  if (!partsOf(readProperty(object, "eskalasi"))) return [];
  const next = (parts) => (parts.length ? Math.max(...parts.map(dayOf).filter(Number.isFinite), -1) + 2 : 1);
  return [
    adder(injector, element, object, {
      name: "eskalasi",
      id: "ksdd-eskalasi-tambah",
      label: say("add_escalation"),
      options: () => roleTitles().map(([value, label]) => ({ value, label })),
      part: (role, parts) => `${written(next(parts))}: ${role}`,
    }),
  ];
}
