"""Numbers, locks, limits, heartbeats, kept answers, days off, published versions, regions."""

from __future__ import annotations

import inspect
import pkgutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from processes import store
from processes.errors import NotFound
from processes.store import limits, procedures, questions, regions, repeats, sweeps
from processes.store.database import Database
from processes.store.locks import lock_case
from processes.store.numbers import next_number
from processes.store.tables import CaseStatus, Edition
from processes.store.worded import spoken
from tests.store.cast import a_case
from tests.store.test_database import run_together

MINUTE = timedelta(minutes=1)


def test_numbers_of_two_writers_never_repeat(database: Database) -> None:
    seen: list[int] = []

    def take() -> None:
        for _ in range(20):
            with database.write() as session:
                seen.append(next_number(session, "case:2026"))

    run_together(take, take)
    assert sorted(seen) == list(range(1, 41))
    with database.write() as session:
        assert next_number(session, "case:2027") == 1


def test_two_officials_who_finish_at_once_lose_nothing(database: Database, now: datetime) -> None:
    with database.write() as session:
        case = a_case(session, now)

    def add_signature() -> None:
        for _ in range(20):
            with database.write() as session:
                locked = lock_case(session, case.id)
                locked.state += b"x"
                locked.revision += 1

    run_together(add_signature, add_signature)
    with database.write() as session:
        locked = lock_case(session, case.id)
        assert (locked.state, locked.revision) == (b"{}" + b"x" * 40, 41)


def test_locking_an_unknown_case_says_so(database: Database) -> None:
    with database.write() as session, pytest.raises(NotFound):
        lock_case(session, "tidak ada")


def test_only_running_cases_with_a_due_timer_are_found_the_oldest_first(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        a_case(session, now, number="later", next_timer_at=now + MINUTE)
        a_case(session, now, number="none")
        a_case(session, now, number="second", next_timer_at=now)
        a_case(session, now, number="first", next_timer_at=now - MINUTE)
        a_case(session, now, number="stuck", next_timer_at=now, status=CaseStatus.INCIDENT)
    with database.read() as session:
        due = questions.cases_with_due_timers(session, now, 10)
        assert [case.number for case in due] == ["first", "second"]
        assert len(questions.cases_with_due_timers(session, now, 1)) == 1


def test_who_guesses_is_stopped_after_twenty_tries_a_minute(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        for n in range(1, 21):
            assert not limits.is_blocked(session, "203.0.113.7", now)
            assert limits.note_failure(session, "203.0.113.7", now) == n
            session.expire_all()
    with database.read() as session:
        assert limits.is_blocked(session, "203.0.113.7", now)
        assert limits.is_blocked(session, "::ffff:203.0.113.7", now)
        assert not limits.is_blocked(session, "203.0.113.8", now)
        assert not limits.is_blocked(session, "203.0.113.7", now + MINUTE)
    with database.write() as session:
        limits.forget_old(session, now + 62 * MINUTE)
        assert not limits.is_blocked(session, "203.0.113.7", now)


def test_tries_of_two_processes_are_counted_together(database: Database, now: datetime) -> None:
    def guess() -> None:
        for _ in range(10):
            with database.write() as session:
                limits.note_failure(session, "2001:db8::1", now)

    run_together(guess, guess)
    with database.read() as session:
        assert limits.is_blocked(session, "2001:db8::2:3", now)
        assert not limits.is_blocked(session, "2001:db8:0:1::1", now)


def test_a_strange_address_is_counted_too() -> None:
    assert limits.household("x" * 999) == "x" * 64
    assert limits.household("fe80::1%eth0") == "fe80::/64"


def test_a_dead_sweep_shows(database: Database, now: datetime) -> None:
    limits = {"timers": MINUTE, "outbox": MINUTE}
    with database.write() as session:
        sweeps.beat(session, "timers", now=now, done=3)
        sweeps.beat(session, "timers", now=now + MINUTE, done=0)
    with database.read() as session:
        assert sweeps.beats(session)["timers"].finished_at == now + MINUTE
        assert sweeps.late(sweeps.beats(session), now + MINUTE, limits) == ["outbox"]
        late = sweeps.late(sweeps.beats(session), now + 3 * MINUTE, limits)
        assert late == ["timers", "outbox"]


def test_the_first_answer_to_a_key_is_the_one_that_is_kept(
    database: Database, now: datetime
) -> None:
    given = {"asker": "a", "key": "k", "request_sha256": "0" * 64, "at": now}
    with database.write() as session:
        repeats.keep_repeat(session, **given, status=200, body={"n": 1})
    with database.write() as session:
        repeats.keep_repeat(session, **given, status=200, body={"n": 2})
    with database.write() as session:
        found = repeats.find_repeat(session, "a", "k")
        assert found is not None
        assert found.body == {"n": 1}
        assert repeats.find_repeat(session, "b", "k") is None
        repeats.forget_old(session, now + timedelta(hours=25))
        assert repeats.find_repeat(session, "a", "k") is None


def save(database: Database, now: datetime, key: str, content: bytes) -> int:
    with database.write() as session:
        return procedures.save_version(
            session,
            key=key,
            name="Kerja Sama Daerah",
            files={"b/x.dmn": b"<d/>", "ksdd.bpmn": content},
            note="catatan",
            published_by="pemilik",
            now=now,
        ).number


def test_versions_are_numbered_per_key_and_keep_their_files(
    database: Database, now: datetime
) -> None:
    assert [save(database, now, "ksdd", b"1"), save(database, now, "lain", b"1")] == [1, 1]
    assert save(database, now, "ksdd", b"\x00\xff2") == 2
    with database.read() as session:
        newest = procedures.latest(session, "ksdd")
        assert newest is not None
        assert procedures.files_of(session, newest.id) == {
            "b/x.dmn": b"<d/>",
            "ksdd.bpmn": b"\x00\xff2",
        }
        assert [v.number for v in procedures.versions(session, "ksdd")] == [2, 1]
        assert procedures.find_version(session, "ksdd", 1).sha256 != newest.sha256
        assert procedures.get_version(session, newest.id) is newest
        assert procedures.keys(session) == ["ksdd", "lain"]
        found = [(v.key, v.number) for v in questions.newest_procedures(session)]
        assert found == [("ksdd", 2), ("lain", 1)]
        assert procedures.latest(session, "tidak ada") is None
        with pytest.raises(NotFound):
            procedures.find_version(session, "ksdd", 3)


def test_two_owners_who_publish_at_once_get_two_numbers(database: Database, now: datetime) -> None:
    run_together(*[lambda: save(database, now, "ksdd", b"1")] * 2)
    with database.read() as session:
        assert [v.number for v in procedures.versions(session, "ksdd")] == [2, 1]


def test_the_hash_of_a_folder_tells_names_from_contents() -> None:
    assert procedures.sha256_of({"a": b"bc"}) != procedures.sha256_of({"ab": b"c"})
    assert procedures.sha256_of({"a": b"1", "b": b"2"}) == procedures.sha256_of(
        {"b": b"2", "a": b"1"}
    )


def test_every_province_kabupaten_and_kota_is_there_with_its_zone(database: Database) -> None:
    with database.read() as session:
        known = questions.regions_by_code(session)
        kinds = [region.kind for region in known.values()]
        assert {k: kinds.count(k) for k in set(kinds)} == {
            "provinsi": 38,
            "kabupaten": 416,
            "kota": 98,
        }
        assert [known[c].name for c in ("32", "32.01", "32.71")] == [
            "Provinsi Jawa Barat",
            "Kabupaten Bogor",
            "Kota Bogor",
        ]
        assert [r.code for r in regions.regions_of(session, "31")][:2] == ["31", "31.01"]
        assert len(regions.regions_of(session)) == 552
        assert str(regions.zone(session, "51.03")) == "Asia/Makassar"
        assert regions.region_exists(session, "32.01")
        assert not regions.region_exists(session, "32.99")
        with pytest.raises(NotFound, match=r"32\.99"):
            regions.find_region(session, "32.99")


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("11", "Asia/Jakarta"),
        ("32.01", "Asia/Jakarta"),
        ("61", "Asia/Jakarta"),
        ("62.01", "Asia/Jakarta"),
        ("63", "Asia/Makassar"),
        ("64", "Asia/Makassar"),
        ("65", "Asia/Makassar"),
        ("51.03", "Asia/Makassar"),
        ("53", "Asia/Makassar"),
        ("73", "Asia/Makassar"),
        ("81", "Asia/Jayapura"),
        ("96", "Asia/Jayapura"),
    ],
)
def test_the_zone_follows_the_province(code: str, zone: str) -> None:
    assert regions.zone_of(code) == zone


def test_a_newer_list_of_regions_corrects_names_and_adds_nothing(database: Database) -> None:
    with database.write() as session:
        regions.find_region(session, "32.01").name = "Kab. Bgr"
        session.get_one(Edition, "regions").edition = "an older one"
    with database.write() as session:
        assert regions.load_regions(session) == 0
    with database.read() as session:
        assert regions.find_region(session, "32.01").name == "Kabupaten Bogor"


def test_the_same_list_of_regions_is_not_read_again(database: Database) -> None:
    with database.write() as session:
        regions.find_region(session, "32.01").name = "Kab. Bgr"
        assert regions.load_regions(session) == 0
    with database.read() as session:
        assert regions.find_region(session, "32.01").name == "Kab. Bgr"


def test_databases_that_come_and_go_leave_no_more_than_so_many_texts_behind() -> None:
    names = [f"{store.__name__}.{each.name}" for each in pkgutil.iter_modules(store.__path__)]
    found = [value for name in names for value in vars(pkgutil.resolve_name(name)).values()]
    kept = {
        each.__qualname__: each.cache_parameters()["maxsize"]
        for each in found
        if hasattr(each, "cache_parameters") and "dialect" in inspect.signature(each).parameters
    }
    assert len(kept) >= 6
    assert None not in kept.values()


def test_what_was_worded_for_one_database_serves_the_next(tmp_path: Path) -> None:
    dialects = set()
    for name in ("satu", "dua"):
        database = Database.open_scratch(tmp_path / name)
        with database.connect_to_read() as connection:
            dialects.add(id(spoken(connection)))
        database.close()
    assert len(dialects) == 1
