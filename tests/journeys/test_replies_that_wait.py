"""A partner that answers on paper is not dunned for what it sent; who has to act hears of it."""

from __future__ import annotations

from datetime import date
from html import unescape

from tests.journeys.answers import Journey
from tests.journeys.test_clocks_granted import on
from tests.journeys.test_partner_without_officials import (
    BOGOR,
    CONTACT,
    PARTNER,
    hand_in,
    name_contact,
    printed,
    waiting_for_partner,
)
from tests.journeys.test_reminders import mails, working_days_after
from tests.journeys.town import LINK, Town
from worker.tick import tick

ASKED = date(2026, 7, 6)
CLERK = "bagian-kerja-sama.3201@"
CHECK = "Pengingat: surat jawaban mitra perlu diperiksa"
RECORD = "Pengingat untuk mencatat dari surat: Jawaban kesediaan"
WAITS = "surat itu masih menunggu pemeriksaan"


def let_pass(town: Town, *days: int) -> list[tuple[str, str, str]]:
    """Whom, about what and what was written on these working days after the request."""
    town.read_mail()
    known = len(list(mails(town)))
    for count in days:
        for hour in (9, 17):
            town.now = on(working_days_after(ASKED, count), hour)
            tick(town.office, town.now)
    return [(to, subject, body) for _, to, subject, body in list(mails(town))[known:]]


def page_of(town: Town, token: str) -> str:
    return unescape(town.client.get(f"/t/{token}").get_data(as_text=True))


def answered(town: Town) -> tuple[Journey, str]:
    """Kabupaten Cilacap named its contact and handed in its reply; the page that checks it."""
    journey = waiting_for_partner(town)
    code = printed(town, journey.id).code
    town.wait(hours=1)
    assert name_contact(town, code).status_code == 200
    assert hand_in(town, code).status_code == 200
    [reply] = town.call("GET", f"/cases/{journey.id}/replies").get_json()["items"]
    return journey, f"/perkara/{journey.id}/balasan/{reply['id']}"


def test_whoever_answered_is_not_dunned_while_his_reply_waits(both: Town) -> None:
    journey, where = answered(both)
    both.read_mail()
    [first] = [b for _, _, s, b in mails(both) if s.startswith("Surat jawaban mitra")]
    assert where in first
    told = let_pass(both, 28, 30, 31)
    about = [(to, s, b) for to, s, b in told if "kesediaan" in s + b]
    assert not [s for to, s, _ in about if to.startswith(CONTACT["surel"])]
    checks = [(to, b) for to, s, b in about if s.startswith(CHECK)]
    assert len(checks) == 3, "before it is due, when it is, and when it is late"
    assert all(to.startswith(CLERK) and where in b and WAITS in b for to, b in checks)
    assert "6 Juli 2026" in checks[0][1]

    second = both.link(journey.id, "tahap2_surat_kedua", BOGOR)
    page = page_of(both, second)
    assert WAITS in page
    assert where in page
    [mail] = [b for _, s, b in told if s.startswith("Tugas: Surat kedua")]
    assert WAITS in mail
    assert where in mail


def test_a_reply_that_was_given_back_stops_nobody(town: Town) -> None:
    journey, where = answered(town)
    path = f"/cases/{journey.id}/replies/{where.rpartition('/')[2]}/refuse"
    assert town.call("POST", path, {"reason": "Belum ditandatangani"}).status_code == 200
    told = let_pass(town, 28)
    reminded = [(to, b) for to, s, b in told if s.startswith(RECORD)]
    assert [to for to, _ in reminded] == [CONTACT["surel"]]
    assert "Kabupaten Cilacap" in reminded[0][1]
    assert WAITS not in reminded[0][1]
    [token] = LINK.findall(reminded[0][1])
    assert "Pencatatan dari surat" in page_of(town, token)


def test_whoever_records_for_a_partner_is_reminded_with_its_name_and_a_way(both: Town) -> None:
    journey = waiting_for_partner(both)
    both.read_mail()
    first = next(b for _, _, s, b in mails(both) if s.startswith("Mohon dicatat dari surat"))
    told = let_pass(both, 28)
    [(to, body)] = [(to, b) for to, s, b in told if s.startswith(RECORD)]
    assert to.startswith(CLERK)
    [token] = LINK.findall(body)
    for letter in (first, body):
        assert "di Kabupaten Cilacap" in letter
        assert f"/perkara/{journey.id}#mitra" in letter
        assert "Paket suratnya" in letter
    page = page_of(both, token)
    assert f'href="/perkara/{journey.id}#mitra">Cetak paket surat' in page
    assert PARTNER in both.call("GET", f"/cases/{journey.id}").get_json()["without_contact"]
