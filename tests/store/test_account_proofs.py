"""Passwords, their rules, recovery codes and the pauses between tries."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from processes.actions import password_rules
from processes.actions.password_rules import Strength, check_password, strength
from processes.errors import InvalidAnswers
from processes.store import accounts, passwords, recovery_codes, sign_in_tries
from processes.store.database import Database
from processes.store.sign_in_tries import EVERYWHERE, HERE
from processes.store.tables import AccountRole
from tests.store.cast import BOGOR, SUKABUMI
from tests.store.test_database import run_together

SECRET = b"s" * 32
SECOND = timedelta(seconds=1)


def refusal(
    password: str, name: str = "Sari Contoh", email: str | None = "scontoh@bogor.id"
) -> str:
    try:
        check_password(password, name=name, email=email)
    except InvalidAnswers as error:
        return error.fields["password"].key
    return ""


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("empat belas krk", ""),
        ("empat belas kr", "accounts.password_short"),
        ("kuda laut ungu bernyanyi di bulan " * 5, ""),
        ("kuda laut ungu bernyanyi di bulan " * 6, "accounts.password_long"),
        ("ini SARI yang lupa", "accounts.password_names"),
        ("rahasianya s.contoh!", "accounts.password_names"),
        ("password12345678", "accounts.password_common"),
        ("Bismillah Irrahman Irrahim", "accounts.password_common"),
        ("12345678901234567", "accounts.password_common"),
        ("zyxwvutsrqponmlkj", "accounts.password_common"),
        ("sandisandisandisandi", "accounts.password_common"),
        ("!!!!!!!!!!!!!!!!!!", "accounts.password_common"),
        ("                    ", "accounts.password_common"),
        ("🐎🌊🎻🪁🌋🧭🪐🍍🥁🗿🛶🎈🪶🧊🦚", ""),
    ],
)
def test_a_password_is_refused_for_being_short_own_or_common_and_for_nothing_else(
    password: str, key: str
) -> None:
    assert refusal(password) == key


def test_every_common_password_is_refused_however_it_is_written() -> None:
    assert len(password_rules.common()) > 50
    for word in password_rules.common():
        assert len(word) >= password_rules.SHORTEST, word
        assert refusal(" ".join(word).upper()) == "accounts.password_common"


def test_a_short_part_of_a_name_is_in_too_many_words_to_matter() -> None:
    assert refusal("kuda laut ungu bernyanyi", name="Adi La", email=None) == ""


def test_the_strength_is_said_in_words() -> None:
    assert strength("empat belas krk") is Strength.FAIR
    assert strength("ababababababababababababab") is Strength.FAIR
    assert strength("kuda laut ungu bernyanyi") is Strength.STRONG
    assert strength("kuda laut ungu bernyanyi di bulan") is Strength.VERY_STRONG


def test_a_password_is_known_again_however_its_letters_are_composed() -> None:
    kept = passwords.hash_password("caf\u00e9 di ujung jalan")
    assert passwords.is_right(kept, "cafe\u0301 di ujung jalan")
    assert not passwords.is_right(kept, "cafe di ujung jalan")
    assert not passwords.is_right(None, "cafe di ujung jalan")
    assert not passwords.is_right("bukan hash", "cafe di ujung jalan")
    assert passwords.hash_password("x") != passwords.hash_password("x")


def test_what_nobody_has_is_compared_at_the_same_cost_as_what_somebody_has() -> None:
    assert not passwords.is_outdated(passwords._NOBODY)
    assert not passwords.is_outdated(passwords.hash_password("x"))
    assert passwords.is_outdated(passwords.hash_password("x").replace("t=2", "t=1"))


def test_a_recovery_code_is_good_once_for_its_own_account(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        sari = accounts.create_account(session, name="Sari", role=AccountRole.ADMIN, now=now)
        budi = accounts.create_account(session, name="Budi", role=AccountRole.ADMIN, now=now)
        codes = recovery_codes.make(session, SECRET, sari.id, now)
        assert len(set(codes)) == 10
        assert not recovery_codes.use(session, SECRET, budi.id, codes[0], now)
        assert not recovery_codes.use(session, b"t" * 32, sari.id, codes[0], now)
        assert recovery_codes.use(session, SECRET, sari.id, codes[0], now)
        assert not recovery_codes.use(session, SECRET, sari.id, codes[0], now)
        assert recovery_codes.left(session, sari.id) == 9
        recovery_codes.make(session, SECRET, sari.id, now)
        assert not recovery_codes.use(session, SECRET, sari.id, codes[1], now)
        assert recovery_codes.left(session, sari.id) == 10


def test_the_pause_grows_to_its_end_and_no_further() -> None:
    assert [HERE.after(n) / SECOND for n in (1, 2, 3, 4, 5)] == [0, 0, 5, 10, 20]
    assert HERE.after(500) == timedelta(minutes=15)
    assert EVERYWHERE.after(19) == timedelta(0)
    assert EVERYWHERE.after(500) == timedelta(seconds=30)


def test_many_tries_at_once_are_counted_before_any_is_judged(
    database: Database, now: datetime
) -> None:
    waits: list[timedelta] = []

    def attempt() -> None:
        with database.write() as session:
            waits.append(sign_in_tries.begin(session, "sari", "10.0.0.1", now))

    run_together(*[attempt] * 6)
    assert sorted(wait / SECOND for wait in waits) == [0, 0, 0, 5, 5, 5]


def test_an_account_sees_its_own_region_and_the_further_ones(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        sari = accounts.create_account(
            session,
            name="Sari",
            role=AccountRole.CLERK,
            now=now,
            region_code=BOGOR,
            further=[SUKABUMI, BOGOR],
        )
        assert accounts.viewer_of(sari).regions == {BOGOR, SUKABUMI}
        accounts.set_regions(session, sari, SUKABUMI)
        session.flush()
        session.expire_all()
        assert accounts.viewer_of(sari).regions == {SUKABUMI}
        accounts.set_regions(session, sari, None)
        assert accounts.viewer_of(sari).sees_everything


def test_a_name_is_known_however_it_is_written_but_two_alike_are_not(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        sari = accounts.create_account(
            session, name="Sari Contoh", role=AccountRole.CLERK, now=now, email="sari@bogor.id"
        )
        for typed in ("sari contoh", " SARI@bogor.id "):
            assert accounts.find_by_login(session, typed) is sari
        assert accounts.find_by_login(session, "sari") is None
        accounts.create_account(session, name="sari@bogor.id", role=AccountRole.CLERK, now=now)
        assert accounts.find_by_login(session, "sari@bogor.id") is None
