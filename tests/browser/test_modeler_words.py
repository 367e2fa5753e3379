"""Everything the modeler shows is Indonesian, for every kind of shape that it can draw."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from processes.office import Office
from tests.browser.drawing_board import DrawingBoard, begin
from tests.browser.test_board import AXE, RULES, signed_in

PARTS = Path(__file__).parents[2] / "webhooks/frontend/src/language/parts.json"
#: what the shipped drawing does not hold: type and event definition
FURTHER = [
    ("bpmn:ReceiveTask", None),
    ("bpmn:ParallelGateway", None),
    ("bpmn:EventBasedGateway", None),
    ("bpmn:IntermediateThrowEvent", "bpmn:SignalEventDefinition"),
    ("bpmn:IntermediateCatchEvent", "bpmn:MessageEventDefinition"),
    ("bpmn:IntermediateCatchEvent", "bpmn:SignalEventDefinition"),
    ("bpmn:EndEvent", "bpmn:ErrorEventDefinition"),
    ("bpmn:EndEvent", "bpmn:SignalEventDefinition"),
    ("bpmn:TextAnnotation", None),
]
#: one shape of each kind, by what tells kinds apart
KINDS = """further => {
  const drawing = ksdd.drawing, registry = drawing.get("elementRegistry");
  const pool = registry.find(each => each.type === "bpmn:Participant");
  let x = 100;
  for (const [type, eventDefinitionType] of further) {
    x += 130;
    drawing.get("modeling").createShape({ type, eventDefinitionType }, { x, y: 80 }, pool);
  }
  const kinds = new Map();
  registry.forEach(each => {
    const own = each.businessObject;
    if (each.type === "label" || each.labelTarget) return;
    const event = own.eventDefinitions?.[0]?.$type ?? "";
    const loop = own.loopCharacteristics ? "loop" : "";
    const key = [each.type, event, loop, own.cancelActivity, own.triggeredByEvent].join();
    if (!kinds.has(key)) kinds.set(key, each.id);
  });
  return [...kinds.entries()];
}"""
#: what is written on the panel of a shape, all groups open, and in its menus
SHOWN = """async id => {
  const drawing = ksdd.drawing, element = drawing.get("elementRegistry").get(id);
  drawing.get("selection").select(element);
  await new Promise(done => setTimeout(done, 60));
  const headers = ".bio-properties-panel-group-header, " +
    ".bio-properties-panel-collapsible-entry-header";
  for (const each of document.querySelectorAll(headers)) {
    if (!each.classList.contains("open")) each.click();
  }
  await new Promise(done => setTimeout(done, 60));
  const found = [];
  const say = ".bio-properties-panel-label, .bio-properties-panel-group-header, " +
    ".bio-properties-panel-description, .bio-properties-panel-header-type";
  for (const each of document.querySelectorAll(say)) found.push(each.textContent);
  drawing.get("contextPad").open(element, true);
  const popup = drawing.get("popupMenu");
  if (!popup.isEmpty(element, "bpmn-replace")) {
    popup.open(element, "bpmn-replace", { x: 10, y: 10 });
    await new Promise(done => setTimeout(done, 60));
    for (const each of document.querySelectorAll(".djs-popup-label, .djs-popup-title")) {
      found.push(each.textContent);
    }
    popup.close();
  }
  const titled = ".kanvas [title]:not(.lencana), .bentuk [title], .djs-popup [title]";
  for (const each of document.querySelectorAll(titled)) found.push(each.title);
  return found;
}"""


def english() -> set[str]:
    """Words of the packages that no Indonesian text has."""
    parts = json.loads(PARTS.read_text("utf-8"))
    theirs = set(re.findall(r"[a-z]{4,}", " ".join(parts).lower()))
    ours = set(re.findall(r"[a-z]{4,}", " ".join(parts.values()).lower()))
    return theirs - ours


def test_no_english_is_left_in_panel_and_menus_of_any_shape(
    office: Office, chromium: Browser
) -> None:
    draft_id = begin(office)
    board = DrawingBoard(office, chromium, draft_id, "Rini Pemilik")
    kinds = board.page.evaluate(KINDS, FURTHER)
    assert len(kinds) > 25

    shown: dict[str, list[str]] = {}
    for kind, element in kinds:
        shown[kind] = board.page.evaluate(SHOWN, element)

    assert sum(map(len, shown.values())) > 500
    wrong = {
        (kind, text)
        for kind, texts in shown.items()
        for text in texts
        if english() & set(re.findall(r"[a-z]{4,}", text.lower()))
    }
    assert not wrong
    assert board.page.evaluate("[...ksdd.untranslated]") == []
    board.close()


@pytest.mark.parametrize("width", [360, 1366])
def test_the_page_of_procedures_fits_and_is_accessible(
    office: Office, chromium: Browser, width: int
) -> None:
    begin(office)
    context = chromium.new_context(viewport={"width": width, "height": 768})
    page = context.new_page()
    signed_in(office, page)
    page.goto(f"{office.settings.base_url}/prosedur")
    assert page.locator("html").evaluate("page => page.scrollWidth") <= width
    for each in page.locator("details").all():
        each.evaluate("details => details.open = true")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    context.close()


def test_the_map_is_zoomed_and_its_picture_comes_back(office: Office, chromium: Browser) -> None:
    begin(office)
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    signed_in(office, page)
    page.goto(f"{office.settings.base_url}/peta")

    page.get_by_role("button", name="Perbesar dan geser").click()
    page.locator("[data-diagram][data-siap]").wait_for()
    assert page.locator(".map svg").first.is_hidden()
    assert page.locator(".bjs-powered-by").is_visible()
    assert page.locator('.kanvas-lihat [data-element-id="tahap1_permohonan"]').count() >= 1
    page.get_by_role("button", name="Kembali ke gambar").click()
    assert page.locator(".map svg").first.is_visible()
    assert wrong == []
    context.close()
