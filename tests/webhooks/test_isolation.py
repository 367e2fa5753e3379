"""Nobody sees another house's secrets: every address, with every id of everybody else's things.

The addresses come from the app, the ids from the database, and every text says who may read it
(`houses`). So a new page, call or table is looked at as soon as it is there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from processes.store.questions import RecordKind
from processes.store.questions.waiting_groups import Grouping
from processes.store.tables import (
    AccountRole,
    Base,
    History,
    Message,
    Official,
    Party,
    PublicationRequest,
    PublicationTrial,
    Task,
)
from tests.conftest import postgres_with
from tests.webhooks.asked_to_publish import requests_of
from tests.webhooks.furnished import furnish
from tests.webhooks.houses import MARK, PAPER_ONLY, VIEWERS, A, B, C, D, Houses
from tests.webhooks.looking import (
    BY_SECRET,
    ROWS,
    WORDS,
    Person,
    Things,
    addresses,
    body_of,
    in_all_words,
    marks_in,
    rules_of,
    some,
    state_of,
    table_of,
    text_in,
)
from webhooks.rights import Right, has_right

BEGINNING = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
REFUSED = {400, 401, 403, 404, 405, 409, 413, 415, 422}
#: tables with a region or a case of which there is nothing to see here, and why
NOTHING_TO_SEE = {
    "authenticator": "says only that somebody has an app",
    "calendar_day": "the calendar is the same for everybody",
    "case_official": "who acts in a case is shown as the holder of its tasks",
    "confirmation_code": "codes stand in no table",
    "confirmation_tries": "no page shows them",
    "digest_run": "says only that a mail was written",
    "inspection": "the record's page tells it, and is looked at with the others",
    "message_event": "a line of the ledger is shown with its message",
    "paper_response": "is shown with the paper",
    "sealed_head": "hashes only",
}

#: where words are typed to find something
SEARCHES = ("/?cari=", "/catatan?who=", "/api/v1/records?by=", "/perbaikan?holder=",
            "/pejabat?cari=")  # fmt: skip
#: what these searches look through: names, positions, titles and who did it
FINDABLE = re.compile(r"name|title|position|observer|keeper|account|signatory|official|by$")
#: a word that nobody typed
NOT_THERE = "RAHASIA9999X"
#: what may be pressed on the page of a request to publish
DEEDS = ("terbitkan", "tolak", "ulangi")
#: who is a stranger to most of what happens
STRANGERS = (C, D)
#: an id in an address
ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}")
#: pages that say who looked at which page, and so change by being looked at
TELLS_OF_LOOKING = {"/data-pribadi/akses"}
#: what everybody may do for himself or for his own region, and what all share
OWN_MATTERS = {
    "board.add_day",
    "board.add_webhook",
    "board.keep_view",
    "board.begin_my_app",
    "board.prove_again",
    "board.set_my_password",
    "board.make_recovery_codes",
    "board.end_my_sessions",
    "board.retry_all",
    "board.send_all_now",
    "reports.take_log",
}


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def houses(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Houses]:
    folder = tmp_path_factory.mktemp("rumah")
    if request.param == "sqlite":
        made = Houses(f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}", folder / "data", BEGINNING)
        yield furnish(made)
        made.close()
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"ksdd_rumah_{folder.name[-1]}"
    with postgres_with(server, f"CREATE DATABASE {name} ENCODING 'UTF8'", name) as url:
        made = Houses(url, folder / "data", BEGINNING)
        yield furnish(made)
        made.close()


@pytest.fixture(scope="module")
def things(houses: Houses) -> Things:
    with houses.office.database.read() as session:
        return Things(session)


@pytest.fixture(scope="module")
def people(houses: Houses) -> dict[str, Person]:
    """An administrator of each region: nobody there may see more."""
    return {code: Person(houses, code, AccountRole.ADMIN) for code in VIEWERS}


def test_every_address_and_every_table_is_looked_at(houses: Houses) -> None:
    for rule in houses.app.url_map.iter_rules():
        unknown = rule.arguments - ROWS.keys() - WORDS.keys()
        known = rule.endpoint.startswith(tuple(BY_SECRET))
        assert known or not unknown, f"{rule.rule}: say in `looking` what {unknown} stands for"
    personal = {"region_code", "regions", "case_id", "task_id", "official_id", "webhook_id",
                "message_id", "account_id", "asker_id", "job_id", "request_id"}  # fmt: skip
    with houses.office.database.read() as session:
        for table in Base.metadata.sorted_tables:
            if personal & set(table.columns.keys()) and table.name not in NOTHING_TO_SEE:
                there = session.scalar(select(func.count()).select_from(table))
                assert there, f"let something of {table.name} happen in `houses`"
    assert set(NOTHING_TO_SEE) <= set(Base.metadata.tables)


def test_every_kind_of_mark_stands_in_the_database(houses: Houses) -> None:
    """A mark that no row holds would prove nothing."""
    with houses.office.database.read() as session:
        tables = [t for t in Base.metadata.sorted_tables if t.name != "procedure_file"]
        rows = [row for table in tables for row in session.execute(select(table))]
    kept = " ".join(str(value) for row in rows for value in row).upper()
    there = {re.sub(r" \d.*", "", houses.marks.what[mark]) for mark in set(MARK.findall(kept))}
    meant = {re.sub(r" \d.*", "", what) for what in houses.marks.what.values()}
    assert meant - there <= {"reply scan"}


def test_things_of_others_are_not_found_by_any_address(
    houses: Houses, things: Things, people: dict[str, Person]
) -> None:
    wrong = []
    looked = 0
    for region, person in people.items():
        for rule in rules_of(houses.app, "GET"):
            table = table_of(rule)
            if table is None:
                continue
            foreign = some(things.foreign(table, region), 12)
            for path in addresses(rule, foreign, [things.own_case(region)]):
                answer = person.get(path)
                looked += 1
                if answer.status_code not in (403, 404):
                    wrong.append((region, path, answer.status_code))
                wrong += [(region, path, leak) for leak in person.leaks(answer)]
    assert not wrong, sorted({str(each) for each in wrong})[:40]
    assert looked > 500


def test_pages_and_calls_tell_each_region_only_what_it_may_read(
    houses: Houses, things: Things, people: dict[str, Person]
) -> None:
    wrong = []
    told: set[str] = set()
    for region, person in people.items():
        narrowed = queries(houses) if region in STRANGERS else ()
        paths = [*own_paths(houses, things, region), *narrowed]
        followed = set(paths)
        while paths:
            path = paths.pop()
            answer = person.get(path)
            assert answer.status_code < 500, path
            wrong += [(region, path, leak) for leak in person.leaks(answer)]
            told |= marks_in(answer)
            new = set(links_in(answer) if region in STRANGERS else ()) - followed
            followed |= new
            paths += sorted(new)
    assert not wrong, sorted({str(each) for each in wrong})[:40]
    assert len(told) > 150


def own_paths(houses: Houses, things: Things, region: str) -> Iterator[str]:
    """Every address without ids, and every one with the ids of the region's own cases."""
    # a file takes long to make: one for a party, one for a party that left
    exported = houses.cases[{B: "ab", C: "abc"}.get(region, "d")]
    for rule in rules_of(houses.app, "GET"):
        table = table_of(rule)
        if table is None:
            yield from in_all_words(rule, {})
            continue
        near = things.near(table, region)
        if rule.endpoint == "api.export_case":
            near = [thing for thing in near if thing.id == exported]
        yield from addresses(rule, near)


def queries(houses: Houses) -> Iterator[str]:
    """Lists as somebody narrows them, to regions and cases of others too."""
    for code in (*VIEWERS, PAPER_ONLY):
        yield from (f"/api/v1/{what}?region={code}" for what in
                    ("cases", "tasks", "messages", "officials", "agreements"))  # fmt: skip
        yield from (f"/{what}?region={code}" for what in ("register", "pengganti", "catatan"))
        yield f"/?daerah={code}"
    for code in (A, C):
        yield from (f"/{what}?region={code}" for what in
                    ("perbaikan", "laporan", "laporan/hari-ini",
                     "laporan/bulanan", "laporan/perkiraan", "laporan/log", "laporan/tugas.csv",
                     "laporan/register.csv", "laporan/ringkasan-kantor.csv",
                     "api/v1/records"))  # fmt: skip
    for case_id in houses.cases.values():
        yield from (f"/api/v1/{what}?case={case_id}" for what in ("tasks", "messages"))
    for status in ("running", "incident", "stopped", "completed"):
        yield from (f"/perkara?status={status}", f"/api/v1/cases?status={status}")
    for status in ("parked", "waiting", "sent", "dropped", "by_hand"):
        yield from (f"/pesan?status={status}", f"/api/v1/messages?status={status}")
    yield from ("/api/v1/tasks?overdue=true", "/api/v1/cases?overdue=true", "/api/v1/cases?page=2")
    yield from (f"/?kelompok={each.value}&semua=1" for each in (Grouping.PERSON, Grouping.OFFICE))
    yield from (f"/catatan?kind={kind.value}" for kind in RecordKind)
    for person_id in some_people(houses):
        yield from (f"/?orang={person_id}", f"/perbaikan?person={person_id}")


def some_people(houses: Houses) -> list[str]:
    """The id of somebody of each region."""
    with houses.office.database.read() as session:
        one = select(func.min(Official.person_id)).group_by(Official.region_code)
        return list(session.scalars(one.where(Official.region_code.in_(VIEWERS))))


def links_in(answer: TestResponse) -> list[str]:
    """What a page of the board leads to, without what takes long to make."""
    if answer.mimetype != "text/html":
        return []
    found = re.findall(r'(?:href|src)="(/[^"#]*)"', answer.get_data(as_text=True))
    slow = re.compile(r"\.pdf|/static/|lang=|unsur=|peran=")
    return [path.replace("&amp;", "&") for path in found if not slow.search(path)]


@pytest.mark.parametrize("role", [role for role in AccountRole if role is not AccountRole.ADMIN])
def test_no_role_sees_more_than_an_administrator(
    houses: Houses, things: Things, role: AccountRole
) -> None:
    person = Person(houses, C, role)
    wrong = []
    for rule in rules_of(houses.app, "GET"):
        table = table_of(rule)
        if table is None:
            paths = list(in_all_words(rule, {}))
        else:
            paths = list(addresses(rule, some(things.foreign(table, C), 2)))
        for path in paths:
            answer = person.get(path)
            if table is not None and answer.status_code not in (403, 404):
                wrong.append((path, answer.status_code))
            wrong += [(path, leak) for leak in person.leaks(answer)]
    assert not wrong, sorted({str(each) for each in wrong})[:40]


def test_nothing_of_others_can_be_changed_or_learned_by_sending(
    houses: Houses, things: Things, people: dict[str, Person]
) -> None:
    with houses.office.database.read() as session:
        before = state_of(session)
    wrong = []
    for region in (C, D):
        person = people[region]
        mine = things.own_case(region)
        official = things.foreign("official", region)[0].id
        form = {
            "reason": "percobaan", "by": "Ujian", "text": "percobaan", "region": A,
            "audience": "umum", "official": official, "place": "Lemari", "since": "2026-07-01",
            "purpose": "catat",
            "relation": "adendum", "procedure": "ksdd", "title": "percobaan", "parties": B,
            "status": "Plh", "substitute": official, "starts_on": "2026-07-20",
            "letter_number": "800/1", "name": "Ujian", "email": "u@x.example",
            "url": "http://127.0.0.1:9/", "direction": "keluar", "events": "task.opened",
            "tugas": [task.id for task in some(things.foreign("task", region), 3)],
            "act": "remind", "lakukan": "1", "kind": "perkara", "setuju": "1", "minta": "1",
            "role": "petugas", "regions": A, "ends_on": "2026-12-01", "pattern": "1/{nomor}",
            "everything": "ya", "position": "Ujian", "nip": "", "phone": "",
        }  # fmt: skip
        example = {"region": A, "official": official, "parties": [B], "procedure": "ksdd",
                   "reason": "percobaan", "working_days": 1}  # fmt: skip
        for rule in rules_of(houses.app, "POST"):
            table = table_of(rule)
            if table == "calendar_day" or rule.endpoint in OWN_MATTERS:
                continue
            foreign = [] if table is None else some(things.foreign(table, region), 3)
            paths = list(addresses(rule, foreign, [mine]))
            ends = {"act": "cancel"} if rule.endpoint == "board.end_case" else {}
            for path in paths or ([rule.rule] if not rule.arguments else []):
                answer = person.post(path, {**form, **ends}, body_of(rule, example))
                is_quiet = rule.endpoint.startswith("partners.")
                if answer.status_code not in REFUSED and not is_quiet:
                    wrong.append((region, path, answer.status_code))
                wrong += [(region, path, leak) for leak in person.leaks(answer)]
    assert not wrong, sorted({str(each) for each in wrong})[:40]
    with houses.office.database.read() as session:
        assert state_of(session) == before


@pytest.mark.parametrize("role", AccountRole)
def test_a_request_of_another_region_is_read_by_those_who_decide_and_carried_on_by_none(
    houses: Houses, role: AccountRole
) -> None:
    """Every address that names a request, with what another region asked to publish."""
    named = [rule for rule in houses.app.url_map.iter_rules() if "request_id" in rule.arguments]
    assert {rule.endpoint for rule in named} >= {"publishing.request_page", "publishing.decide"}
    looks = has_right(role, Right.PUBLISH) or has_right(role, Right.APPROVE)
    before = _requests(houses)
    wrong = []
    for region, other in ((C, A), (D, A), (C, D), (A, D)):
        person = Person(houses, region, role, name=f"{role.value} {region} beside {other}")
        paths = [
            (rule, path)
            for rule in named
            for each in requests_of(houses, other)
            for path in in_all_words(rule, {"request_id": each})
        ]
        for rule, path in paths:
            answers = [person.get(path)] if "GET" in rule.methods else []
            if looks and rule.endpoint == "publishing.request_page":
                assert answers[0].status_code == 200
                assert marks_in(answers[0])
            elif answers:
                allowed = {404} if looks else {403}
                wrong += [(region, role, path)] * (answers[0].status_code not in allowed)
            if "POST" in rule.methods:
                sent = [person.post(path, {deed: "ya", "reason": "percobaan"}, {})
                        for deed in DEEDS]  # fmt: skip
                wrong += [
                    (region, role, path, deed)
                    for deed, answer in zip(DEEDS, sent, strict=True)
                    if answer.status_code != 403
                ]
                answers += sent
            wrong += [(region, path, leak) for each in answers for leak in person.leaks(each)]
    assert not wrong, sorted({str(each) for each in wrong})[:40]
    assert _requests(houses) == before


def _requests(houses: Houses) -> list[tuple[object, ...]]:
    """Every request and every trial of one, to the letter."""
    with houses.office.database.read() as session:
        return [
            tuple(row)
            for table in (PublicationRequest.__table__, PublicationTrial.__table__)
            for row in session.execute(select(table).order_by(*table.primary_key.columns))
        ]


def test_what_others_do_in_secret_changes_nothing_that_a_region_sees(
    houses: Houses, things: Things, people: dict[str, Person]
) -> None:
    """Counters, lists, pages of cases it left: all stay to the letter what they were."""

    def seen(region: str) -> dict[str, str]:
        person = people[region]
        own = own_paths(houses, things, region)
        # of one of them everything, of the other what is asked for without ids
        paths = {*own, *queries(houses)} if region == C else {p for p in own if not ID.search(p)}
        paths = {path for path in paths if not path.endswith("/export")} - TELLS_OF_LOOKING
        # a workbook says when it was made
        made = re.compile(r"<dcterms:.*</dcterms:\w+>")
        return {path: made.sub("", text_in(person.get(path).data)) for path in paths}

    moment = houses.now
    before = {region: seen(region) for region in (C, D)}
    case_id = houses.cases["ab"]
    houses.finish(case_id, "tahap5_paraf_kabag", B)
    houses.act(A, f"/cases/{case_id}/comments", text="rahasia", audience="parties")
    left = houses.cases["abc"]
    houses.finish(left, "tahap3_konfirmasi", B)
    houses.act(B, f"/cases/{left}/comments", text="rahasia", audience="parties")
    with houses.office.database.write() as session:
        session.get_one(Party, (left, B)).left_at = houses.now
        session.get_one(Party, (left, B)).own_number = "B/1"
        secret = select(Message).where(Message.case_id == case_id)
        for message in session.scalars(secret):
            message.last_error = "rahasia"
        for task in session.scalars(select(Task).where(Task.case_id == case_id)):
            task.due_at = BEGINNING
    houses.now = moment
    for region, pages in before.items():
        after = seen(region)
        changed = {path: _changed(pages[path], after[path]) for path in pages}
        wrong = {path: lines[:4] for path, lines in changed.items() if lines}
        assert not wrong, wrong
    with houses.office.database.read() as session:
        assert session.scalar(select(func.count()).select_from(History)) > 100


def test_files_that_are_taken_along_hold_only_what_their_taker_may_read(
    houses: Houses, things: Things, people: dict[str, Person]
) -> None:
    """Event logs, and everything that is kept about one of the officials."""
    wrong = []
    for region, person in people.items():
        for log_format in ("xes", "ocel"):
            answer = person.post("/laporan/log", {"format": log_format, "names": "ya"}, {})
            assert answer.status_code == 200
            assert marks_in(answer)
            wrong += [(region, log_format, leak) for leak in person.leaks(answer)]
        for official in things.near("official", region):
            answer = person.post(f"/pejabat/{official.id}/data.zip", {"reason": "diminta"}, {})
            assert answer.status_code in (200, 409, 422)
            # what he typed and did not send is his own, and in the file that is for him
            found = [leak for leak in person.leaks(answer) if "(draft)" not in leak]
            wrong += [(region, official.id, leak) for leak in found]
    assert not wrong, sorted({str(each) for each in wrong})[:40]


def test_an_address_or_a_word_finds_nothing_of_others(
    houses: Houses, people: dict[str, Person]
) -> None:
    """Who types what he may not read gets the same as who types what there is not."""
    wrong = []
    for region, person in ((code, people[code]) for code in STRANGERS):
        hidden: dict[str, str] = {}
        for mark, readers in houses.readers.items():
            what = re.sub(r" \d.*", "", houses.marks.what[mark])
            if region not in readers and FINDABLE.search(what):
                hidden.setdefault(what, mark)
        for search in SEARCHES if region == C else ():
            nothing = _said(person, search, NOT_THERE)
            wrong += [
                (region, search, what)
                for what, mark in hidden.items()
                if _said(person, search, mark) != nothing
            ]
        for name in (f"sistem {code}" for code in VIEWERS):
            found = person.get(f"/api/v1/records?by={name}").get_json()["items"]
            wrong += [(region, name, each["by"]) for each in found if name not in each["by"]]
        form = {"name": "Ujian", "role": "petugas", "regions": region, "reason": "percobaan",
                "region": region, "position": "Ujian", "status": "definitif"}  # fmt: skip
        addresses_of_others = {
            what: f"{mark}@x.example"
            for mark, what in houses.marks.what.items()
            if "email" in what and region not in houses.readers[mark]
        }
        assert len(addresses_of_others) > 3
        for mail in addresses_of_others.values():
            for path in ("/akun", "/pejabat/baru"):
                answer = person.post(path, {**form, "official": mail, "email": mail}, {})
                wrong += [(region, path, leak) for leak in person.leaks(answer)]
    assert not wrong, sorted({str(each) for each in wrong})[:40]


def _said(person: Person, search: str, word: str) -> str:
    return text_in(person.get(f"{search}{word}").data).replace(word, NOT_THERE)


def _changed(before: str, after: str) -> list[str]:
    """The lines that differ."""
    return [
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]
