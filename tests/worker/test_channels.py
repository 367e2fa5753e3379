"""The two ways out of the house: a folder, and a real mail server on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from processes.settings import Settings
from tests.worker.sink import Sink
from tests.worker.specimen import SEKDA, letter
from worker.channels import EmlChannel, Refused, SmtpChannel, channel_of


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as opened:
        yield opened


def test_letters_in_the_folder_sort_by_the_time_they_were_written(tmp_path: Path) -> None:
    folder = EmlChannel(tmp_path / "mail")
    second = letter(message_id="<aaa@ksdd.localhost>")
    first = replace(second, message_id="<zzz@x>", written_at=second.written_at - timedelta(1))
    for one in (second, first):
        folder.send(one)
    names = sorted(path.name for path in folder.folder.iterdir())
    assert [name.rpartition("-")[2] for name in names] == ["zzz.eml", "aaa.eml"]


def test_a_folder_that_cannot_be_written_refuses_for_now(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(Refused) as caught:
        EmlChannel(tmp_path / "mail").send(letter())
    assert not caught.value.final


def test_a_mail_server_gets_the_letter_once(sink: Sink) -> None:
    SmtpChannel(sink.url).send(letter())
    assert [mail["Message-ID"] for mail in sink.mails] == ["<0123abcd@ksdd.localhost>"]
    assert sink.recipients == [[SEKDA]]


def test_an_unknown_mailbox_is_refused_for_good(sink: Sink) -> None:
    sink.answers[SEKDA] = "550 5.1.1 no such mailbox"
    with pytest.raises(Refused, match="550") as caught:
        SmtpChannel(sink.url).send(letter())
    assert caught.value.final


def test_a_full_mailbox_is_refused_for_now(sink: Sink) -> None:
    sink.answers[SEKDA] = "452 4.2.2 mailbox full"
    with pytest.raises(Refused, match="452") as caught:
        SmtpChannel(sink.url).send(letter())
    assert not caught.value.final


def test_a_mail_server_that_is_down_refuses_for_now() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(Refused, match="ConnectionRefused") as caught:
        SmtpChannel(f"smtp://127.0.0.1:{port}").send(letter())
    assert not caught.value.final


def test_an_address_that_a_plain_server_cannot_take_is_refused() -> None:
    with Sink(utf8=False) as plain, pytest.raises(Refused):
        SmtpChannel(plain.url).send(letter(address="bupati@kabupatén.test"))


def test_a_password_is_not_given_away_in_the_clear(sink: Sink) -> None:
    # 0.0.0.0 reaches the sink, but is no loopback address by name
    url = sink.url.replace("127.0.0.1", "0.0.0.0").replace("smtp://", "smtp://ksdd:rahasia@")
    with pytest.raises(Refused, match="TLS") as caught:
        SmtpChannel(url).send(letter())
    assert "rahasia" not in str(caught.value)


def test_an_installation_chooses_its_channel(tmp_path: Path) -> None:
    def channel(**given: str) -> object:
        environ = {"KSDD_DATA": str(tmp_path), **given}
        return channel_of(Settings.from_environment(environ))

    assert isinstance(channel(KSDD_ENV="development"), EmlChannel)
    assert isinstance(channel(KSDD_MAIL_URL="smtp://mail.example.test"), SmtpChannel)
    assert channel() is None
