"""The page that draws can be used by keyboard, is accessible, and its tables speak Indonesian."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.owner_at_work import OwnerAtWork
from tests.browser.visitor import AXE, RULES

pytestmark = pytest.mark.browser

TABLES = Path(__file__).parents[2] / "webhooks/frontend/src/language/tables.json"
#: what is written or offered somewhere in the editor of tables
SHOWN = """() => {
  const words = [], place = document.querySelector(".tabel");
  const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) words.push(walk.currentNode.data);
  for (const name of ["title", "placeholder", "aria-label"]) {
    for (const each of place.querySelectorAll(`[${name}]`)) words.push(each.getAttribute(name));
  }
  return words.filter(each => each.trim());
}"""
#: written by the owner or the library's own name, not words of the editor
NAMES = {"Powered by bpmn.io"}


def judge(page: Page, where: str) -> None:
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert [(e["id"], e["nodes"][0]["html"][:200]) for e in found["violations"]] == [], where


def test_every_editor_of_the_page_is_accessible(owner: OwnerAtWork) -> None:
    owner.begin("Akses")
    judge(owner.page, "drawing")
    owner.find("Telaah TKKSD")
    judge(owner.page, "task")
    for path in ("peran.toml", "pesan/tugas_baru.txt", "skenario/revisi.toml"):
        owner.open_file(path)
        judge(owner.page, path)
    owner.open_file("kategori.dmn")
    owner.page.locator(".tjs-container").wait_for()
    judge(owner.page, "table")


def test_a_task_is_found_and_changed_by_keyboard_only(owner: OwnerAtWork) -> None:
    owner.begin("Papan ketik")
    keys = owner.page.keyboard
    for _ in range(20):
        keys.press("Tab")
        if owner.page.evaluate("document.activeElement.textContent") == "Cari bentuk":
            break
    keys.press("Enter")
    expect(owner.page.locator(".djs-search-input input")).to_be_focused()
    keys.type("Telaah TKKSD")
    owner.page.locator(".djs-search-result").first.wait_for()
    keys.press("Enter")
    expect(owner.entry("ksdd-tenggat")).to_have_value("5 hari kerja")
    for _ in range(80):
        keys.press("Tab")
        if owner.page.evaluate("document.activeElement.closest('[data-entry-id=ksdd-tenggat]')"):
            break
    keys.press("Control+a")
    keys.type("6 hari kerja")
    keys.press("Tab")
    owner.page.locator('#rancangan[data-keadaan="unsaved"]').wait_for()
    owner.settle()
    assert (
        b'name="Telaah TKKSD" camunda:candidateGroups="sekretaris_tkksd" '
        in (owner.files()["ksdd.bpmn"])
    )
    assert b'camunda:dueDate="6 hari kerja"' in owner.files()["ksdd.bpmn"]


def english() -> set[str]:
    """Words of the library that no Indonesian text has."""
    parts = json.loads(TABLES.read_text("utf-8"))
    theirs = set(re.findall(r"[a-z]{4,}", " ".join(parts).lower()))
    return theirs - set(re.findall(r"[a-z]{4,}", " ".join(parts.values()).lower()))


def test_no_english_is_left_in_the_editor_of_tables(owner: OwnerAtWork) -> None:
    owner.begin("Kata")
    owner.open_file("kategori.dmn")
    page, shown = owner.page, []
    page.locator(".tjs-container").wait_for()
    head, body = "thead th", "tbody td"
    for place in (f"{head}.input-cell", f"{head}.output-cell"):
        page.locator(place).first.dblclick()
        shown += page.evaluate(SHOWN)
        page.keyboard.press("Escape")
        page.locator(place).first.click(button="right")
        shown += page.evaluate(SHOWN)
        page.keyboard.press("Escape")
    for place in ("input-cell", "output-cell", "annotation"):
        page.locator(f"{body}.{place}").first.click()
        shown += page.evaluate(SHOWN)
        page.locator(f"{body}.{place}").first.click(button="right")
        shown += page.evaluate(SHOWN)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Lihat hubungan tabel").click()
    page.locator(".dmn-drd-container .djs-palette").wait_for()
    shown += page.evaluate(SHOWN)

    assert len(set(shown)) > 40
    words = english()
    wrong = {
        each for each in set(shown) - NAMES if words & set(re.findall(r"[a-z]{4,}", each.lower()))
    }
    assert not wrong
    assert page.evaluate("[...ksddDmn.untranslated]") == []
