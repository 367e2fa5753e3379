"""An official's own channel: used before his mail, kept secret, and never a way into the house."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from processes import actions
from processes.office import Office
from processes.store import outbox, tries
from processes.store.channel_urls import ChannelRefused, check_channel_url, masked
from processes.store.officials_file import OfficialsRefused
from processes.store.sealing import seal
from processes.store.tables import (
    History,
    LedgerEntry,
    MessageEvent,
    MessageStatus,
    Official,
    Person,
)
from tests.worker.hook import Hook
from tests.worker.sink import Sink
from tests.worker.specimen import letter
from tests.worker.test_delivery import only_message, open_case
from worker.channels import Refused
from worker.chat import ChatChannel
from worker.delivery import deliver_due

CLERK = "bagian-kerja-sama.3201@contoh.example"
WHO = actions.Actor(kind="account", name="uji")
LINK = re.compile(r"/t/[\w-]{43}")


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as opened:
        yield opened


def events(office: Office) -> list[tuple[str, str]]:
    with office.database.read() as session:
        lines = session.query(MessageEvent).order_by(MessageEvent.at)
        order = list(LedgerEntry)
        found = sorted(lines, key=lambda line: (line.at, order.index(line.kind)))
        return [(line.kind.value, line.channel) for line in found]


def test_a_message_goes_by_the_channel_and_not_by_mail(
    mailing: Office, sink: Sink, hook: Hook, now: datetime
) -> None:
    actions.set_channel(mailing, CLERK, hook.url, actor=WHO, now=now)
    open_case(mailing, now)
    assert deliver_due(mailing, now) == 1
    [post] = hook.posts
    assert "Menyusun permohonan" in post["title"]
    assert LINK.search(post["message"])
    assert sink.mails == []
    assert events(mailing) == [("disiapkan", "apprise"), ("diterima", "apprise")]


def test_that_somebodys_links_go_another_way_is_in_the_history_of_his_open_tasks(
    mailing: Office, hook: Hook, now: datetime
) -> None:
    open_case(mailing, now)
    actions.set_channel(mailing, CLERK, hook.url, actor=WHO, now=now)
    actions.set_channel(mailing, CLERK, hook.url, actor=WHO, now=now)
    with mailing.database.read() as session:
        clerk, person = session.execute(
            select(Official, Person).join(Person).where(Person.email == CLERK)
        ).one()
        row = f"{clerk.region_code},{clerk.role},{person.name},,{clerk.position},definitif,{CLERK},"
    header = "region,role,name,nip,position,status,email,phone,channel"
    other = hook.url.replace("sandi-rahasia", "sandi-lain")
    given = f"{header}\n{row},{other}\n"
    actions.import_officials(mailing, given, replace=False, actor=WHO, now=now)
    with mailing.database.read() as session:
        told = session.scalars(select(History).where(History.kind == "person.channel")).all()
        assert [(e.actor["name"], e.details["person"]) for e in told] == [("uji", person.name)] * 2
        ways = [(e.details["before"], e.details["after"]) for e in told]
    assert ways == [([""], ["json://…"]), (["json://…"], ["json://…"])]


def test_a_channel_that_refuses_hands_over_to_the_mail_at_once(
    mailing: Office, sink: Sink, hook: Hook, now: datetime
) -> None:
    hook.status = 500
    actions.set_channel(mailing, CLERK, hook.url, actor=WHO, now=now)
    open_case(mailing, now)
    assert deliver_due(mailing, now) == 1
    assert sink.recipients == [[CLERK]]
    assert sorted(events(mailing)) == [
        ("disiapkan", "email"),
        ("diterima", "email"),
        ("ditolak", "apprise"),
    ]


def test_without_mail_a_channel_is_tried_for_three_days_and_then_put_aside(
    mailing: Office, hook: Hook, now: datetime
) -> None:
    hook.status = 503
    actions.set_channel(mailing, CLERK, hook.url, actor=WHO, now=now)
    with mailing.database.write() as session:
        session.query(Person).filter(Person.email == CLERK).update({Person.email: None})
    open_case(mailing, now)
    for pause in (timedelta(), *tries.PAUSES):
        now += pause
        deliver_due(mailing, now)
    parked = only_message(mailing)
    assert parked.status is MessageStatus.PARKED
    assert parked.last_error == "json://… belum menerima pesan (status 503)."


def test_a_channel_works_without_any_mail_server(office: Office, hook: Hook, now: datetime) -> None:
    actions.set_channel(office, CLERK, hook.url, actor=WHO, now=now)
    open_case(office, now)
    with office.database.write() as session:
        outbox.put(session, key="a", kind="kabar", address="kabag@example.test", now=now)
    assert deliver_due(office, now) == 2
    assert len(hook.posts) == 1


def test_the_url_stands_in_no_log_and_in_no_row_but_its_own(
    mailing: Office, hook: Hook, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)
    hook.status = 500
    actions.set_channel(mailing, CLERK, hook.url, actor=WHO, now=now)
    open_case(mailing, now)
    deliver_due(mailing, now)
    assert "sandi-rahasia" not in caplog.text
    with mailing.database.read() as session:
        for table in ("message", "message_event", "history", "official"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            assert "sandi-rahasia" not in str(rows)


def test_in_production_a_channel_into_the_own_network_is_not_used(
    mailing: Office, hook: Hook
) -> None:
    production = replace(mailing.settings, env="production")
    for url in (hook.url, "jsons://localhost/x", "jsons://127.0.0.1.nip.example/x"):
        channel = ChatChannel(url.replace("127.0.0.1.nip.example", "10.0.0.1"), production)
        with pytest.raises(Refused) as caught:
            channel.send(letter())
        assert caught.value.final
    assert hook.posts == []


def test_a_name_that_leads_inside_is_found_out_when_it_is_used(
    mailing: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = [(2, 1, 6, "", ("192.168.1.7", 0))]
    monkeypatch.setattr("processes.store.channel_urls.socket.getaddrinfo", lambda *_: inside)
    production = replace(mailing.settings, env="production")
    with pytest.raises(Refused, match="jaringan dalam"):
        ChatChannel("jsons://luar.example.org/x", production).send(letter())


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "syslog://localhost",
        "dbus://",
        "windows://",
        "macosx://",
        "exec://ls",
        "mailto://a:b@example.org",
        "json://example.org/x",
        "jsons://localhost/x",
        "jsons://127.0.0.1/x",
        "jsons://10.1.2.3/x",
        "jsons://169.254.169.254/latest",
        "jsons://[::1]/x",
        "jsons://db.internal/x",
        "jsons://intranet/x",
        "jsons://example.org/x?template=/etc/passwd",
        "jsons://example.org/x?verify=no",
        "jsons://example.org/x?redirect=yes",
        "jsons://example.org/x?retry=10&wait=60",
        "tgram://123456789:abcdefghijklmnopqrstuvwxyz123456789/111/222",
        "tgram://not a token/111",
        "jsons://example.org/x, jsons://example.org/y",
        "",
        "besok",
        "jsons://" + "a" * 600,
    ],
)
def test_what_a_server_must_not_talk_to_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ChannelRefused) as caught:
        check_channel_url(url, is_trial=False)
    for language in ("id", "en"):
        said = caught.value.say(language)
        assert said.endswith(".")
        assert "passwd" not in said
        assert "example.org" not in said


@pytest.mark.parametrize(
    "url",
    [
        "tgram://123456789:abcdefghijklmnopqrstuvwxyz123456789/12315544",
        "jsons://example.org/pesan",
        "jsons://user:pass@example.org/pesan?+X-Kunci=abc",
        "ntfys://ntfy.example.org/pejabat",
    ],
)
def test_a_service_on_the_internet_may_be_a_channel(url: str) -> None:
    check_channel_url(url, is_trial=False)
    assert masked(url) == url.partition("://")[0] + "://…"


def test_a_list_of_officials_may_bring_channels(office: Office, now: datetime) -> None:
    clerk = actions.Actor(kind="account", name="administrator")
    heading = "region,role,name,email,phone,channel\n"
    good = f"{heading}32.01,kabag,Nia Contoh,,0812000111,tgram://123456789:{'a' * 35}/555\n"
    actions.import_officials(office, good, replace=False, actor=clerk, now=now)
    with office.database.read() as session:
        nia = session.query(Person).filter(Person.name == "Nia Contoh").one()
        assert (nia.channel_url or "").startswith("tgram://")
        assert session.query(Official).filter(Official.person_id == nia.id).count() == 1
    bad = f"{heading}32.01,kabag,Nia Contoh,,0812000111,syslog://rahasia\n"
    with pytest.raises(OfficialsRefused) as caught:
        actions.import_officials(office, bad, replace=False, actor=clerk, now=now)
    assert "Baris 2" in caught.value.say()
    assert "rahasia" not in caught.value.say()


def stored(office: Office) -> list[str]:
    """What lies in the database for everybody's channel."""
    with office.database.read() as session:
        found = session.scalars(select(Person.channel_url).where(Person.channel_url.is_not(None)))
        return [str(each) for each in found]


def test_a_channel_lies_sealed_and_a_list_brought_twice_changes_nothing(
    office: Office, now: datetime
) -> None:
    clerk = actions.Actor(kind="account", name="administrator")
    secret = "a" * 35
    listed = (
        "region,role,name,email,phone,channel\n"
        f"32.01,kabag,Nia Contoh,,0812000111,tgram://123456789:{secret}/555\n"
    )
    actions.import_officials(office, listed, replace=False, actor=clerk, now=now)
    [first] = stored(office)
    assert first.startswith("tgram://#")
    assert masked(first) == "tgram://…"
    assert secret not in first
    again = actions.import_officials(office, listed, replace=False, actor=clerk, now=now)
    assert (again.updated, again.unchanged) == (0, 1)
    assert stored(office) == [first]


def test_what_lay_open_is_sealed_at_the_start_and_still_works(
    mailing: Office, hook: Hook, now: datetime
) -> None:
    with mailing.database.write() as session:
        session.execute(update(Person).where(Person.email == CLERK).values(channel_url=hook.url))
    Office.open(mailing.settings).close()
    [sealed] = stored(mailing)
    assert sealed.partition("#")[0] == hook.url.partition("://")[0] + "://"
    open_case(mailing, now)
    deliver_due(mailing, now)
    assert len(hook.posts) == 1


def test_a_channel_sealed_with_another_key_hands_over_to_the_mail(
    mailing: Office, sink: Sink, hook: Hook, now: datetime
) -> None:
    with mailing.database.write() as session:
        session.execute(
            update(Person)
            .where(Person.email == CLERK)
            .values(channel_url=seal(b"another installation", hook.url))
        )
    open_case(mailing, now)
    deliver_due(mailing, now)
    assert (hook.posts, sink.recipients) == ([], [[CLERK]])
