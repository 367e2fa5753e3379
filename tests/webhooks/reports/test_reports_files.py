"""Files for spreadsheets hold the whole list, and nothing in them acts."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from processes.office import Office
from processes.store.tables import Access, AccountRole
from tests.webhooks.reports.cast import BOGOR
from tests.webhooks.reports.conftest import Enter
from webhooks.reports.sheets import Cell, Column, Sheet, as_csv, as_xlsx

HOSTILE = ("=1+1", "+SUM(A1)", "-2", "@x", "\t=1", "\r=1", '=HYPERLINK("http://x")', "http://x.y")


def sheet(*rows: tuple[Cell, ...]) -> Sheet:
    columns = [Column(label=f"=kolom {n}") for n in range(len(rows[0]))]
    return Sheet(name="Daftar [1/2]: 'a'?", columns=columns, rows=rows)


def test_a_text_in_a_workbook_is_a_text_whatever_it_looks_like() -> None:
    made = as_xlsx([sheet(*((words,) for words in HOSTILE))])
    with made, zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page.lower().replace("=hyperlink", "")
    assert not [name for name in names if "rels" in name and "sheet" in name]
    assert page.count('t="inlineStr"') == len(HOSTILE) + 1


@pytest.mark.parametrize("words", HOSTILE[:7])
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(words: str) -> None:
    text = b"".join(as_csv(sheet((words, "biasa")), "id")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert rows[1] == [f"'{words}", "biasa"]
    assert rows[0][0] == "'=kolom 0"


def test_numbers_and_days_are_written_as_the_reader_s_spreadsheet_expects_them() -> None:
    row: tuple[Cell, ...] = (4.5, -3, date(2026, 7, 6), None, "a;b,c", 2.0)
    indonesian = b"".join(as_csv(sheet(row), "id"))
    assert indonesian.startswith(b"\xef\xbb\xbf")
    assert indonesian.splitlines()[1] == b'4,5;-3;2026-07-06;;"a;b,c";2'
    english = b"".join(as_csv(sheet(row), "en"))
    assert english.splitlines()[1] == b'4.5,-3,2026-07-06,,"a;b,c",2'


def test_a_list_longer_than_a_page_is_whole_in_both_files(enter: Enter) -> None:
    browser = enter()
    for name in ("perkara", "tugas"):
        text = browser.get(f"/laporan/{name}.csv").data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        assert len(rows) > 51
        made = browser.get(f"/laporan/{name}.xlsx")
        assert made.headers["Content-Disposition"].startswith("attachment")
        with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
            page = archive.read("xl/worksheets/sheet1.xml").decode()
        assert page.count("<row ") == len(rows)
        assert "'=Kerja sama <" in text


def test_what_an_observer_takes_from_the_reports_is_written_down(
    enter: Enter, worked: Office
) -> None:
    observer, others = enter(role=AccountRole.OBSERVER), enter()
    before = looked_at(worked)
    for path in ("", "/tugas.xlsx", "/perkara.csv", "/hari-ini?region=32.01"):
        for browser in (observer, others):
            assert browser.get(f"/laporan{path}").status_code == 200
    assert sorted((looked_at(worked) - before).elements()) == [
        "reports.cases_file",
        "reports.overview",
        "reports.tasks_file",
        "reports.today",
    ]


def looked_at(office: Office) -> Counter[str]:
    """How often each page or file was looked at by those whose views are logged."""
    with office.database.read() as session:
        return Counter(session.scalars(select(Access.route)))


def test_open_tasks_are_narrowed_as_the_address_says(enter: Enter) -> None:
    browser = enter(role=AccountRole.OBSERVER)

    def tasks(query: str) -> list[dict[str, str]]:
        text = browser.get(f"/laporan/tugas.csv?lang=en&{query}").data.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    every = tasks("")
    assert {row["Region code"] for row in tasks(f"region={BOGOR}+Kabupaten+Bogor")} == {BOGOR}
    assert {row["Stage number"] for row in tasks("stage=4")} == {"4"}
    late = tasks("overdue=ya")
    assert 0 < len(late) < len(every)
    assert all(int(row["Late (wd)"]) >= 0 for row in late)
    assert {row["Role"] for row in tasks("role=kepala_daerah")} == {"Kepala Daerah"}


def test_the_report_is_one_workbook_with_a_page_for_each_list(enter: Enter) -> None:
    made = enter().get("/laporan/ringkasan.xlsx")
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        book = archive.read("xl/workbook.xml").decode()
    assert re.findall(r'<sheet name="([^"]+)"', book) == [
        "Menurut tahap",
        "Menurut tugas",
        "Kantor paling lambat",
        "Menurut bulan",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "?region=Antah&since=kemarin&until=9999-99-99&months=7&version=x&category=z&procedure=q",
        "?since=2030-01-01&until=2020-01-01",
        "?since=0001-01-01",
        "?until=9999-12-31",
        "/perkiraan?page=99999&region=x",
        "/hari-ini?region=%00%27",
        "/daftar?stage=abc",
        "/tugas.csv?stage=²&role=%F0%9F%98%80",
        "/log?since=x",
    ],
)
def test_what_makes_no_sense_in_the_address_is_said_and_does_no_harm(
    enter: Enter, path: str
) -> None:
    assert enter().get(f"/laporan{path}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/tugas.pdf",
        "/tugas.csv?region=Antah",
        "/register.xlsx?region=Antah",
        "/ringkasan.xlsx?region=Antah",
        "/ringkasan-lain.csv",
        "/hari-ini.pdf",
        "/bulanan.pdf?month=2026-13",
        "/bulanan.pdf?month=2026-06&region=Antah",
    ],
)
def test_a_file_that_cannot_be_made_as_asked_is_not_made(enter: Enter, path: str) -> None:
    assert enter().get(f"/laporan{path}").status_code == 404


def test_whoever_is_not_signed_in_is_told_how(worked: object, enter: Enter) -> None:
    stranger = enter().application.test_client()
    for path in ("", "/hari-ini.pdf?region=32.01", "/tugas.csv", "/log", "/register.xlsx"):
        assert stranger.get(f"/laporan{path}").status_code == 303
    assert stranger.post("/laporan/log", data={"format": "xes"}).status_code == 303
