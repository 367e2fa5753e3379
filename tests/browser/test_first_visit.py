"""A newcomer with a phone: from the first sign-in to the first receipt, by clicking only."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page

from processes.office import Office
from processes.store import accounts
from tests.webhooks.official import PDF
from worker.tick import tick

pytestmark = pytest.mark.browser


@pytest.fixture
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures of this run go."""
    return tmp_path_factory.mktemp("pictures")


def test_from_the_sign_in_link_to_the_first_receipt(
    phone: Page, office: Office, pictures: Path, tmp_path: Path
) -> None:
    foreign: list[str] = []
    phone.on("request", lambda r: foreign.append(r.url) if _is_foreign(r.url, office) else None)
    base = office.settings.base_url

    sign_in(phone, office)
    open_a_case(phone)
    phone.wait_for_load_state("networkidle")
    phone.screenshot(path=pictures / "perkara.png", full_page=True)

    tick(office, datetime.now(UTC))
    phone.goto(f"{base}/mailbox")
    phone.get_by_role("link", name="Tugas: ").first.click()
    phone.locator(f'.mail a[href^="{base}/t/"]').first.click()
    phone.screenshot(path=pictures / "tugas.png", full_page=True)
    assert_fits(phone)

    phone.get_by_role("button", name="Tinjau jawaban").click()
    assert phone.locator('[role="alert"]').count() == 1
    phone.screenshot(path=pictures / "galat.png", full_page=True)

    fill_in(phone, tmp_path)
    phone.get_by_role("button", name="Tinjau jawaban").click()
    phone.get_by_role("button", name="Kirim jawaban").click()
    phone.screenshot(path=pictures / "tanda-terima.png", full_page=True)

    assert "Jawaban sudah diterima" in phone.content()
    assert foreign == []


def sign_in(phone: Page, office: Office) -> None:
    with office.database.write() as session:
        token = accounts.first_sign_in_link(session, datetime.now(UTC))
    phone.goto(f"{office.settings.base_url}/masuk/{token}")
    phone.get_by_role("button", name="Masuk sekarang").click()


def open_a_case(phone: Page) -> None:
    phone.get_by_role("link", name="Buka perkara pertama").click()
    phone.fill("#title", "Pelayanan publik di wilayah perbatasan")
    phone.fill("#region", "32.01 Kabupaten Bogor")
    phone.fill("#mitra1", "Kabupaten Sukabumi")
    phone.get_by_role("button", name="Buka perkara ini").click()
    assert "KSDD/" in phone.content()


def fill_in(phone: Page, folder: Path) -> None:
    """Fill every field of the page with the example that its schema gives."""
    letter = folder / "surat.pdf"
    letter.write_bytes(PDF)
    for name, schema in schema_of(phone.url)["properties"].items():
        inner = schema.get("properties") if "document" not in schema.get("properties", {}) else None
        controls = {f"{name}[{code}]": s for code, s in inner.items()} if inner else {name: schema}
        for control, asked in controls.items():
            fill(phone, control, asked, letter)


def fill(phone: Page, name: str, schema: dict[str, Any], letter: Path) -> None:
    fields = phone.locator(f'[name="{name}"]')
    kind = fields.first.evaluate("field => field.type")
    example = schema.get("examples", ["Keterangan"])[0]
    if kind == "file":
        fields.first.set_input_files(letter)
    elif kind == "radio":
        word = {True: "true", False: "false"}.get(example, example)
        phone.check(f'[name="{name}"][value="{word}"]')
    elif kind == "select-one":
        fields.first.select_option(str(example))
    else:
        fields.first.fill(str(example))


def schema_of(url: str) -> dict[str, Any]:
    """What a machine is told about the same task."""
    with urlopen(Request(url, headers={"Accept": "application/json"})) as answer:
        found: dict[str, Any] = json.load(answer)["schema"]
    return found


def assert_fits(phone: Page) -> None:
    """Nothing is wider than the phone."""
    assert phone.locator("html").evaluate("page => page.scrollWidth") <= 360


def _is_foreign(url: str, office: Office) -> bool:
    return not url.startswith(office.settings.base_url)
