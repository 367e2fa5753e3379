"""After a form was sent: a cookie for its one task, an address without the token, nothing kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from processes import actions
from processes.office import Office
from processes.store import links
from processes.store.tables import Case
from tests.webhooks.conftest import ADMINISTRATOR, HERE, Clock
from tests.webhooks.official import Official, complete_isian
from webhooks.app import create_app

Holder = Callable[[str], Official]
#: what every current browser says when it goes from page to page
NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


def finish(official: Official) -> TestResponse:
    return official.send(complete_isian(), headers=NAVIGATES)


def test_a_browser_goes_on_without_the_token_once_the_task_is_finished(holder: Holder) -> None:
    official = holder("isian")
    assert "Set-Cookie" not in official.look().headers

    sent = finish(official)
    receipt = official.client.get(sent.headers["Location"])
    back = official.look()

    assert sent.status_code == 303
    assert sent.headers["Location"] == f"/tugas/{official.task_id}"
    assert receipt.status_code == 200
    for page in (receipt, back):
        assert "Jawaban sudah diterima" in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Clear-Site-Data"] == '"cache"'
    cookie = sent.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=1800" in cookie
    assert official.path.removeprefix("/t/") not in cookie


def test_the_first_form_brings_the_cookie_even_when_it_is_refused(holder: Holder) -> None:
    refused = holder("isian").send({}, headers=NAVIGATES)

    assert refused.status_code == 422
    assert refused.headers["Set-Cookie"].startswith("tugas-")


def test_over_https_the_cookie_belongs_to_this_host_alone(
    office: Office, clock: Clock, holder: Holder
) -> None:
    settings = replace(office.settings, base_url="https://ksdd.example.test")
    app = create_app(replace(office, settings=settings))
    app.config["CLOCK"] = clock
    official = Official(app, holder("isian").path, "x")
    page = {"base_url": "https://ksdd.example.test"}
    reader = official.client.get(official.path, **page)
    key = reader.text.split('name="_kunci" value="')[1].split('"')[0]

    sent = official.client.post(official.path, data={"_kunci": key}, **page)

    assert sent.headers["Set-Cookie"].startswith("__Host-tugas-")
    assert "Secure" in sent.headers["Set-Cookie"]
    assert "Path=/" in sent.headers["Set-Cookie"]
    assert "Domain" not in sent.headers["Set-Cookie"]


def test_a_phone_that_refuses_cookies_is_told_to_open_its_link_again(
    app: Flask, holder: Holder
) -> None:
    official = holder("isian")
    official.client = app.test_client(use_cookies=False)

    page = official.client.get(finish(official).headers["Location"])

    assert page.status_code == 403
    assert "buka kembali tautan" in page.text
    assert "Jawaban sudah diterima" in official.look().text


def test_whoever_says_nothing_of_pages_is_answered_where_he_asked(
    app: Flask, holder: Holder
) -> None:
    official = holder("isian")
    official.client = app.test_client(use_cookies=False)

    assert "Jawaban sudah diterima" in official.send(complete_isian()).text


def test_a_machine_gets_no_cookie_and_needs_none(holder: Holder) -> None:
    holder("isian").send(complete_isian())
    official = holder("putusan")

    answer = official.client.post(official.path, json={"answers": {"hasil": "lengkap"}})

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_two_tasks_in_two_tabs_do_not_disturb_each_other(
    app: Flask, office: Office, clock: Clock, holder: Holder
) -> None:
    first = holder("isian")
    other = actions.open_case(
        office,
        procedure="uji",
        region="32.01",
        parties=["32.02"],
        title="Perkara lain",
        actor=ADMINISTRATOR,
        now=clock(),
    )
    second = Official.holding(app, office, other, "isian", clock())
    second.client = first.client

    ways = [finish(first).headers["Location"], finish(second).headers["Location"]]

    receipts = [first.client.get(way).text for way in ways]
    assert "KSDD/2026/0001" in receipts[0]
    assert "KSDD/2026/0002" in receipts[1]


def test_the_cookie_opens_one_task_for_half_an_hour_as_long_as_its_link_lives(
    app: Flask, office: Office, clock: Clock, holder: Holder
) -> None:
    official = holder("isian")
    sent = finish(official)
    value = sent.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    started = clock.moment

    def status(value: str, name: str = official.task_id) -> int:
        browser = app.test_client(use_cookies=False)
        headers = {"Cookie": f"tugas-{name}={value}"}
        return browser.get(f"/tugas/{name}", headers=headers).status_code

    assert status(value, "x" * 32) == 403
    for forged in ("", "..", value[:-1] + "x", "a" + value, "x.999999999999999.y"):
        assert status(forged) == 403
    for age, expected in ((timedelta(minutes=30), 200), (timedelta(minutes=30, seconds=1), 403)):
        clock.moment = started + age
        assert status(value) == expected
    clock.moment = started
    with office.database.write() as session:
        links.revoke(session, official.task_id, now=clock())
    assert status(value) == 410
    wished = app.test_client(use_cookies=False).post(
        f"/tugas/{official.task_id}",
        data={"_tautan_baru": "ya"},
        headers={"Cookie": f"tugas-{official.task_id}={value}"},
    )
    assert "Permintaan Anda diterima" in wished.text


def test_the_address_without_the_token_tells_a_stranger_nothing(
    browser: FlaskClient, holder: Holder
) -> None:
    official = holder("isian")

    known, unknown = browser.get(f"/tugas/{official.task_id}"), browser.get("/tugas/" + "0" * 32)

    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert known.status_code == 403
    assert browser.post(f"/tugas/{official.task_id}", data={"judul": "x"}).status_code == 403


def test_a_form_of_an_older_version_comes_back_with_everything_that_was_typed(
    office: Office, clock: Clock, case_id: str, holder: Holder
) -> None:
    official = holder("isian")
    typed = {**official.prefilled(), "judul": "Ketikan panjang", "lama": "Sudah tak ditanya"}
    drawing = {
        path.name: path.read_bytes().replace(b"Mohon isi", b"Harap isi")
        for path in (HERE / "uji").iterdir()
        if path.is_file()
    }
    newer = actions.publish(
        office, drawing, note="baru", actor=ADMINISTRATOR, now=clock(), key="uji"
    )
    with office.database.write() as session:
        session.get_one(Case, case_id).version_id = newer.id

    late = official.client.post(official.path, data=typed)
    mended = official.send(complete_isian())

    assert late.status_code == 409
    assert "telah diperbarui" in late.text
    assert 'value="Ketikan panjang"' in late.text
    assert "lama: Sudah tak ditanya" in late.text
    assert mended.status_code == 200


@pytest.mark.parametrize("way", ["//evil.test", "https:evil", "/\\evil", "javascript:alert(1)"])
def test_nobody_is_sent_where_the_address_says(holder: Holder, way: str) -> None:
    official = holder("isian")
    query = {"next": way, "url": way, "return": way}

    sent = official.send(complete_isian(), headers=NAVIGATES, query_string=query)

    assert sent.headers["Location"] == f"/tugas/{official.task_id}"
    assert "evil" not in official.look(query_string=query).text
