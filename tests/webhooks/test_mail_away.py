"""A mail server that takes no letter: told on the board and to machines, pushed on at /pesan."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from processes.office import Office
from processes.store import outbox
from processes.store.tables import Message, MessageStatus
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.test_board_messages import message_id as message_id
from tests.webhooks.test_board_messages import press
from tests.webhooks.test_metrics import asked, read

SAID = "ConnectionRefusedError: [Errno 111] Connection refused"


@pytest.fixture
def refused(office: Office, message_id: str, clock: Clock) -> str:
    """A message that the mail server refused four times: it waits for hours."""
    for _ in range(4):
        clock.moment += timedelta(hours=3)
        with office.database.write() as session:
            session.get_one(Message, message_id).attempts += 1
            outbox.mark_failed(session, message_id, error=SAID, now=clock())
    return message_id


def next_try(office: Office, message_id: str) -> Message:
    with office.database.read() as session:
        return session.get_one(Message, message_id)


def test_the_board_is_red_with_what_the_server_said(signed_in: SignIn, refused: str) -> None:
    board = signed_in().get("/").text
    assert "Server surel tidak menerima surat: 1 surat menunggu, sejak" in board
    assert "Connection refused" in board


def test_machines_hear_of_it_and_pages_stay_in_the_balancer(
    app: Flask, office: Office, clock: Clock, refused: str
) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["warnings"] == ["mail"]
    assert read(asked(app, office, clock).text)["ksdd_mail_stalled", ()] == 1


def test_while_letters_go_out_nothing_is_red(
    signed_in: SignIn, app: Flask, office: Office, clock: Clock, message_id: str
) -> None:
    assert "Server surel" not in signed_in().get("/").text
    assert app.test_client().get("/readyz").get_json()["warnings"] == []
    assert read(asked(app, office, clock).text)["ksdd_mail_stalled", ()] == 0


def test_a_letter_that_waits_for_hours_is_sent_now_and_begins_its_tries_anew(
    signed_in: SignIn, office: Office, clock: Clock, refused: str
) -> None:
    browser = signed_in()
    assert "Kirim sekarang<" in browser.get("/pesan").text
    assert next_try(office, refused).not_before > clock() + timedelta(hours=1)
    assert press(browser, refused, "lagi").status_code == 303
    found = next_try(office, refused)
    assert (found.status, found.not_before, found.attempts) == (
        MessageStatus.WAITING,
        clock(),
        0,
    )


def test_all_that_wait_are_sent_now_one_after_the_other(
    signed_in: SignIn, office: Office, clock: Clock, refused: str
) -> None:
    with office.database.write() as session:
        for number in range(2):
            made = outbox.put(
                session, key=f"x{number}", kind="kabar", address="x@x.example", now=clock()
            )
            assert made is not None
            made.attempts = 4
            outbox.mark_failed(session, made.id, error=SAID, now=clock())
        outbox.put(
            session,
            key="besok",
            kind="kabar",
            address="y@x.example",
            now=clock(),
            not_before=clock() + timedelta(days=1),
        )
    browser = signed_in()
    assert "Kirim sekarang semua yang belum diterima (3)" in browser.get("/pesan").text
    key = key_in(browser.get("/pesan").text)
    answer = browser.post("/pesan/sekarang", data={"_kunci": key}).headers["Location"]
    assert "3 pesan dicoba sekarang" in browser.get(answer).text
    with office.database.read() as session:
        moments = sorted(m.not_before for m in session.query(Message).all())
    assert moments[:3] == [clock() + timedelta(seconds=n) for n in range(3)]
    assert moments[3] == clock() + timedelta(days=1)


def test_whoever_looks_after_another_region_pushes_nothing_here(
    signed_in: SignIn, office: Office, clock: Clock, refused: str
) -> None:
    before = next_try(office, refused).not_before
    browser = signed_in(AccountRole.CLERK, "51.03")
    page = browser.get("/pesan").text
    assert "semua yang belum diterima" not in page
    assert "Server surel" not in browser.get("/").text
    answer = browser.post("/pesan/sekarang", data={"_kunci": key_in(page)})
    assert answer.headers["Location"].endswith("tried=0")
    assert next_try(office, refused).not_before == before


def test_a_letter_that_was_not_tried_yet_has_nothing_to_be_pushed(
    signed_in: SignIn, message_id: str
) -> None:
    browser = signed_in()
    assert "Kirim sekarang" not in browser.get("/pesan").text
    assert press(browser, message_id, "lagi").status_code == 409
