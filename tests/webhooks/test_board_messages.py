"""The page "Pesan": what waits, sending it from one's own telephone, stating that it arrived."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from processes.office import Office
from processes.store.tables import AccountRole, Message, MessageStatus, Official, Person
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from worker.delivery import deliver_due

LINK = re.compile(r"/t/[\w-]{43}")
Act = Callable[..., TestResponse]


@pytest.fixture
def message_id(office: Office, case_id: str) -> str:
    """The one message about the case's first task."""
    with office.database.read() as session:
        return session.query(Message).filter(Message.case_id == case_id).one().id


def press(browser: FlaskClient, message_id: str, what: str, **form: str) -> TestResponse:
    key = key_in(browser.get("/pesan").text)
    return browser.post(f"/pesan/{message_id}/{what}", data={"_kunci": key, **form})


def status_of(office: Office, message_id: str) -> MessageStatus:
    with office.database.read() as session:
        return session.get_one(Message, message_id).status


def test_what_waits_is_listed_with_its_record_and_without_its_link(
    signed_in: SignIn, message_id: str
) -> None:
    page = signed_in().get("/pesan").text
    assert f'id="pesan-{message_id}"' in page
    assert "menunggu dikirim" in page
    assert "dibuat" in page
    assert "Kirim lewat WhatsApp" in page
    assert not LINK.search(page)


def test_sending_by_whatsapp_opens_ones_own_with_words_and_a_fresh_link(
    signed_in: SignIn, office: Office, message_id: str
) -> None:
    browser = signed_in()
    answer = press(browser, message_id, "whatsapp")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r'href="(https://wa\.me/62\d+\?text=[^"]+)"', answer.text)
    assert found is not None
    assert "%2Ft%2F" in found[1]
    [link] = set(LINK.findall(answer.text))
    assert browser.get(link).status_code == 200
    assert status_of(office, message_id) is MessageStatus.BY_HAND
    page = browser.get("/pesan").text
    assert "menunggu dikirim dengan tangan" in page
    assert "disiapkan untuk WhatsApp oleh admin None" in page
    assert "tautan diambil (bukan bukti dibaca)" in page
    assert not LINK.search(page)


def test_without_a_number_whatsapp_asks_whom_to_send_it_to(
    signed_in: SignIn, office: Office, message_id: str
) -> None:
    with office.database.write() as session:
        session.query(Person).update({Person.phone: None})
    answer = press(signed_in(), message_id, "whatsapp")
    assert 'href="https://wa.me/?text=' in answer.text
    assert "Nomor teleponnya belum tercatat" in answer.text


def test_who_states_that_it_arrived_is_noted_and_it_waits_no_more(
    signed_in: SignIn, office: Office, message_id: str
) -> None:
    browser = signed_in()
    refused = press(browser, message_id, "sampai", by=" ")
    assert refused.status_code == 422
    assert "Tulis nama orang yang menyatakan" in refused.text
    assert press(browser, message_id, "sampai", by="Sari Contoh").status_code == 303
    assert status_of(office, message_id) is MessageStatus.DELIVERED
    assert f'id="pesan-{message_id}"' not in browser.get("/pesan").text
    assert "dinyatakan sampai oleh Sari Contoh" in browser.get("/pesan?status=delivered").text


def test_what_was_put_aside_shows_why_and_can_be_sent_again(
    signed_in: SignIn, office: Office, clock: Clock, message_id: str
) -> None:
    with office.database.write() as session:
        message = session.get_one(Message, message_id)
        message.status, message.last_error = MessageStatus.PARKED, "550 no such mailbox"
    browser = signed_in()
    assert "1 pesan belum terkirim" in browser.get("/").text
    assert "/pesan" in browser.get("/").text
    assert "ditangguhkan" in browser.get("/pesan").text
    assert press(browser, message_id, "lagi").status_code == 303
    assert deliver_due(office, clock()) == 1
    assert "diterima server surel" in browser.get("/pesan?status=sent").text
    refused = press(browser, message_id, "lagi")
    assert refused.status_code == 409
    assert "tidak sedang ditangguhkan" in refused.text


def test_the_printed_list_has_names_and_telephones_and_no_link(
    signed_in: SignIn, office: Office, message_id: str
) -> None:
    browser = signed_in()
    press(browser, message_id, "whatsapp")
    page = html.unescape(browser.get("/pesan/cetak").text)
    with office.database.read() as session:
        message = session.get_one(Message, message_id)
        official = session.get_one(Official, message.official_id)
        person = session.get_one(Person, official.person_id)
    assert person.name in page
    assert person.phone
    assert person.phone in page
    assert "Disampaikan (tanggal, paraf)" in page
    assert not LINK.search(page)
    assert "wa.me" not in page


def test_an_administrator_of_another_region_neither_sees_nor_sends_it(
    signed_in: SignIn, office: Office, message_id: str
) -> None:
    stranger = signed_in(region="33.01")
    for path in ("/pesan", "/pesan/cetak", "/pesan?status=waiting"):
        assert message_id not in stranger.get(path).text
    own_key = key_in(stranger.get("/").text)
    for what in ("whatsapp", "lagi", "sampai"):
        answer = stranger.post(f"/pesan/{message_id}/{what}", data={"_kunci": own_key, "by": "X"})
        assert answer.status_code == 404
    assert status_of(office, message_id) is MessageStatus.WAITING


def test_whoever_only_owns_the_procedure_may_look_but_not_send(
    signed_in: SignIn, message_id: str
) -> None:
    owner = signed_in(role=AccountRole.OWNER)
    page = owner.get("/pesan").text
    assert message_id in page
    assert "Kirim lewat WhatsApp" not in page
    assert press(owner, message_id, "whatsapp").status_code == 403


def test_a_form_from_elsewhere_sends_nothing(
    signed_in: SignIn, office: Office, message_id: str
) -> None:
    browser = signed_in()
    assert browser.post(f"/pesan/{message_id}/whatsapp").status_code == 403
    assert status_of(office, message_id) is MessageStatus.WAITING


def test_whom_only_a_telephone_reaches_is_counted_on_the_first_page(
    signed_in: SignIn, office: Office, message_id: str
) -> None:
    browser = signed_in()
    assert "Pesan lewat telepon" not in browser.get("/").text
    press(browser, message_id, "whatsapp")
    assert "Pesan lewat telepon: 1" in browser.get("/").text


def test_a_channel_is_given_and_taken_from_the_command_line(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from webhooks.cli import commands

    settings = office.settings
    monkeypatch.setenv("KSDD_ENV", "development")
    monkeypatch.setenv("KSDD_DATA", str(settings.data))
    clerk = "bagian-kerja-sama.3201@contoh.example"
    run = CliRunner()
    url = "ntfys://rahasia@ntfy.example.org/pejabat"
    done = run.invoke(commands, ["officials", "channel", clerk, "-"], input=url + "\n")
    assert done.exit_code == 0, done.output
    assert "ntfys://…" in done.output
    assert "rahasia" not in done.output
    done = run.invoke(commands, ["officials", "channel", clerk, "--remove"])
    assert "tanpa kanal" in done.output
