"""A link opens one task for one official, and its token is stored nowhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from processes.store import links
from processes.store.database import Database
from processes.store.tables import Base
from tests.store.cast import BOGOR, a_case, a_task, an_official

SECRET = b"s" * 32


def make(database: Database, now: datetime, names: tuple[str, ...] = ("Sari Contoh",)) -> list[str]:
    """Tokens into one task, one for each official of these names."""
    with database.write() as session:
        task = a_task(session, a_case(session, now), BOGOR, now)
        officials = [an_official(session, BOGOR, name=name) for name in names]
        return [links.create(session, SECRET, task.id, o.id, now)[1] for o in officials]


def test_a_token_leads_to_its_link_and_can_be_made_again(database: Database, now: datetime) -> None:
    [token] = make(database, now)
    with database.read() as session:
        found = links.find(session, token)
    assert found is not None
    assert len(token) == 43
    assert links.token_for(SECRET, found.link.id) == token
    assert links.token_for(b"t" * 32, found.link.id) != token


def test_a_token_still_works_when_a_mail_program_glued_a_full_stop_to_it(
    database: Database, now: datetime
) -> None:
    [token] = make(database, now)
    with database.read() as session:
        for glued in (f"{token}.", f"{token} ", f"<{token}>"[1:], f"{token},\r\n"):
            assert links.find(session, glued) is not None
        for wrong in ("", token[:-1], token[1:], token.swapcase(), token + "A", "\ud800", "\x00"):
            assert links.find(session, wrong) is None


def test_no_table_holds_a_token(database: Database, now: datetime) -> None:
    [token] = make(database, now)
    with database.read() as session:
        for table in Base.metadata.tables:
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            assert token not in str(rows)


def test_revoking_the_link_of_one_official_leaves_the_other_ones_alive(
    database: Database, now: datetime
) -> None:
    first, second = make(database, now, ("Sari Contoh", "Budi Contoh"))
    with database.write() as session:
        found = links.find(session, first)
        assert found is not None
        link = found.link
        assert links.revoke(session, link.task_id, now=now, official_id=link.official_id) == 1
        assert links.revoke(session, link.task_id, now=now, official_id=link.official_id) == 0
    with database.read() as session:
        revoked, living = links.find(session, first), links.find(session, second)
    assert revoked is not None
    assert revoked.link.revoked_at == now
    assert living is not None
    assert living.link.revoked_at is None


def test_a_second_link_leaves_the_first_one_working(database: Database, now: datetime) -> None:
    [first] = make(database, now)
    with database.write() as session:
        found = links.find(session, first)
        assert found is not None
        link = found.link
        _, second = links.create(session, SECRET, link.task_id, link.official_id, now)
        assert second != first
        assert links.find(session, first) is not None
        assert links.revoke(session, link.task_id, now=now) == 2


def test_a_person_finds_the_way_into_another_task_of_hers(
    database: Database, now: datetime
) -> None:
    [token] = make(database, now)
    with database.write() as session:
        found = links.find(session, token)
        assert found is not None
        link = found.link
        person = session.execute(text("SELECT id FROM person")).scalar_one()
        assert links.living(session, link.task_id, person_id=person) is link
        assert links.living(session, link.task_id, person_id="somebody else") is None
        links.revoke(session, link.task_id, now=now)
        assert links.living(session, link.task_id, person_id=person) is None
