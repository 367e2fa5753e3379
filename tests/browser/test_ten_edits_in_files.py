"""What an owner changes in the tables and texts beside the drawing: by clicking only, to published,
and in a new case."""

from __future__ import annotations

import pytest

from tests.browser.owner_at_work import OwnerAtWork
from tests.journeys.answers import Journey
from tests.journeys.test_reminders import mails

pytestmark = pytest.mark.browser

PAIR = ["32.01", "32.02"]


def test_a_further_row_decides(owner: OwnerAtWork) -> None:
    owner.begin("Wajib tanpa berbatasan")
    owner.open_file("kategori.dmn")
    owner.type_cell("input-cell", 5, "false, null")
    owner.page.locator(".add-rule-add button").click()
    owner.type_cell("input-cell", 10, "false")
    owner.type_cell("input-cell", 11, "true")
    owner.type_cell("output-cell", 5, '"wajib"')
    owner.type_cell("annotation", 5, "Berdampak lintas daerah tanpa berbatasan")
    owner.picture("keputusan")
    owner.publish("Eksternalitas saja sudah wajib")

    category = {}
    for external in (True, False):
        journey = Journey(owner.town, PAIR)
        answers = {"berbatasan": False, "eksternalitas": external}
        journey.pass_with("tahap1_permohonan", "32.01", **answers)
        journey.pass_with("tahap1_telaah", "32.01")
        category[external] = journey.case["category"]
    assert category == {True: "wajib", False: "sukarela"}


def test_a_mail_says_it_in_other_words(owner: OwnerAtWork) -> None:
    owner.begin("Bunyi surel")
    owner.open_file("pesan/tugas_baru.txt")
    owner.replace("Bersama ini kami mohon kesediaan Bapak/Ibu", "Kami menantikan Bapak/Ibu")
    owner.page.locator(".teks textarea").click()
    owner.page.keyboard.press("Control+End")
    owner.page.keyboard.type("Untuk ")
    owner.page.get_by_role("button", name="tugas daerah").click()
    owner.picture("surel")
    owner.publish("Bunyi surel tugas baru", basis="")

    Journey(owner.town, PAIR)
    owner.town.read_mail()
    [body] = [body for _, _, subject, body in mails(owner.town) if subject.startswith("Tugas: ")]
    assert "Kami menantikan Bapak/Ibu untuk menyelesaikan tugas berikut." in body
    assert body.rstrip().endswith("Untuk Kabupaten Bogor")
