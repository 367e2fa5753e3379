// Zooming a diagram on the pages that show one: the picture of the server stays, a button opens the
// drawing in its place, with the same numbers on it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "diagram-js/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "./viewer.css";
import { say } from "./language/index.js";
import { button, make } from "./page/dom.js";

/** What to show on shapes: [{ element, open, late, heat, note, here }], as the page wrote it. */
const marksOf = (place) => JSON.parse(place.dataset.tanda || "[]");

function show(viewer, marks) {
  const overlays = viewer.get("overlays");
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const mark of marks) {
    if (!registry.get(mark.element)) continue;
    if (mark.heat) canvas.addMarker(mark.element, `panas-${mark.heat}`);
    if (mark.here) canvas.addMarker(mark.element, "di-sini");
    const badges = make("div", { class: "tanda" });
    if (mark.open) badges.append(make("span", { class: "terbuka", title: say("open_count", { count: mark.open }) }, String(mark.open)));
    if (mark.late) badges.append(make("span", { class: "terlambat", title: say("late_count", { count: mark.late }) }, `! ${mark.late}`));
    if (badges.childNodes.length) overlays.add(mark.element, { position: { top: -14, left: 4 }, html: badges });
  }
}

async function open(place, toggle) {
  const picture = place.firstElementChild;
  const canvas = make("div", { class: "kanvas-lihat" });
  place.append(canvas);
  picture.hidden = true;
  const viewer = new NavigatedViewer({ container: canvas });
  try {
    const answer = await fetch(place.dataset.diagram, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    await viewer.importXML(await answer.text());
    viewer.get("canvas").zoom("fit-viewport", "auto");
    show(viewer, marksOf(place));
    place.dataset.siap = "ya";
  } catch {
    close(place, viewer, canvas);
    toggle.replaceWith(make("p", { role: "alert" }, say("zoom_failed")));
    return null;
  }
  return () => close(place, viewer, canvas);
}

function close(place, viewer, canvas) {
  viewer.destroy();
  canvas.remove();
  place.firstElementChild.hidden = false;
  delete place.dataset.siap;
}

for (const place of document.querySelectorAll("[data-diagram]")) {
  let closeIt = null;
  const toggle = button(say("zoom"), async () => {
    if (closeIt) {
      closeIt();
      closeIt = null;
    } else closeIt = await open(place, toggle);
    toggle.textContent = say(closeIt ? "zoom_back" : "zoom");
    toggle.setAttribute("aria-pressed", String(Boolean(closeIt)));
  }, { class: "plain no-print", "aria-pressed": "false" });
  place.before(make("p", { class: "no-print" }, toggle));
}
