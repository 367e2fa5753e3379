"""People and their data over time: who left, what is kept of him, and the record that stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError

from processes import actions
from processes.actions.agreements_file import AgreementsRefused
from processes.errors import Conflict, InvalidAnswers, NotAllowed
from processes.store import authenticators, history, people_log, personal_data, recovery_codes
from processes.store.kinds import INVITATION
from processes.store.tables import (
    Account,
    AccountRole,
    Authenticator,
    Case,
    CaseStatus,
    Comment,
    DataAccess,
    DataAct,
    Draft,
    Kept,
    Link,
    LinkPurpose,
    Message,
    MessageEvent,
    MessageStatus,
    Official,
    PeopleEvent,
    Person,
    SignIn,
    Task,
    TaskStatus,
)
from processes.store.viewer import Viewer
from tests.journeys.answers import Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"
ADMIN = actions.Actor(kind="account", name="administrator")
ORDER = actions.Order(reason="SK 2", actor=ADMIN)
OF_BOGOR = actions.Actor(kind="account", name="admin Bogor", regions=frozenset({BOGOR}))


def in_role(town: Town, role: str, region: str = BOGOR) -> tuple[Official, Person]:
    with town.office.database.read() as session:
        official = session.scalars(
            select(Official).where(Official.role == role, Official.region_code == region)
        ).first()
        assert official is not None
        return official, session.get_one(Person, official.person_id)


def hire(town: Town, role: str, name: str) -> str:
    typed = {"region": BOGOR, "role": role, "name": name, "email": f"{name[:3]}@32.01.example"}
    done = actions.add_official(town.office, typed, reason="SK 1", actor=ADMIN, now=town.now)
    return done.rows[0].official.id


def let_go(town: Town, official_id: str) -> None:
    actions.end_official(town.office, official_id, reason="Mutasi", actor=ADMIN, now=town.now)


def test_who_leaves_hands_his_open_task_over_as_the_preview_said(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    clerk, person = in_role(both, "bagian_kerja_sama")
    fresh = hire(both, "bagian_kerja_sama", "Citra Contoh")
    both.read_mail()
    seen = actions.preview_end(both.office, clerk.id, actor=ADMIN, now=both.now)
    assert [(move.task, list(move.before)) for move in seen.moves] == [
        ("Menyusun permohonan dan KAK", [person.name])
    ]
    [task] = [each for each in journey.case["tasks"] if each["status"] == "open"]
    assert {each["id"] for each in task["holders"]} == {clerk.id, fresh}, "a preview keeps nothing"
    with pytest.raises(Conflict):
        actions.end_official(
            both.office, clerk.id, reason="x", actor=ADMIN, now=both.now, expected="another"
        )
    done = actions.end_official(
        both.office, clerk.id, reason="Mutasi", actor=ADMIN, now=both.now, expected=seen.digest
    )
    assert done == seen
    [task] = [each for each in journey.case["tasks"] if each["status"] == "open"]
    assert [each["id"] for each in task["holders"]] == [fresh]
    journey.answer("tahap1_permohonan")
    with both.office.database.read() as session:
        assert history.verify(session) is None
        acts = people_log.page_of_events(session, Viewer.of_region(BOGOR)).items
        assert {each.event.act.value for each in acts} == {"ditambah", "berakhir"}
        assert people_log.page_of_events(session, Viewer.of_region(SUKABUMI)).total == 0


def test_the_record_of_acts_cannot_be_changed(both: Town) -> None:
    hire(both, "kabag", "Dewi Contoh")
    for forbidden in (update(PeopleEvent).values(reason="lain"), PeopleEvent.__table__.delete()):
        with pytest.raises(DatabaseError), both.office.database.write() as session:
            session.execute(forbidden)


def test_a_new_address_kills_the_old_links_when_that_is_wished(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    old = both.link(journey.id, "tahap1_permohonan", BOGOR)
    clerk, person = in_role(both, "bagian_kerja_sama")
    typed = {
        "name": person.name,
        "position": clerk.position,
        "status": clerk.status.value,
        "email": "benar@32.01.example",
    }
    actions.change_official(
        both.office, clerk.id, typed, reason="Salah", actor=ADMIN, now=both.now, resend=True
    )
    assert both.client.get(f"/t/{old}").status_code == 410
    fresh = both.link(journey.id, "tahap1_permohonan", BOGOR)
    assert fresh != old
    mails = [path.read_text("utf-8") for path in (both.folder / "mail").glob("*.eml")]
    assert any("benar@32.01.example" in mail for mail in mails)


def test_all_that_is_kept_about_somebody_is_gathered_within_what_one_may_see(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI], by_mail=True).answer("tahap1_permohonan")
    clerk, person = in_role(both, "bagian_kerja_sama")
    with both.office.database.write() as session:
        told = personal_data.gather(session, Viewer.system(), person)
        assert {entry["kind"] for entry in told["history"]} >= {"task.completed"}
        assert told["person"]["name"] == person.name
        assert [row["name"] for row in told["tasks_finished"]] == ["Menyusun permohonan dan KAK"]
        assert told["messages"]
        assert told["links"]
        elsewhere = personal_data.gather(session, Viewer.of_region("51.03"), person)
        assert elsewhere["history"] == []
    hire_elsewhere = f"region,role,name,email\n{SUKABUMI},kabag,{person.name},{person.email}\n"
    actions.import_officials(both.office, hire_elsewhere, replace=False, actor=ADMIN, now=both.now)
    with pytest.raises(Conflict):
        actions.export_person(
            both.office,
            clerk.id,
            reason="x",
            viewer=Viewer.of_region(BOGOR),
            actor=OF_BOGOR,
            now=both.now,
        )


def with_an_account(town: Town) -> tuple[str, str, str]:
    """An official (id) who works with an account (id), and the app (id) he signs in with."""
    official = hire(town, "kabag", "Fajar Contoh")
    wish = actions.NewAccount(
        name="Fajar C",
        scope=actions.Scope(role=AccountRole.CLERK, regions=(BOGOR,)),
        email="fajar@surat.example",
        official="Faj@32.01.example",
    )
    account_id = actions.invite_account(town.office, wish, order=ORDER, now=town.now).account_id
    with town.office.database.write() as session:
        account = session.get_one(Account, account_id)
        account.password, account.subject = "$argon2id$rahasia", "penyedia fajar"
        recovery_codes.make(session, town.office.secret, account_id, town.now)
        app = authenticators.begin(session, "sandi", town.now, account_id=account_id)
        return official, account_id, app.id


def test_accounts_are_gathered_without_what_lets_anybody_in(both: Town) -> None:
    official, account_id, app = with_an_account(both)
    with both.office.database.read() as session:
        person = session.get_one(Person, session.get_one(Official, official).person_id)
        told = personal_data.gather(session, Viewer.system(), person)
        tokens = session.scalars(
            select(SignIn.token_sha256).where(SignIn.account_id == account_id)
        ).all()
    [account] = told["accounts"]
    assert (account["email"], account["subject"]) == ("fajar@surat.example", "penyedia fajar")
    assert {line["kind"] for line in account["log"]} == {"dibuat", "diundang"}
    assert len(account["sign_ins"]) == len(tokens) == 1
    assert [each["id"] for each in told["authenticators"]] == [app]
    written = json.dumps(told)
    assert not [secret for secret in ("argon2id", '"salt"', tokens[0]) if secret in written]


def test_whoever_works_with_an_account_keeps_his_name_and_after_that_nothing_is_left_of_it(
    both: Town,
) -> None:
    official, account_id, app = with_an_account(both)
    let_go(both, official)
    erase = partial(
        actions.erase_person, both.office, official, reason="SK", actor=ADMIN, now=both.now
    )
    with pytest.raises(Conflict) as refused:
        erase()
    assert refused.value.key == "keeping.kept_account"
    actions.disable_account(both.office, account_id, order=ORDER, now=both.now)
    erase()
    with both.office.database.read() as session:
        account = session.get_one(Account, account_id)
        assert (account.email, account.password, account.subject) == (None, None, None)
        assert account.name.startswith("Mantan pejabat")
        assert recovery_codes.left(session, account_id) == 0
        assert session.get_one(Authenticator, app).salt is None
        told = session.scalars(select(Message).where(Message.kind == INVITATION)).one()
        assert (told.address, told.values, told.status) == ("", {}, MessageStatus.DROPPED)


def end_case(town: Town) -> tuple[str, str]:
    """A case that ended by withdrawal, and a task of it."""
    journey = Journey(town, [BOGOR, SUKABUMI])
    town.withdraw(journey.id)
    journey.answer("penarikan_berita_acara")
    assert journey.case["status"] == "withdrawn"
    return journey.id, journey.case["tasks"][0]["id"]


def counts(town: Town) -> dict[str, int]:
    with town.office.database.read() as session:
        tables = {"links": Link, "lines": MessageEvent, "access": DataAccess}
        found = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }
        addressed = select(func.count()).where(Message.address != "")
        found["addresses"] = session.scalar(addressed) or 0
        return found


def rules(**months: str) -> Mapping[Kept, str]:
    return {Kept(name): value for name, value in months.items()}


def something_of_every_class(town: Town) -> tuple[str, str]:
    """A case that ended with all that is kept of it, and an official (id) who left."""
    ended, task = end_case(town)
    left = hire(town, "kabag", "Eko Contoh")
    let_go(town, left)
    _clerk, person = in_role(town, "bagian_kerja_sama")
    with town.office.database.write() as session:
        purpose = LinkPurpose.ANSWER
        session.add(
            Draft(task_id=task, person_id=person.id, purpose=purpose, values={}, saved_at=town.now)
        )
        about = people_log.About(region=BOGOR, person=person.id)
        people_log.note_access(session, DataAct.LOOKED, about, actor={}, now=town.now)
    return ended, left


def keep_for(town: Town, months: str) -> dict[Kept, int]:
    """Keep every class for some months; how much would go now."""
    wanted = dict.fromkeys(Kept, months)
    actions.set_retention(town.office, wanted, reason="SK", actor=ADMIN, now=town.now)
    found = actions.preview_retention(town.office, now=town.now)
    return {line.kept: line.going for line in found}


def test_each_rule_lets_go_what_it_names_and_the_history_stays_whole(both: Town) -> None:
    ended, left = something_of_every_class(both)
    running = Journey(both, [BOGOR, SUKABUMI], title="Berjalan")
    everything = counts(both)
    both.now += timedelta(days=40)
    nothing = actions.run_retention(both.office, reason="uji", actor=ADMIN, now=both.now)
    assert (nothing, counts(both)) == ({}, everything), "without a rule everything is kept"
    assert not any(keep_for(both, "2").values())
    seen = keep_for(both, "1")
    assert all(seen.values()), seen
    assert counts(both) == everything, "looking lets nothing go"
    gone = actions.run_retention(both.office, reason="SK", actor=ADMIN, now=both.now)
    assert gone == seen
    with both.office.database.read() as session:
        assert history.verify(session) is None
        of_ended = select(Message.address).where(Message.case_id == ended)
        assert set(session.scalars(of_ended)) == {""}
        kept = select(Message.address).where(Message.case_id == running.id)
        assert "" not in set(session.scalars(kept)), "a running case keeps everything"
        links = select(Task.case_id).join(Link, Link.task_id == Task.id)
        assert ended not in set(session.scalars(links))
        assert session.get_one(Person, session.get_one(Official, left).person_id).erased_at
    again = actions.run_retention(both.office, reason="SK", actor=ADMIN, now=both.now)
    assert not any(again.values())
    running.answer("tahap1_permohonan")


def test_only_the_whole_installation_sets_the_rules_and_only_sense_is_taken(town: Town) -> None:
    office, now = town.office, town.now
    for wrong in ("0", "-1", "x", "99999", "1.5"):
        with pytest.raises(InvalidAnswers):
            actions.set_retention(office, rules(pesan=wrong), reason="x", actor=ADMIN, now=now)
    with pytest.raises(NotAllowed):
        actions.set_retention(office, rules(pesan="1"), reason="x", actor=OF_BOGOR, now=now)
    with pytest.raises(NotAllowed):
        actions.run_retention(office, reason="x", actor=OF_BOGOR, now=now)
    with pytest.raises(Conflict):
        actions.set_retention(office, rules(pesan=""), reason="x", actor=ADMIN, now=now)


HEADING = "region,partners,title,type,numbers,signed_on,starts_on,ends_on,category,originals,note\n"


def agreement(number: int, *, ends: str = "2029-03-04", starts: str = "4/3/2024") -> str:
    numbers = f"{BOGOR}=119/{number}/KB/2024 | {SUKABUMI}=074/{number}"
    return (
        f"{BOGOR},{SUKABUMI},Kerja sama {number},KB,{numbers},1/3/2024,{starts},{ends},"
        f"Sukarela,Lemari {number},Sumber: arsip\n"
    )


def bring(town: Town, text: str, **more: bool) -> int:
    found = actions.import_agreements(
        town.office, text, procedure="ksdd", actor=OF_BOGOR, now=town.now, **more
    )
    return len(found.cases)


def test_a_list_from_a_spreadsheet_may_have_empty_columns_and_all_its_errors_are_told(
    town: Town,
) -> None:
    lines = (HEADING + agreement(1)).splitlines()
    assert bring(town, "\n".join(f"{line},," for line in lines), preview=True) == 0
    bad = agreement(2).rstrip("\n") + ",lebih\n"
    with pytest.raises(AgreementsRefused) as refused:
        bring(town, HEADING + bad + agreement(3).replace(SUKABUMI, "99.99"))
    assert {row for row, _, _ in refused.value.errors} == {2, 3}


def test_old_agreements_come_in_by_list_once_and_are_watched_from_now_on(both: Town) -> None:
    text = HEADING + agreement(1) + agreement(2, ends="2025-03-04") + agreement(3)
    assert bring(both, text, preview=True) == 0
    assert both.call("GET", "/agreements").get_json()["items"] == []
    assert bring(both, text) == 3
    lines = both.call("GET", "/agreements").get_json()["items"]
    assert sorted(line["numbers"][SUKABUMI] for line in lines) == ["074/1", "074/2", "074/3"]
    assert {line["title"]: line["status"] for line in lines} == {
        "Kerja sama 1": "berlaku",
        "Kerja sama 2": "berakhir",
        "Kerja sama 3": "berlaku",
    }
    with pytest.raises(AgreementsRefused) as twice:
        bring(both, HEADING + agreement(4) + agreement(2))
    assert {(row, column) for row, column, _ in twice.value.errors} == {(3, "numbers")}
    assert len(both.call("GET", "/agreements").get_json()["items"]) == 3, "all rows or none"
    with both.office.database.read() as session:
        assert history.verify(session) is None
        running = session.scalars(select(Case).where(Case.status == CaseStatus.RUNNING)).all()
        assert {case.stage for case in running} == {7}
        assert session.scalar(select(func.count()).select_from(Comment)) == 3
        invited = select(func.count()).where(Message.kind == "tugas_baru")
        assert session.scalar(invited) == 0, "nobody is asked for what the list answers"
    both.wait(days=250)
    with both.office.database.read() as session:
        reports = select(Task.case_id).where(
            Task.element == "tahap7_laporan", Task.status == TaskStatus.OPEN
        )
        assert len(set(session.scalars(reports))) == 2, "reports are asked for as time passes"


@pytest.mark.parametrize(
    ("change", "row", "column"),
    [
        ((f"{BOGOR},{SUKABUMI},", f"{SUKABUMI},{BOGOR},"), 2, "region"),
        ((f",{SUKABUMI},", ",99.99,"), 2, "partners"),
        (("Kerja sama 1", ""), 2, "title"),
        (("KB,", "MoU,"), 2, "type"),
        ((" | 32.02=074/1", ""), 2, "numbers"),
        (("32.01=", ""), 2, "numbers"),
        (("1/3/2024", "31/2/2024"), 2, "signed_on"),
        (("2029-03-04", "2024-03-03"), 2, "ends_on"),
        (("type", "jenis"), 2, "jenis"),
        (("074/2", "074/1"), 3, "numbers"),
        (("title", "judul"), 1, ""),
    ],
)
def test_a_wrong_row_is_named_by_row_and_column_and_nothing_is_saved(
    town: Town, change: tuple[str, str], row: int, column: str
) -> None:
    text = (HEADING + agreement(1) + agreement(2)).replace(*change, 1)
    with pytest.raises(AgreementsRefused) as refused:
        bring(town, text)
    assert (row, column) in {(n, name) for n, name, _ in refused.value.errors}
    assert refused.value.say("en") != refused.value.say("id")
    with town.office.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0
