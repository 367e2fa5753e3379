"""The pages of repair: form, preview, act; of one task, and of many by a job."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.store.tables import (
    AccountRole,
    History,
    Official,
    Person,
    RepairItem,
    Task,
    TaskHolder,
    TaskStatus,
)
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in
from worker import sweeps

WHY = {"reason": "Rapat paripurna", "authority": "SE 4/2026"}


def open_task(office: Office, case_id: str) -> Task:
    with office.database.read() as session:
        wanted = (Task.case_id == case_id, Task.status == TaskStatus.OPEN)
        return session.scalars(select(Task).where(*wanted).order_by(Task.position)).one()


def kinds(office: Office, case_id: str) -> list[str]:
    with office.database.read() as session:
        query = select(History.kind).where(History.case_id == case_id).order_by(History.seq)
        return list(session.scalars(query))


@pytest.fixture
def cases(office: Office, clock: Clock, case_id: str) -> list[str]:
    more = [
        actions.open_case(
            office,
            procedure="uji",
            region=region,
            parties=[other],
            title=f"Perkara {region}",
            actor=ADMINISTRATOR,
            now=clock(),
        )
        for region, other in (("32.01", "32.02"), ("32.02", "32.01"))
    ]
    return [case_id, *more]


def test_one_task_is_previewed_and_then_repaired_with_reason_and_authority(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    browser, task = signed_in(), open_task(office, case_id)
    address = f"/perkara/{case_id}/tugas/{task.id}/perbaiki"
    page = browser.get(address).text
    assert 'value="resume"' not in page
    sent = {"_kunci": key_in(page), "act": "extend", "working_days": "3"}
    wrong = browser.post(address, data=sent)
    assert wrong.status_code == 422
    assert "Tuliskan dasar perubahan tenggat" in wrong.text
    preview = browser.post(address, data={**sent, **WHY})
    assert "Belum ada yang berubah" in preview.text
    assert open_task(office, case_id).due_at == task.due_at
    done = browser.post(address, data={**sent, **WHY, "lakukan": "ya"})
    assert done.status_code == 303
    assert done.location.endswith(f"#tugas-{task.id}")
    moved = open_task(office, case_id).due_at
    assert moved is not None
    assert task.due_at is not None
    assert moved > task.due_at
    again = browser.get(address).text
    assert "SE 4/2026" in again
    assert "<s>" in again


def test_a_deadline_on_a_day_off_is_refused_in_words_and_so_are_a_day_and_a_number_together(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    browser, task = signed_in(), open_task(office, case_id)
    address = f"/perkara/{case_id}/tugas/{task.id}/perbaiki"
    sent = {"_kunci": key_in(browser.get(address).text), "act": "extend", **WHY}

    preview = browser.post(address, data={**sent, "due_on": "2026-08-17"})
    done = browser.post(address, data={**sent, "due_on": "2026-08-17", "lakukan": "ya"})
    both = browser.post(address, data={**sent, "due_on": "2026-08-18", "working_days": "3"})

    for page in (preview, done):
        assert "17 Agustus 2026 hari libur di Kabupaten Bogor: Hari Kemerdekaan" in page.text
        assert "Hari kerja berikutnya 18 Agustus 2026" in page.text
    assert (done.status_code, both.status_code) == (422, 422)
    assert "Isi salah satu saja" in both.text
    assert open_task(office, case_id).due_at == task.due_at


def test_a_paused_task_offers_to_run_on_and_the_preview_says_from_when(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    browser, task = signed_in(), open_task(office, case_id)
    address = f"/perkara/{case_id}/tugas/{task.id}/perbaiki"
    sent = {"_kunci": key_in(browser.get(address).text), **WHY}
    preview = browser.post(address, data={**sent, "act": "pause"})
    assert "hari kerja" in preview.text
    browser.post(address, data={**sent, "act": "pause", "lakukan": "ya"})
    page = browser.get(address).text
    assert "Dihentikan sejak" in page
    assert 'value="pause"' not in page
    assert "dihentikan →" in browser.post(address, data={**sent, "act": "resume"}).text
    browser.post(address, data={**sent, "act": "resume", "lakukan": "ya"})
    assert open_task(office, case_id).due_at == task.due_at
    assert kinds(office, case_id)[-2:] == ["task.paused", "task.resumed"]


def chosen(browser: FlaskClient, **fields: str) -> dict[str, str]:
    return {"_kunci": key_in(browser.get("/perbaikan").text), **WHY, **fields}


def test_many_tasks_are_repaired_by_a_job_with_a_result_for_each(
    office: Office, signed_in: SignIn, clock: Clock, cases: list[str]
) -> None:
    browser = signed_in()
    tasks = [open_task(office, case).id for case in cases]
    sent = chosen(browser, act="pause", semua="ya")
    first = f"/perkara/{cases[0]}/tugas/{tasks[0]}/perbaiki"
    browser.post(first, data={**sent, "lakukan": "ya"})
    preview = browser.post("/perbaikan", data=sent).text
    assert "Dapat dikerjakan: 2. Tidak dapat: 1." in preview
    ordered = browser.post("/perbaikan", data={**sent, "lakukan": "ya"})
    assert ordered.status_code == 303
    assert "0 dari 3 selesai" in browser.get(ordered.location).text
    sweeps.sweep_repairs(office, clock)
    page = browser.get(ordered.location).text
    assert "3 dari 3 selesai" in page
    assert page.index("Ditolak</span>") < page.index("Selesai</span>")
    assert all(kinds(office, case).count("task.paused") == 1 for case in cases)


def test_everything_of_somebody_who_left_goes_to_another_official(
    office: Office, signed_in: SignIn, clock: Clock, cases: list[str]
) -> None:
    task = open_task(office, cases[0])
    with office.database.write() as session:
        held = select(TaskHolder).where(TaskHolder.task_id == task.id)
        gone = session.get_one(Official, session.scalars(held).one().official_id)
        gone.active = False
        name = session.get_one(Person, gone.person_id).name
        wanted = (Official.region_code == "32.01", Official.active)
        heir = session.scalars(select(Official).where(*wanted).order_by(Official.id)).first()
        assert heir is not None
    browser = signed_in(AccountRole.ADMIN, "32.01")
    page = browser.get("/perbaikan").text
    assert f"{name}</a> · 2 tugas terbuka" in page
    assert gone.person_id in page
    theirs = f"/perbaikan?person={gone.person_id}"
    assert "2 dari 2 tugas" in browser.get(theirs).text
    assert "Tidak ada tugas terbuka" in browser.get("/perbaikan?holder=tidak+ada").text
    assert f"Hanya tugas yang dipegang {name}." in browser.get(theirs).text
    sent = chosen(browser, act="reassign", official=heir.id, semua="ya", person=gone.person_id)
    assert "Dapat dikerjakan: 2. Tidak dapat: 0." in browser.post("/perbaikan", data=sent).text
    browser.post("/perbaikan", data={**sent, "lakukan": "ya"})
    sweeps.sweep_repairs(office, clock)
    with office.database.read() as session:
        for case in cases[:2]:
            [own] = session.scalars(
                select(TaskHolder.official_id).where(
                    TaskHolder.task_id == open_task(office, case).id
                )
            )
            assert own == heir.id
    assert name not in browser.get("/perbaikan").text


def test_a_region_repairs_its_own_tasks_only(
    office: Office, signed_in: SignIn, cases: list[str]
) -> None:
    browser = signed_in(AccountRole.ADMIN, "32.01")
    foreign = open_task(office, cases[2])
    assert foreign.region_code == "32.02"
    address = f"/perkara/{cases[2]}/tugas/{foreign.id}/perbaiki"
    assert browser.get(address).status_code == 404
    sent = chosen(browser, act="remind", tugas=foreign.id)
    assert browser.post(address, data={**sent, "lakukan": "ya"}).status_code == 404
    assert browser.post("/perbaikan", data={**sent, "lakukan": "ya"}).status_code == 422
    assert "task.reminded" not in kinds(office, cases[2])


def test_a_clerk_reminds_and_nothing_else_and_an_observer_not_even_that(
    office: Office, signed_in: SignIn, case_id: str, clock: Clock
) -> None:
    clerk, task = signed_in(AccountRole.CLERK, "32.01"), open_task(office, case_id)
    address = f"/perkara/{case_id}/tugas/{task.id}/perbaiki"
    page = clerk.get(address).text
    assert 'value="remind"' in page
    assert 'value="extend"' not in page
    sent = {"_kunci": key_in(page), **WHY, "lakukan": "ya"}
    assert clerk.post(address, data={**sent, "act": "pause"}).status_code == 403
    assert clerk.post(address, data={**sent, "act": "remind"}).status_code == 303
    job = clerk.post("/perbaikan", data={**sent, "act": "remind", "tugas": task.id})
    assert job.status_code == 303
    sweeps.sweep_repairs(office, clock)
    assert kinds(office, case_id).count("task.reminded") == 2
    observer = signed_in(AccountRole.OBSERVER, "32.01")
    assert observer.get("/perbaikan").status_code == 403
    assert observer.get(address).status_code == 403
    assert observer.get(job.location).status_code == 200
    elsewhere = signed_in(AccountRole.ADMIN, "32.02")
    assert elsewhere.get(job.location).status_code == 404
    with office.database.read() as session:
        assert session.query(RepairItem).count() == 1
