"""What an official reads on a phone without a script, as Chromium shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor
from tests.journeys.answers import Journey
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

PARAGRAPHS = "baris satu\n\nbaris tiga"


@pytest.fixture
def visitor(chromium: Browser, drawn_town: Town) -> Iterator[Visitor]:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="id-ID"
    )

    def read_code() -> str:
        drawn_town.read_mail()
        return drawn_town.codes[-1]

    yield Visitor(context.new_page(), drawn_town.settings.base_url, read_code, has_script=False)
    context.close()


def test_paragraphs_stay_apart_where_they_are_confirmed_and_on_the_receipt(
    visitor: Visitor, drawn_town: Town
) -> None:
    journey = Journey(drawn_town, ["32.01", "32.02"])
    first = "tahap1_permohonan"
    visitor.open(drawn_town.link(journey.id, first, "32.01"))
    visitor.fill({**journey.plan[first], "objek": PARAGRAPHS})
    visitor.press("Tinjau jawaban")
    assert PARAGRAPHS in visitor.page.inner_text("main")
    visitor.press("Kirim jawaban")
    assert PARAGRAPHS in visitor.page.inner_text("main")


def test_a_note_to_whoever_prepares_keeps_its_paragraphs(
    visitor: Visitor, drawn_town: Town
) -> None:
    town, element = drawn_town, "tahap2_kesediaan"
    journey = Journey(town, ["32.01", "32.02"]).until(element)
    link = town.link(journey.id, element, "32.02", purpose="siapkan")
    visitor.open(link)
    visitor.fill(journey.plan[element])
    visitor.page.locator("#isian button.main").click()
    visitor.open(town.link(journey.id, element, "32.02"))
    form = visitor.page.locator("#konfirmasi")
    form.locator('[value="kembalikan"]').check()
    form.locator("textarea").fill(PARAGRAPHS)
    form.locator("button.main").click()
    visitor.open(town.link(journey.id, element, "32.02", purpose="siapkan"))
    assert PARAGRAPHS in visitor.page.inner_text("main")


def test_an_empty_code_is_told_and_the_note_keeps_its_paragraphs(
    visitor: Visitor, drawn_town: Town
) -> None:
    journey = Journey(drawn_town, ["32.01", "32.02"]).until("tahap5_paraf_kabag")
    page = visitor.page
    visitor.open(drawn_town.link(journey.id, "tahap5_paraf_kabag", "32.01"))
    visitor.fill({"paraf": "paraf", "catatan": PARAGRAPHS})
    page.locator("#isian button.main").click()
    assert PARAGRAPHS in page.inner_text("main")
    page.get_by_role("button", name="Konfirmasi").click()
    visitor.judge()
    assert "Kodenya belum diisi" in page.inner_text("[role=alert]")
    assert PARAGRAPHS in page.inner_text("main")
    page.locator("#kode").fill(visitor.read_code())
    page.get_by_role("button", name="Konfirmasi").click()
    visitor.check_receipt()
