// Palette, context pad and menus without what the engine does not run (processes/engine/checks).
const PALETTE = [
  "hand-tool", "lasso-tool", "space-tool", "global-connect-tool", "tool-separator",
  "create.start-event", "create.intermediate-event", "create.end-event", "create.exclusive-gateway",
  "create.task", "create.subprocess-expanded", "create.participant-expanded",
];
const PAD = [
  "connect", "delete", "replace", "append.end-event", "append.gateway", "append.append-task",
  "append.intermediate-event", "append.text-annotation", "append.receive-task",
  "append.message-intermediate-event", "append.timer-intermediate-event", "append.signal-intermediate-event",
  "ksdd-copy", "ksdd-insert-task", "ksdd-insert-branch", "ksdd-insert-copy",
  "lane-insert-above", "lane-divide-two", "lane-divide-three", "lane-insert-below",
];
const REPLACE = [
  "user-task", "receive-task", "rule-task", "script-task",
  "event-subprocess", "subprocess", "expanded-subprocess", "collapsed-subprocess",
  "exclusive-gateway", "parallel-gateway", "event-based-gateway",
  "none-start", "none-end", "none-intermediate-throw", "none-intermediate-throwing",
  "message-start", "error-start", "signal-start",
  "non-interrupting-message-start", "non-interrupting-signal-start",
  "message-intermediate-catch", "timer-intermediate-catch", "signal-intermediate-catch",
  "signal-intermediate-throw", "message-boundary", "timer-boundary", "error-boundary", "signal-boundary",
  "non-interrupting-message-boundary", "non-interrupting-timer-boundary", "non-interrupting-signal-boundary",
  "error-end", "signal-end", "terminate-end",
  "sequence-flow", "default-flow", "conditional-flow",
  "expanded-pool",
].map((name) => `replace-with-${name}`);
const HEADER = ["toggle-parallel-mi", "toggle-sequential-mi", "toggle-non-interrupting"];
/** after every provider of the library */
const LAST = 100;

export const only = (names) => (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([name]) => names.includes(name)));

class Trimming {
  constructor(palette, contextPad, popupMenu, create, elementFactory, autoPlace, translate) {
    const task = (options) => elementFactory.createShape({ type: "bpmn:UserTask", ...options });
    palette.registerProvider(LAST, {
      getPaletteEntries: () => (entries) => {
        const left = only(PALETTE)(entries);
        const start = (event) => create.start(event, task());
        left["create.task"] = {
          ...left["create.task"],
          className: "bpmn-icon-user-task",
          title: translate("Create user task"),
          action: { dragstart: start, click: start },
        };
        return left;
      },
    });
    contextPad.registerProvider(LAST, {
      getContextPadEntries: () => (entries) => {
        const left = only(PAD)(entries);
        if (left["append.append-task"]) {
          left["append.append-task"] = {
            ...left["append.append-task"],
            className: "bpmn-icon-user-task",
            title: translate("Append user task"),
            action: {
              click: (_event, element) => autoPlace.append(element, task()),
              dragstart: (event, element) => create.start(event, task(), { source: element }),
            },
          };
        }
        return left;
      },
    });
    popupMenu.registerProvider("bpmn-replace", LAST, {
      getPopupMenuEntries: () => only(REPLACE),
      getPopupMenuHeaderEntries: () => only(HEADER),
    });
  }
}
Trimming.$inject = ["palette", "contextPad", "popupMenu", "create", "elementFactory", "autoPlace", "translate"];

export default { __init__: ["ksddTrimming"], ksddTrimming: ["type", Trimming] };
