"""A mail server that takes no letter: told on the board and to machines, pushed on at /pesan."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from processes.office import Office
from processes.setting_values import Environment
from processes.store import accounts, outbox
from processes.store.tables import AccountRole, Message, MessageStatus
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.test_board_messages import message_id as message_id
from tests.webhooks.test_board_messages import press
from tests.webhooks.test_metrics import asked, read
from webhooks.app import create_app

ROOT = Path(__file__).parents[2]
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


@pytest.mark.parametrize(
    ("env", "mail", "url", "warns"),
    [
        ("production", "smtp://127.0.0.1:9", "http://127.0.0.1:8000", True),
        ("production", "smtp://127.0.0.1:9", "http://localhost:8000", True),
        ("production", "smtp://127.0.0.1:9", "https://kerjasama.contoh.example", False),
        ("production", None, "http://127.0.0.1:8000", False),
        ("development", "smtp://127.0.0.1:9", "http://127.0.0.1:8000", False),
    ],
)
def test_administrators_are_warned_of_letters_whose_links_open_on_this_machine_only(
    office: Office, clock: Clock, env: Environment, mail: str | None, url: str, warns: bool
) -> None:
    settings = replace(office.settings, env=env, mail_url=mail, base_url=url)
    app = create_app(replace(office, settings=settings))
    app.config.update(TESTING=True, CLOCK=clock)
    with office.database.write() as session:
        admin = accounts.create_account(
            session, name="admin", role=AccountRole.ADMIN, now=clock(), region_code=None
        )
        token = accounts.make_sign_in_link(session, admin.id, clock())
    browser = app.test_client()
    assert browser.post(f"/masuk/{token}", base_url=url).status_code == 303
    board = browser.get("/", base_url=url).text
    assert ("yang hanya terbuka di mesin ini sendiri" in board) is warns


def test_a_worker_that_would_mail_links_to_itself_says_so_when_it_starts(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KSDD_DATA": str(tmp_path / "data"),
        "KSDD_REDIS_URL": "redis://127.0.0.1:9/0",
        "KSDD_MAIL_URL": "smtp://127.0.0.1:9",
    }
    command = [sys.executable, "-P", "-m", "webhooks.cli", "worker"]
    with subprocess.Popen(
        command, env=environ, cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stderr is not None
        said = worker.stderr.readline()
        worker.kill()
    assert "http://127.0.0.1:8000, yang hanya terbuka di mesin ini sendiri" in said
