"""Ways in: API tokens, sign-in links that work once, sessions that fall asleep."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from processes.errors import Conflict, NotFound
from processes.store import accounts
from processes.store.database import Database
from processes.store.tables import AccountRole
from tests.store.cast import BOGOR
from tests.store.test_database import run_together

MINUTE = timedelta(minutes=1)


def test_an_api_token_is_known_until_it_is_revoked(database: Database, now: datetime) -> None:
    with database.write() as session:
        text = accounts.create_token(
            session, name="SRIKANDI", role=AccountRole.SYSTEM, now=now, region_code=BOGOR
        )
        assert text.startswith("ksdd_")
        assert len(text) == 48
        token = accounts.find_token(session, text)
        assert token is not None
        assert accounts.viewer_of(token).regions == {BOGOR}
        assert accounts.find_token(session, text + "x") is None
        assert accounts.revoke_token(session, "SRIKANDI", now)
        assert accounts.find_token(session, text) is None
        assert not accounts.revoke_token(session, "SRIKANDI", now)


def test_two_tokens_never_share_a_name_but_a_revoked_one_gives_its_name_back(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        accounts.create_token(session, name="SRIKANDI", role=AccountRole.SYSTEM, now=now)
        with pytest.raises(Conflict, match="SRIKANDI"):
            accounts.create_token(session, name="SRIKANDI", role=AccountRole.ADMIN, now=now)
        accounts.revoke_token(session, "SRIKANDI", now)
        accounts.create_token(session, name="SRIKANDI", role=AccountRole.ADMIN, now=now)


def test_a_token_for_an_unknown_region_is_refused(database: Database, now: datetime) -> None:
    with database.write() as session, pytest.raises(NotFound, match=r"99\.99"):
        accounts.create_token(
            session, name="x", role=AccountRole.SYSTEM, now=now, region_code="99.99"
        )


def test_the_first_administrator_gets_one_link_and_only_on_an_empty_installation(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        assert accounts.first_sign_in_link(session, now) is not None
        assert accounts.first_sign_in_link(session, now) is None


def test_a_sign_in_link_works_once_within_a_day(database: Database, now: datetime) -> None:
    with database.write() as session:
        link = accounts.first_sign_in_link(session, now) or ""
        assert accounts.use_sign_in_link(session, link, now + timedelta(hours=24)) is None
        token = accounts.use_sign_in_link(session, link, now + timedelta(hours=23))
        assert token is not None
        assert accounts.use_sign_in_link(session, link, now + timedelta(hours=23)) is None


def test_a_sign_in_link_used_twice_at_once_makes_one_session(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        link = accounts.first_sign_in_link(session, now) or ""
    made: list[str | None] = []

    def use() -> None:
        with database.write() as session:
            made.append(accounts.use_sign_in_link(session, link, now))

    run_together(use, use)
    assert sorted(token is None for token in made) == [False, True]


def test_a_new_sign_in_link_kills_the_earlier_one(database: Database, now: datetime) -> None:
    with database.write() as session:
        account = accounts.create_account(session, name="Sari", role=AccountRole.OWNER, now=now)
        first = accounts.make_sign_in_link(session, account.id, now)
        second = accounts.make_sign_in_link(session, account.id, now)
        assert accounts.use_sign_in_link(session, first, now) is None
        assert accounts.use_sign_in_link(session, second, now) is not None


def test_a_session_sleeps_after_half_an_hour_and_ends_after_eight(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        link = accounts.first_sign_in_link(session, now) or ""
        token = accounts.use_sign_in_link(session, link, now) or ""
        assert accounts.account_of_session(session, token, now + 29 * MINUTE) is not None
        assert accounts.account_of_session(session, token, now + 30 * MINUTE) is None
        for minutes in range(0, 480, 20):
            accounts.touch_session(session, token, now + minutes * MINUTE)
        assert accounts.account_of_session(session, token, now + 479 * MINUTE) is not None
        assert accounts.account_of_session(session, token, now + 480 * MINUTE) is None


def test_who_signs_out_or_loses_the_account_is_out(database: Database, now: datetime) -> None:
    with database.write() as session:
        account = accounts.create_account(session, name="Sari", role=AccountRole.ADMIN, now=now)
        tokens = [
            accounts.use_sign_in_link(
                session, accounts.make_sign_in_link(session, account.id, now), now
            )
            or ""
            for _ in range(3)
        ]
        accounts.end_session(session, tokens[0], now)
        assert accounts.account_of_session(session, tokens[0], now) is None
        assert accounts.account_of_session(session, tokens[1], now) is account
        account.active = False
        session.flush()
        assert accounts.account_of_session(session, tokens[1], now) is None
        account.active = True
        accounts.end_all_sessions(session, account.id, now)
        assert accounts.account_of_session(session, tokens[2], now) is None


def test_a_sign_in_link_is_not_a_session(database: Database, now: datetime) -> None:
    with database.write() as session:
        link = accounts.first_sign_in_link(session, now) or ""
        assert accounts.account_of_session(session, link, now) is None
        session_token = accounts.use_sign_in_link(session, link, now) or ""
        assert accounts.use_sign_in_link(session, session_token, now) is None
