"""The board as somebody uses it: filters, groups, kept ways of looking, refreshing, the map."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from processes import actions
from processes.actions import Actor
from processes.actions.orders import Order
from processes.office import Office
from processes.store import sweeps
from processes.store.tables import AccountRole, Message, MessageStatus, Task
from tests.bench.cases import first_answers, open_case
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.official import Official, complete_isian
from worker.watch import WATCHED

WHO = Actor(kind="account", name="administrator")
Holder = Callable[[str], Official]


WAITING = '//table[contains(@class, "waiting")]/tbody/tr'


def task_of(office: Office, case_id: str) -> Task:
    with office.database.read() as session:
        return session.scalars(select(Task).where(Task.case_id == case_id)).one()


def numbers(page: str) -> dict[str, int]:
    """The counters by their names."""
    links = html.fromstring(page).xpath('//ul[@class="counters"]//a')
    return {link.findtext("span"): int(link.findtext("strong").replace(".", "")) for link in links}


def titled(page: html.HtmlElement, element: str) -> str:
    """What the map says of a shape."""
    return str(page.xpath(f'//g[@data-element="{element}"]/title/text()')[0])


def listed(page: str) -> int:
    """How many tasks the list has."""
    return len(html.fromstring(page).xpath(WAITING))


def test_every_counter_leads_to_what_it_counts(
    signed_in: SignIn, case_id: str, clock: Clock
) -> None:
    clock.pass_days(10)
    browser = signed_in()
    page = html.fromstring(browser.get("/").text)
    for link in page.xpath('//ul[@class="counters"]//a'):
        count = int(link.findtext("strong"))
        assert listed(browser.get(f"/{link.get('href')}").text) == count, link.get("href")
    assert numbers(browser.get("/").text)["Tugas terlambat"] == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("daerah=32.01", 1),
        ("daerah=kabupaten+bogor", 1),
        ("daerah=32.02", 0),
        ("daerah=Antah+Berantah", 0),
        ("tahap=1", 1),
        ("tahap=2", 0),
        ("jabatan=bagian_kerja_sama", 1),
        ("jabatan=sekda", 0),
        ("cari=perbatasan", 1),
        ("cari=KSDD/2026/0001", 1),
        ("cari=tidak+ada", 0),
        ("orang=tidak-ada", 0),
        ("unsur=isian", 1),
        ("unsur=lain", 0),
        ("versi=lain", 0),
        ("keadaan=terlambat", 0),
        ("keadaan=segera", 1),
        ("urut=sejak&arah=turun&kelompok=orang", 1),
        ("halaman=2", 0),
        ("keadaan=entah&urut=x&kelompok=y&tahap=-1&halaman=%00&cari=%00", 1),
    ],
)
def test_the_address_says_what_is_shown(
    signed_in: SignIn, case_id: str, query: str, found: int
) -> None:
    answer = signed_in().get(f"/?{query}")

    assert answer.status_code == 200
    assert listed(answer.text) == found


def test_the_form_of_the_filters_forgets_nothing_else_and_stands_before_the_list(
    signed_in: SignIn, case_id: str
) -> None:
    asked = "keadaan=segera&orang=x&unsur=isian&versi=y&urut=sejak&arah=turun&kelompok=orang"
    text = signed_in().get(f"/?{asked}&cari=perbatasan&daerah=32.01&halaman=1").text
    [form] = html.fromstring(text).xpath('//form[.//input[@name="cari"]]')
    sent = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    assert sent == {
        **dict(part.split("=") for part in asked.split("&")),
        "cari": "perbatasan",
        "daerah": "32.01",
    }
    assert text.index('name="cari"') < text.index('class="counters"')


def test_a_full_page_of_the_board_is_light_and_the_next_one_goes_on(
    signed_in: SignIn, office: Office, clock: Clock
) -> None:
    for number in range(43):
        open_case(office, clock() + timedelta(minutes=number))
    browser, seen = signed_in(), []
    for page, count in ((1, 40), (2, 3)):
        text = browser.get(f"/?kelompok=orang&halaman={page}").text
        assert len(text.encode()) < 50_000
        assert listed(text) == count
        seen += re.findall(r"KSDD/2026/[0-9]{4}</a>", text)
    assert re.search("41.43 dari 43", text)
    assert len(set(seen)) == 43


@pytest.mark.parametrize("grouping", ["daerah", "tahap", "jabatan", "orang"])
def test_every_number_of_a_group_leads_to_its_tasks(
    signed_in: SignIn, case_id: str, clock: Clock, grouping: str
) -> None:
    clock.pass_days(10)
    browser = signed_in()
    page = html.fromstring(browser.get(f"/?kelompok={grouping}").text)
    links = page.xpath('//section[contains(@class, "groups")]//tbody//a')

    assert len(links) >= 2
    for link in links:
        assert listed(browser.get(f"/{link.get('href')}").text) == 1, link.get("href")


def test_another_regions_tasks_are_neither_listed_nor_counted(
    signed_in: SignIn, case_id: str
) -> None:
    stranger = signed_in(region="51.03")
    for query in ("kelompok=daerah", "kelompok=orang", "cari=perbatasan", "daerah=32.01"):
        page = stranger.get(f"/?{query}").text
        assert listed(page) == 0
        assert set(numbers(page).values()) == {0}
        assert "KSDD/2026/0001" not in page
    partner = signed_in(region="32.02").get("/?kelompok=daerah").text
    assert numbers(partner)["Semua tugas"] == 1
    assert "Kabupaten Bogor" in partner


def test_whether_the_holder_was_told_is_shown_in_honest_words(
    signed_in: SignIn, office: Office, case_id: str, clock: Clock
) -> None:
    own, partner = signed_in(region="32.01"), signed_in(region="32.02")

    def told(browser: FlaskClient) -> str:
        page = html.fromstring(browser.get("/").text)
        return str(page.xpath(f"{WAITING}/td[4]")[0].text_content())

    def becomes(status: MessageStatus, channel: str) -> None:
        with office.database.write() as session:
            for message in session.scalars(select(Message).where(Message.case_id == case_id)):
                message.status, message.channel, message.sent_at = status, channel, clock()

    assert told(own).startswith("tugas baru: menunggu dikirim sejak 2 Maret 2026 (")
    becomes(MessageStatus.SENT, "email")
    assert told(own).startswith("tugas baru: diterima server surel 2 Maret 2026 (")
    becomes(MessageStatus.BY_HAND, "hand")
    assert told(own).startswith("tugas baru: nomor WA, menunggu petugas sejak 2 Maret 2026 (")
    assert "2 Maret" not in told(partner)


def test_why_a_task_waits_is_shown_to_its_own_house_only(
    signed_in: SignIn, office: Office, case_id: str, clock: Clock
) -> None:
    order = Order(actor=WHO, reason="menunggu surat Gubernur")
    actions.pause_task(office, task_of(office, case_id).id, order=order, now=clock())

    own = signed_in(region="32.01").get("/?keadaan=dijeda").text
    other = signed_in(region="32.02").get("/?keadaan=dijeda").text

    assert "Dijeda sejak 2 Maret 2026: menunggu surat Gubernur" in own
    assert listed(other) == 1
    assert "menunggu surat Gubernur" not in other


def test_a_way_of_looking_is_kept_opened_and_forgotten(signed_in: SignIn, case_id: str) -> None:
    browser, other = signed_in(), signed_in(role=AccountRole.CLERK)

    def send(path: str, **form: str) -> int:
        key = key_in(browser.get("/?kelompok=tahap").text)
        return browser.post(path, data={"_kunci": key, **form}).status_code

    kept = {"nama": "Telat di Bogor", "kueri": "daerah=32.01&keadaan=terlambat&apa=saja"}
    assert send("/tampilan", **kept, utama="1") == 303
    opened = browser.get("/")
    assert opened.status_code == 303
    assert opened.headers["Location"] == "/?daerah=32.01&keadaan=terlambat"
    assert other.get("/").status_code == 200
    assert "Telat di Bogor" not in other.get("/").text
    page = browser.get(opened.headers["Location"]).text
    [view] = re.findall(r'action="(/tampilan/\w+/hapus)"', page)
    theirs = key_in(other.get("/").text)
    assert other.post(view, data={"_kunci": theirs}).status_code == 404
    assert send("/tampilan", **{**kept, "kueri": ""}) == 303
    assert browser.get("/").status_code == 200
    assert send(view) == 303
    assert "Telat di Bogor" not in browser.get("/").text


def test_a_way_of_looking_needs_a_name_and_a_form_of_our_own(signed_in: SignIn) -> None:
    browser = signed_in()
    key = key_in(browser.get("/").text)

    answer = browser.post("/tampilan", data={"_kunci": key, "nama": " ", "kueri": "tahap=2"})

    assert answer.status_code == 422
    assert "Tuliskan nama untuk tampilan ini." in answer.text
    assert browser.post("/tampilan", data={"nama": "x", "kueri": ""}).status_code == 403


def test_the_part_that_changes_comes_alone_and_only_when_it_changed(
    signed_in: SignIn, case_id: str, clock: Clock, holder: Holder
) -> None:
    browser = signed_in()
    first = browser.get("/?bagian=daftar")
    known = {"If-None-Match": first.headers["ETag"]}

    assert "<html" not in first.text
    assert listed(f"<div>{first.text}</div>") == 1
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["X-Diperbarui"] == "09.00 WIB"
    again = browser.get("/?bagian=daftar", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["X-Diperbarui"] == "09.00 WIB"
    holder("isian").send(complete_isian())
    assert browser.get("/?bagian=daftar", headers=known).status_code == 200


def test_the_map_shows_where_tasks_wait_and_where_they_take_long(
    signed_in: SignIn, office: Office, clock: Clock
) -> None:
    case_id = open_case(office, clock())
    clock.pass_days(1)
    answers = first_answers(office, clock())
    first = task_of(office, case_id)
    actions.complete_task(office, first.id, answers, actor=WHO, now=clock())
    browser = signed_in()
    page = html.fromstring(browser.get("/peta").text)
    [chosen] = page.xpath('//*[@id="versi"]/option[@selected]/@value')

    links = page.xpath("//svg//a/@href")
    assert f"/?tahap=1&unsur=tahap1_telaah&versi={chosen}" in links
    assert "1 sedang dikerjakan" in titled(page, "tahap1_telaah")
    assert "biasanya 1 dari 5 hari kerja" in titled(page, first.element)
    assert len(page.xpath("//section//tbody/tr")) == len(links)
    assert listed(browser.get(f"/?unsur=tahap1_telaah&versi={chosen}").text) == 1
    stranger = signed_in(region="51.03").get("/peta").text
    assert "sedang dikerjakan" not in stranger
    assert "biasanya" not in stranger.replace("biasanya dikerjakan", "")
    assert browser.get("/peta?versi=lain").status_code == 404


def test_how_long_ago_the_sweeps_ran_is_always_shown_and_red_when_they_stopped(
    signed_in: SignIn, office: Office, app: Flask, clock: Clock
) -> None:
    browser = signed_in()
    assert "belum pernah" in browser.get("/").text
    with office.database.write() as session:
        for name in WATCHED:
            sweeps.beat(session, name, now=clock())
    app.config["STARTED_AT"] = clock() - timedelta(hours=1)
    assert "kurang dari semenit yang lalu" in browser.get("/").text
    clock.moment += timedelta(minutes=7)
    page = browser.get("/").text
    assert "7 menit yang lalu" in page
    assert "Pengingat dan pengiriman berhenti." in page
