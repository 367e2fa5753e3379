// The panel beside the drawing: what an owner may say about each kind of shape, and nothing else.
import { ListGroup } from "@bpmn-io/properties-panel";
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { isLabel } from "bpmn-js/lib/util/LabelUtil";
import { say, translate } from "../language/index.js";
import { entry } from "./entries.js";
import { eventGroup } from "./events.js";
import { addField, fieldItems } from "./fields.js";
import { group } from "./group.js";
import { loopGroup } from "./loops.js";
import { conditionGroup, decisionGroup, scriptGroup } from "./logic.js";
import properties from "./properties.json";
import { propertyEntries, roleEntry } from "./stage.js";
import { carrier, writeAttribute } from "./values.js";

const NAMED = ["bpmn:FlowNode", "bpmn:SequenceFlow", "bpmn:Participant", "bpmn:Process", "bpmn:Lane"];
const ID = /^[A-Za-z_][A-Za-z0-9_]{0,79}$/;

class Panel {
  constructor(propertiesPanel, injector) {
    this.injector = injector;
    propertiesPanel.registerProvider(500, this);
  }

  getGroups(element) {
    return () => {
      if (!element || isLabel(element)) return [];
      return [
        this.stage(element),
        this.form(element),
        conditionGroup(this.injector, element),
        eventGroup(this.injector, element),
        decisionGroup(this.injector, element),
        scriptGroup(this.injector, element),
        loopGroup(this.injector, element),
        this.general(element),
      ].filter(Boolean);
    };
  }

  /** What the procedure adds to the standard: who, until when, who is told, on what basis. */
  stage(element) {
    const object = carrier(element);
    if (!object) return null;
    const list = this.stageEntries(element, object);
    return list.length ? group("ksdd", "Tahapan KSDD", list) : null;
  }

  stageEntries(element, object) {
    const own = (described) => propertyEntries(this.injector, element, object, described);
    if (is(object, "bpmn:UserTask")) {
      return [
        roleEntry(this.injector, element, object),
        this.due(element, object),
        ...own(properties.task),
      ];
    }
    if (is(object, "bpmn:Process")) {
      const defaults = properties.task.filter((each) => properties.process_defaults.includes(each.name));
      return own([...properties.process, ...defaults]);
    }
    if (is(object, "bpmn:EndEvent")) return own(properties.end);
    if (isAny(object, ["bpmn:IntermediateCatchEvent", "bpmn:BoundaryEvent", "bpmn:ReceiveTask"])) {
      return own(properties.event);
    }
    return [];
  }

  due(element, object) {
    return entry("text", {
      id: "ksdd-tenggat",
      element,
      label: say("due"),
      description: say("due_hint"),
      get: () => object.get("camunda:dueDate") ?? "",
      set: (value) => writeAttribute(this.injector, element, object, "camunda:dueDate", value),
    });
  }

  form(element) {
    const object = getBusinessObject(element);
    if (!is(object, "bpmn:UserTask")) return null;
    return {
      id: "ksdd-isian",
      label: say("form"),
      component: ListGroup,
      translate,
      element,
      items: fieldItems(this.injector, element, object),
      add: (event) => {
        // the header below would take the same click as the wish to close the list
        event.stopPropagation();
        addField(this.injector, element, object);
      },
    };
  }

  general(element) {
    const object = getBusinessObject(element);
    if (!isAny(object, NAMED)) return textOnly(this.injector, element, object);
    const modeling = this.injector.get("modeling");
    const registry = this.injector.get("elementRegistry");
    const list = [
      entry("long", {
        id: "ksdd-nama",
        element,
        label: say("name"),
        get: () => object.get("name") ?? "",
        set: (value) => modeling.updateProperties(element, { name: value || undefined }),
      }),
      entry("text", {
        id: "ksdd-id",
        element,
        label: say("id"),
        description: say("id_hint"),
        validate: (value) => checkId(value, object, registry),
        get: () => object.get("id"),
        set: (value) => modeling.updateProperties(element, { id: value }),
      }),
    ];
    if (!is(object, "bpmn:SequenceFlow")) list.push(documentation(this.injector, element, carrier(element)));
    return group("ksdd-umum", say("general"), list);
  }
}
Panel.$inject = ["propertiesPanel", "injector"];

function checkId(value, object, registry) {
  if (!ID.test(value ?? "")) return say("id_wrong");
  const other = registry.get(value);
  return other && getBusinessObject(other) !== object ? say("id_taken") : null;
}

function documentation(injector, element, object) {
  const first = () => object?.get("documentation")?.[0];
  return entry("long", {
    id: "ksdd-keterangan",
    element,
    label: say("documentation"),
    get: () => first()?.get("text") ?? "",
    set: (value) => {
      const made = value && injector.get("bpmnFactory").create("bpmn:Documentation", { text: value });
      if (made) made.$parent = object;
      const rest = object.get("documentation").slice(1);
      const after = { documentation: made ? [made, ...rest] : rest };
      injector.get("modeling").updateModdleProperties(element, object, after);
    },
  });
}

function textOnly(injector, element, object) {
  if (!is(object, "bpmn:TextAnnotation")) return null;
  const modeling = injector.get("modeling");
  return group("ksdd-umum", say("general"), [
    entry("long", {
      id: "ksdd-teks",
      element,
      label: say("text"),
      get: () => object.get("text") ?? "",
      set: (value) => modeling.updateProperties(element, { text: value }),
    }),
  ]);
}

export default { __init__: ["ksddPanel"], ksddPanel: ["type", Panel] };
