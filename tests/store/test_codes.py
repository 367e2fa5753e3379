"""Short codes: what is kept of them, how they are read, and when they die."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.errors import TooLarge
from processes.store import codes, replies
from processes.store.database import Database
from processes.store.papers import PaperGiven
from processes.store.questions import find_document, find_reply, replies_of_case, without_contact
from processes.store.tables import Document, Party, PartyCode, ReplyStatus
from processes.store.viewer import Viewer
from tests.store.cast import (
    BADUNG,
    BOGOR,
    CIANJUR,
    SUKABUMI,
    a_case,
    a_document,
    an_official,
)

SECRET, OTHER_SECRET = b"s" * 32, b"t" * 32


def keep(database: Database, now: datetime, region: str = SUKABUMI) -> tuple[str, str]:
    """A case with two partners, and a code for one of them."""
    code = codes.make_code()
    with database.write() as session:
        case = a_case(session, now)
        codes.keep_code(
            session,
            SECRET,
            code,
            case_id=case.id,
            region_code=region,
            created_by="administrator",
            now=now,
        )
        return case.id, code


def test_a_code_is_ten_characters_that_nobody_confuses() -> None:
    made = {codes.make_code() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(code) == 10 and not set(code) & set("OILU") for code in made)
    assert set("".join(made)) == set(codes.ALPHABET)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7k3qx-9zv2m", "7K3QX9ZV2M"),
        (" 7K3QX 9ZV2M\n", "7K3QX9ZV2M"),
        ("oOiIlL-0000", "0011110000"),
        ("OIL00-00000", "0110000000"),
        ("7K3QX\u20139ZV2M", "7K3QX9ZV2M"),
        ("7K3QX-9ZV2", None),
        ("UUUUU-UUUUU", None),
        ("7K3QX-9ZV2\u0660", None),
        ("", None),
        ("-" * 100_000, None),
    ],
)
def test_a_code_is_read_however_it_was_typed(typed: str, read: str | None) -> None:
    assert codes.read_code(typed) == read


def test_only_a_keyed_hash_is_kept(database: Database, now: datetime) -> None:
    _, code = keep(database, now)
    with database.read() as session:
        row = session.execute(select(PartyCode.__table__)).one()
        assert code not in str(row)
        assert codes.find_code(session, SECRET, code) is not None
        assert codes.find_code(session, OTHER_SECRET, code) is None


def test_revoking_kills_every_code_of_one_party_only(database: Database, now: datetime) -> None:
    case_id, code = keep(database, now)
    with database.write() as session:
        second, others = codes.make_code(), codes.make_code()
        for made, region in ((second, SUKABUMI), (others, CIANJUR)):
            codes.keep_code(
                session,
                SECRET,
                made,
                case_id=case_id,
                region_code=region,
                created_by="administrator",
                now=now,
            )
        assert codes.living_codes(session, case_id) == {SUKABUMI: 2, CIANJUR: 1}
        assert codes.revoke_codes(session, case_id, SUKABUMI, now) == 2
        assert codes.revoke_codes(session, case_id, SUKABUMI, now) == 0
    with database.read() as session:
        assert codes.find_code(session, SECRET, code) is None
        assert codes.find_code(session, SECRET, second) is None
        assert codes.find_code(session, SECRET, others) is not None


def test_a_reply_and_its_scan_are_seen_by_its_house_and_by_whoever_asked(
    database: Database, now: datetime
) -> None:
    case_id, _ = keep(database, now)
    with database.write() as session:
        document = a_scan(session, case_id, now)
        paper = a_paper(document)
        reply = replies.keep_reply(
            session, case_id, SUKABUMI, paper, handed_in_by="Ratna Contoh", now=now
        )
        document_id, reply_id = document.id, reply.id
    with database.read() as session:
        for region, sees in ((BOGOR, True), (SUKABUMI, True), (CIANJUR, False), (BADUNG, False)):
            viewer = Viewer.of_region(region)
            assert (find_reply(session, viewer, reply_id) is not None) is sees, region
            assert bool(replies_of_case(session, viewer, case_id)) is sees, region
            assert (find_document(session, viewer, document_id) is not None) is sees, region


def test_a_partner_that_left_sees_no_reply_that_came_later(
    database: Database, now: datetime
) -> None:
    case_id, _ = keep(database, now)
    with database.write() as session:
        session.get_one(Party, (case_id, SUKABUMI)).left_at = now.replace(year=2025)
        document = a_scan(session, case_id, now)
        replies.keep_reply(
            session, case_id, SUKABUMI, a_paper(document), handed_in_by="Ratna", now=now
        )
    with database.read() as session:
        assert replies_of_case(session, Viewer.of_region(SUKABUMI), case_id) == []


def test_a_reply_is_judged_once(database: Database, now: datetime) -> None:
    case_id, _ = keep(database, now)
    with database.write() as session:
        document = a_scan(session, case_id, now)
        paper = a_paper(document)
        reply = replies.keep_reply(session, case_id, SUKABUMI, paper, handed_in_by="R", now=now)
        assert replies.find_same(session, case_id, SUKABUMI, paper, "a" * 64) is reply
        assert replies.paper_of(reply) == paper
        for expected in (True, False):
            judged = replies.judge(session, reply.id, ReplyStatus.TAKEN, by="adm", now=now)
            assert judged is expected
        assert replies.find_same(session, case_id, SUKABUMI, paper, "a" * 64) is None


def test_only_so_many_replies_of_one_party_wait(database: Database, now: datetime) -> None:
    case_id, _ = keep(database, now)
    with database.write() as session:
        document = a_scan(session, case_id, now)
        for _ in range(replies.MOST_WAITING):
            replies.keep_reply(
                session, case_id, SUKABUMI, a_paper(document), handed_in_by="R", now=now
            )
        with pytest.raises(TooLarge):
            replies.keep_reply(
                session, case_id, SUKABUMI, a_paper(document), handed_in_by="R", now=now
            )
        replies.keep_reply(session, case_id, CIANJUR, a_paper(document), handed_in_by="R", now=now)


def test_a_region_has_a_contact_while_one_official_is_active(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        official = an_official(session, SUKABUMI, "bagian_kerja_sama")
        assert without_contact(session, [SUKABUMI, CIANJUR]) == {CIANJUR}
        official.active = False
        session.flush()
        assert without_contact(session, [SUKABUMI]) == {SUKABUMI}


def a_scan(session: Session, case_id: str, now: datetime) -> Document:
    document = a_document(session, now, SUKABUMI)
    document.case_id = case_id
    session.flush()
    return document


def a_paper(document: Document) -> PaperGiven:
    return PaperGiven(
        number="130/77/2026",
        dated_on=date(2026, 3, 1),
        signatory="Bupati",
        document_id=document.id,
    )
