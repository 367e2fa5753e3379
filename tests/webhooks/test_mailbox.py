"""The trial mailbox: every mail as a page, its links as links, in development only."""

from __future__ import annotations

import os
from dataclasses import replace
from email.message import EmailMessage

from flask.testing import FlaskClient

from processes.office import Office
from webhooks.app import create_app

#: when the files of these tests were written, in seconds, unless a test says otherwise
WRITTEN = 1_800_000_000


def put_letter(
    office: Office, name: str, body: str, subject: str = "Tugas baru", written: int = WRITTEN
) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "ksdd@localhost", "sari@example.test"
    message["Subject"] = subject
    message.set_content(body)
    office.settings.mail_folder.mkdir(exist_ok=True)
    file = office.settings.mail_folder / f"{name}.eml"
    file.write_bytes(message.as_bytes())
    os.utime(file, (written, written))


def test_an_empty_mailbox_says_so(browser: FlaskClient) -> None:
    assert "Belum ada surel" in browser.get("/mailbox").text


def test_the_newest_letter_comes_first(browser: FlaskClient, office: Office) -> None:
    put_letter(office, "20260301T000000Z-a", "lama", subject="Surat lama")
    put_letter(office, "20260302T000000Z-b", "baru", subject="Surat baru")

    page = browser.get("/mailbox").text

    assert page.index("Surat baru") < page.index("Surat lama")
    assert "sari@example.test" in page


def test_a_letter_of_today_comes_before_those_of_a_tick_into_the_future(
    browser: FlaskClient, office: Office
) -> None:
    for day in range(10, 70):
        put_letter(office, f"203101{day}T000000Z-tick", "nanti", subject=f"Surat {day}")
    put_letter(office, "20260302T000000Z-b", "baru", subject="Kode baru", written=WRITTEN + 1)

    page = browser.get("/mailbox").text

    assert page.index("Kode baru") < page.index("Surat 69")


def test_letters_of_one_moment_stand_in_the_order_of_their_times(
    browser: FlaskClient, office: Office
) -> None:
    for day in ("02", "03", "01"):
        put_letter(office, f"202603{day}T000000Z-a", "isi", subject=f"Surat {day}")

    page = browser.get("/mailbox").text

    assert page.index("Surat 03") < page.index("Surat 02") < page.index("Surat 01")


def test_links_to_this_installation_work_and_others_stay_text(
    browser: FlaskClient, office: Office
) -> None:
    put_letter(office, "a", "http://127.0.0.1:8000/t/abc atau https://evil.test/x <b>tebal</b>")

    page = browser.get("/mailbox/a").text

    assert '<a href="http://127.0.0.1:8000/t/abc">' in page
    assert 'href="https://evil.test' not in page
    assert "&lt;b&gt;tebal" in page


def test_only_letters_are_shown(browser: FlaskClient, office: Office) -> None:
    for name in ("../secret", "..%2fsecret.key", "nothing"):
        assert browser.get(f"/mailbox/{name}").status_code == 404


def test_production_has_no_mailbox(office: Office) -> None:
    production = replace(office, settings=replace(office.settings, env="production"))

    assert create_app(production).test_client().get("/mailbox").status_code == 404
