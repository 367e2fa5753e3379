"""What a mail server may say and do in the middle of many letters, and what becomes of them.

Each with a server that takes one command at a time and with one that takes several at once.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.worker.sink import Sink
from tests.worker.specimen import SEKDA, letter
from worker import channels, conversation
from worker.channels import Refused, SmtpChannel, kept_open
from worker.letters import Letter

KABAG = "kabag@example.test"


@pytest.fixture(params=[False, True], ids=["one by one", "at once"])
def sink(request: pytest.FixtureRequest) -> Iterator[Sink]:
    with Sink(pipelining=request.param) as opened:
        yield opened


def numbered(count: int) -> list[Letter]:
    return [letter(message_id=f"<{number}@ksdd.localhost>") for number in range(count)]


def outcomes(url: str, letters: list[Letter]) -> list[str]:
    """What became of letters that went out together: sent, later or never."""
    found = []
    with kept_open(SmtpChannel(url)) as way:
        for each in letters:
            try:
                way.send(each)
                found.append("sent")
            except Refused as refusal:
                found.append("never" if refusal.final else "later")
    return found


def test_letters_that_go_out_together_share_one_connection(sink: Sink) -> None:
    assert outcomes(sink.url, numbered(3)) == ["sent"] * 3
    assert sink.message_ids == [f"<{number}@ksdd.localhost>" for number in range(3)]
    assert len(set(sink.peers)) == 1


def test_a_server_that_takes_no_more_on_a_connection_gets_the_letter_on_another(
    sink: Sink,
) -> None:
    sink.most = 2
    assert outcomes(sink.url, numbered(5)) == ["sent"] * 5
    assert sink.message_ids == [f"<{number}@ksdd.localhost>" for number in range(5)]
    assert len(set(sink.peers)) == 3


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_server_that_hangs_up_before_it_asks_for_a_letter_gets_it_on_a_new_connection(
    sink: Sink, step: str
) -> None:
    sink.cuts = {(step, 1)}
    assert outcomes(sink.url, numbered(4)) == ["sent"] * 4
    assert sink.message_ids == [f"<{number}@ksdd.localhost>" for number in range(4)]
    assert len(set(sink.peers)) == 2


@pytest.mark.parametrize(("step", "taken"), [("DATA", [0, 2, 3]), ("END", [0, 1, 2, 3])])
def test_a_server_that_hangs_up_over_the_words_of_a_letter_is_asked_later_and_gets_the_others(
    sink: Sink, step: str, taken: list[int]
) -> None:
    sink.cuts = {(step, 1)}
    assert outcomes(sink.url, numbered(4)) == ["sent", "later", "sent", "sent"]
    assert sink.message_ids == [f"<{number}@ksdd.localhost>" for number in taken]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 no such mailbox", "never"),
        ("552 5.2.2 mailbox full", "never"),
        ("451 4.7.1 greylisted", "later"),
        ("452 4.2.2 mailbox full", "later"),
        ("554 5.7.1 we do not like you", "later"),
    ],
)
@pytest.mark.parametrize("when", ["answers", "late_answers", "last_answers"])
def test_a_server_that_refuses_a_letter_takes_the_others_on_the_same_connection(
    sink: Sink, when: str, answer: str, outcome: str
) -> None:
    getattr(sink, when)[KABAG] = answer
    first, second, third = numbered(3)
    assert outcomes(sink.url, [first, replace(second, address=KABAG), third]) == [
        "sent",
        outcome,
        "sent",
    ]
    assert sink.recipients == [[SEKDA], [SEKDA]]
    assert len(set(sink.peers)) == 1


def test_a_server_that_leaves_after_a_refusal_has_refused_all_the_same() -> None:
    with Sink(pipelining=True) as sink:
        sink.late_answers[KABAG] = "550 5.1.1 nobody here"
        sink.cuts = {("DATA", 1), ("DATA", 2)}
        first, second = numbered(2)
        assert outcomes(sink.url, [first, replace(second, address=KABAG)]) == ["sent", "never"]


@pytest.mark.parametrize("when", ["answers", "last_answers"])
def test_a_server_that_leaves_while_it_hears_of_a_letter_is_asked_later(
    sink: Sink, when: str
) -> None:
    getattr(sink, when)[KABAG] = "421 4.3.2 going down"
    first, second, third = numbered(3)
    letters = [first, replace(second, address=KABAG), third]
    assert outcomes(sink.url, letters) == ["sent", "later", "sent"]
    assert len(set(sink.peers)) == 2


def test_a_server_that_does_not_answer_keeps_a_letter_no_longer_than_its_lease_allows(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outcomes(sink.url, numbered(1)) == ["sent"]
    monkeypatch.setattr(channels, "ENOUGH_FOR_ONE", 0.2)
    sink.thinks = 60.0
    assert outcomes(sink.url, numbered(1)) == ["later"]
    sink.thinks = 0.0
    monkeypatch.setattr(channels, "ENOUGH_FOR_ONE", -1.0)
    with pytest.raises(Refused, match="too long"):
        SmtpChannel(sink.url).send(letter())


def test_a_letter_and_all_that_is_tried_before_it_end_within_the_lease() -> None:
    # what may begin last begins before ENOUGH is over
    from processes.store.outbox import LEASE
    from worker.delivery import ENOUGH

    assert timedelta(seconds=ENOUGH + conversation.ENOUGH_FOR_ONE) < LEASE


def test_lines_that_begin_with_a_point_arrive_whole(sink: Sink) -> None:
    text = "Yth. Bupati\n\n.\n..\n.titik\nSelesai\n"
    assert outcomes(sink.url, [letter(text=text), letter()]) == ["sent", "sent"]
    body = sink.mails[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == text.splitlines()


def test_an_address_beyond_ascii_is_written_to_where_the_server_can(sink: Sink) -> None:
    address = "bupati@kabupatén.test"
    assert outcomes(sink.url, [letter(address=address), letter()]) == ["sent", "sent"]
    assert sink.recipients == [[address], [SEKDA]]
    assert sink.mails[0]["To"] == address


def test_an_address_that_brings_a_command_is_no_command(sink: Sink) -> None:
    outcomes(sink.url, [letter(address=f"a@example.test>\r\nRCPT TO:<{KABAG}")])
    assert [KABAG] not in sink.recipients


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's side of a certificate that we trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize("pipelining", [False, True])
def test_letters_share_one_private_connection_and_one_log_in(
    certificate: ssl.SSLContext, pipelining: bool
) -> None:
    with Sink(tls=certificate, password="rahasia", pipelining=pipelining) as sink:
        url = sink.url.replace("smtp://", "smtp://ksdd:rahasia@")
        assert outcomes(url, numbered(3)) == ["sent"] * 3
        assert len(set(sink.peers)) == 1
        sink.most = 1
        assert outcomes(url, numbered(2)) == ["sent"] * 2


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_server_that_wants_no_log_in_is_spoken_to_privately_too(
    certificate: ssl.SSLContext, pipelining: bool
) -> None:
    with Sink(tls=certificate, pipelining=pipelining) as sink:
        assert outcomes(sink.url, numbered(2)) == ["sent"] * 2
        assert len(set(sink.peers)) == 1


def test_a_wrong_password_refuses_for_now_and_is_not_told(certificate: ssl.SSLContext) -> None:
    with Sink(tls=certificate, password="rahasia") as sink:
        url = sink.url.replace("smtp://", "smtp://ksdd:keliru@")
        with pytest.raises(Refused, match="535") as caught:
            SmtpChannel(url).send(letter())
        assert not caught.value.final
        assert "keliru" not in str(caught.value)
        assert sink.mails == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with Sink(tls=certificate) as sink:
        with pytest.raises(Refused, match="CERTIFICATE_VERIFY_FAILED") as caught:
            SmtpChannel(sink.url).send(letter())
        assert not caught.value.final
        assert sink.mails == []
