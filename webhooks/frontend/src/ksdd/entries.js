// The entries of the panel: one small maker for each kind of input.
import {
  CheckboxEntry,
  SelectEntry,
  TextAreaEntry,
  TextFieldEntry,
  isCheckboxEntryEdited,
  isSelectEntryEdited,
  isTextAreaEntryEdited,
  isTextFieldEntryEdited,
} from "@bpmn-io/properties-panel";
import { useService } from "bpmn-js-properties-panel";
import { translate } from "../language/index.js";

const MAKERS = {
  text: [TextFieldEntry, isTextFieldEntryEdited],
  long: [TextAreaEntry, isTextAreaEntryEdited],
  choice: [SelectEntry, isSelectEntryEdited],
  check: [CheckboxEntry, isCheckboxEntryEdited],
};

function component(kind) {
  const [Entry] = MAKERS[kind];
  return function Shown(props) {
    const debounce = useService("debounceInput");
    const { element, id, label, description, get, set, options, monospace, validate } = props;
    return Entry({
      element,
      id,
      label,
      description,
      debounce,
      translate,
      validate,
      getValue: get,
      setValue: (value, error) => (error ? undefined : set(value)),
      ...(kind === "choice" ? { getOptions: () => withOwn(options(), get()) } : {}),
      ...(kind === "long" ? { autoResize: true, monospace, rows: 2 } : {}),
    });
  };
}

/** Offered choices, and what stands there although nobody offers it, so that it is never lost. */
function withOwn(options, value) {
  if (!value || options.some((each) => each.value === value)) return options;
  return [...options, { value, label: value }];
}

const COMPONENTS = Object.fromEntries(Object.keys(MAKERS).map((kind) => [kind, component(kind)]));

/**
 * One entry. `get` reads the value, `set` writes it; both close over the shape, so that the library
 * may call them with anything.
 */
export function entry(kind, { id, ...rest }) {
  return { id, component: COMPONENTS[kind], isEdited: MAKERS[kind][1], ...rest };
}

export const NONE = { value: "", label: "–" };
