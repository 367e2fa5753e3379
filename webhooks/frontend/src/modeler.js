// The page that draws: a draft's folder, its files side by side, saved and checked by itself.
import "diagram-js/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "@bpmn-io/properties-panel/assets/properties-panel.css";
import "bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "./modeler.css";
import { say, untranslated } from "./language/index.js";
import { Calls } from "./page/calls.js";
import { make } from "./page/dom.js";
import { Folder } from "./page/folder.js";
import { Safekeeping } from "./page/safekeeping.js";
import { Workshop } from "./page/workshop.js";

async function start(root) {
  const calls = new Calls(root.dataset.dasar);
  let opened;
  try {
    opened = await calls.open();
  } catch (error) {
    root.append(make("p", { class: "catatan bad", role: "alert" }, say("load_failed", { why: error.message })));
    return;
  }
  const folder = new Folder(opened.files);
  const safekeeping = new Safekeeping(root.dataset.dasar.split("/").pop());
  const workshop = new Workshop({ root, calls, folder, opened, safekeeping });
  // for whoever looks from the console, and for tests
  window.ksdd = { workshop, drawing: workshop.drawing, folder, untranslated };
  await workshop.begin();
  root.dataset.siap = "ya";
}

start(document.getElementById("rancangan"));
