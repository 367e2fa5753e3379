"""What a letter looks like when it leaves the house."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from tests.worker.specimen import SEKDA, letter
from worker.letters import Letter, as_html


def arrived(sent: Letter) -> EmailMessage:
    """The mail as the other side reads it."""
    return cast(EmailMessage, message_from_bytes(sent.as_bytes(), policy=default))


def test_a_letter_says_that_a_machine_wrote_it_and_keeps_its_message_id() -> None:
    mail = arrived(letter())
    assert mail["Message-ID"] == "<0123abcd@ksdd.localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Mon, 02 Mar 2026 02:00:00 +0000"
    assert mail["To"] == SEKDA


def test_a_letter_has_the_same_words_as_text_and_as_html() -> None:
    mail = arrived(letter())
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "https://ksdd.example.test/t/abc" in text.get_content()
    assert '<a href="https://ksdd.example.test/t/abc">' in html.get_content()
    assert "Yth. Sekretaris Daerah" in html.get_content()


def test_a_title_with_line_breaks_cannot_add_a_header() -> None:
    mail = arrived(letter(subject="Air bersih\r\nBcc: orang@example.test\u2028X: y\x00"))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Air bersih Bcc: orang@example.test X: y"


def test_an_address_with_line_breaks_cannot_add_a_recipient() -> None:
    mail = arrived(letter(address="a@example.test\nCc: b@example.test"))
    assert mail["Cc"] is None


def test_letters_of_every_script_arrive_whole() -> None:
    mail = arrived(letter(subject="Café ñandú 🏛", text="Judul\n\n" + "“é” 🏛 " * 400 + "\n"))
    body = mail.get_body(("plain",))
    assert body is not None
    assert "“é” 🏛" in body.get_content()
    assert mail["Subject"] == "Café ñandú 🏛"
    assert max(map(len, letter(text="x" * 5000).as_bytes().splitlines())) < 998


def test_a_letter_in_plain_letters_can_be_read_as_it_lies_in_the_file() -> None:
    sentence = "Tautan yang dikirim sebelumnya tidak berlaku lagi. " * 3
    assert sentence.strip().encode() in letter(text=sentence).as_bytes()


def test_no_comment_can_end_the_part_of_the_mail_in_which_it_stands() -> None:
    comment = "Catatan\n--=_ksdd_=--\n--=_ksdd_=\nContent-Type: text/html\n\n<b>palsu</b>\n.\nSalam"
    mail = arrived(letter(text=comment))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == comment.splitlines()


def test_markup_in_a_title_is_shown_and_not_obeyed() -> None:
    page = as_html("<b>judul</b>", "<img src=x onerror=alert(1)>\n\nhttps://x.test/<script>")
    assert "<img" not in page
    assert "<script" not in page
    assert "<b>" not in page
    assert '<a href="https://x.test/">' in page
