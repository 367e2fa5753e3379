"""Ending cases from the board: what would close and open is shown first, for one and for many."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.store.tables import AccountRole, Case, History, Task, TaskStatus
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in
from worker import sweeps

BOGOR, SUKABUMI = "32.01", "32.02"
WHY = {"reason": "Dibuka dua kali", "authority": "ND 7/2026"}


@pytest.fixture
def cases(office: Office, clock: Clock) -> list[str]:
    """Two cases of Kabupaten Bogor and one of Kabupaten Sukabumi, in which it is asked."""
    return [
        actions.open_case(
            office,
            procedure="ksdd",
            region=region,
            parties=[other],
            title=f"Pelayanan publik {number}",
            actor=ADMINISTRATOR,
            now=clock(),
        )
        for number, (region, other) in enumerate(
            ((BOGOR, SUKABUMI), (BOGOR, SUKABUMI), (SUKABUMI, BOGOR))
        )
    ]


def stands(office: Office, case_id: str) -> tuple[str, str | None, list[str]]:
    """Status, reason of the end, and the elements that wait."""
    with office.database.read() as session:
        case = session.get_one(Case, case_id)
        waiting = select(Task.element).where(
            Task.case_id == case_id, Task.status == TaskStatus.OPEN
        )
        return case.status.value, case.end_reason, list(session.scalars(waiting))


def told(office: Office, case_id: str, kind: str) -> list[dict[str, object]]:
    with office.database.read() as session:
        query = select(History.details).where(History.case_id == case_id, History.kind == kind)
        return list(session.scalars(query))


def send(browser: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    key = key_in(browser.get("/perbaikan").text)
    answer = browser.post(path, data={"_kunci": key, **WHY, **form})
    return answer.status_code, answer.text


def test_a_withdrawal_is_shown_before_it_happens(
    office: Office, signed_in: SignIn, cases: list[str]
) -> None:
    clerk, path = signed_in(AccountRole.CLERK, BOGOR), f"/perkara/{cases[0]}/tarik"
    status, page = send(clerk, path, act="withdraw")
    assert (status, "Belum ada yang berubah" in page) == (200, True)
    assert "Menyusun permohonan dan KAK · Kabupaten Bogor" in page
    assert "Berita acara penarikan · Kabupaten Bogor" in page
    assert stands(office, cases[0])[2] == ["tahap1_permohonan"]
    assert send(clerk, path, act="withdraw", lakukan="ya")[0] == 303
    assert stands(office, cases[0])[2] == ["penarikan_berita_acara"]
    [entry] = told(office, cases[0], "case.penarikan")
    assert entry["reason"] == "Dibuka dua kali (ND 7/2026)"
    status, page = send(clerk, path, act="withdraw", lakukan="ya")
    assert (status, "sudah berjalan" in page) == (409, True)


def test_a_case_that_was_opened_by_mistake_is_over_at_once(
    office: Office, signed_in: SignIn, cases: list[str]
) -> None:
    admin, path = signed_in(AccountRole.ADMIN, BOGOR), f"/perkara/{cases[0]}/tarik"
    assert 'value="cancel"' in admin.get(f"/perkara/{cases[0]}").text
    assert "Tautan yang mati" in send(admin, path, act="cancel")[1]
    assert stands(office, cases[0])[0] == "running"
    assert send(admin, path, act="cancel", lakukan="ya")[0] == 303
    assert stands(office, cases[0]) == ("stopped", "dibatalkan", [])
    assert [entry["reason"] for entry in told(office, cases[0], "case.cancelled")] == [
        "Dibuka dua kali (ND 7/2026)"
    ]
    assert "dibatalkan karena keliru dibuka" in admin.get(f"/perkara/{cases[0]}").text
    assert "dibatalkan karena keliru dibuka" in admin.get("/catatan?jenis=penarikan").text
    assert send(admin, path, act="cancel", lakukan="ya")[0] == 409


def test_only_the_region_that_opened_a_case_is_offered_to_end_it_and_a_clerk_cancels_nothing(
    office: Office, signed_in: SignIn, cases: list[str]
) -> None:
    partner, clerk = signed_in(AccountRole.ADMIN, SUKABUMI), signed_in(AccountRole.CLERK, BOGOR)
    assert 'id="tarik"' not in partner.get(f"/perkara/{cases[0]}").text
    assert send(partner, f"/perkara/{cases[0]}/tarik", act="cancel", lakukan="ya")[0] == 403
    page = clerk.get(f"/perkara/{cases[0]}").text
    assert ('id="tarik"' in page, 'value="cancel"' in page) == (True, False)
    assert send(clerk, f"/perkara/{cases[0]}/tarik", act="cancel", lakukan="ya")[0] == 403
    assert send(clerk, f"/perkara/{cases[0]}/tarik", act="pause", lakukan="ya")[0] == 422
    assert stands(office, cases[0])[0] == "running"


def test_many_cases_are_ended_by_one_order_with_a_result_for_each(
    office: Office, signed_in: SignIn, clock: Clock, cases: list[str]
) -> None:
    admin = signed_in()
    send(admin, f"/perkara/{cases[1]}/tarik", act="withdraw", lakukan="ya")
    status, page = send(admin, "/perbaikan", act="withdraw", semua="ya")
    assert (status, "Dapat dikerjakan: 2. Tidak dapat: 1." in page) == (200, True)
    chosen = page.split('name="tugas" value="')[1].split('"')[0]
    assert send(admin, "/perbaikan", act="withdraw", tugas=chosen, lakukan="ya")[0] == 303
    sweeps.sweep_repairs(office, clock)
    for case in cases:
        assert stands(office, case)[2] == ["penarikan_berita_acara"]
        assert len(told(office, case, "case.penarikan")) == 1
    assert send(admin, "/perbaikan", act="cancel", semua="ya", lakukan="ya")[0] == 303
    sweeps.sweep_repairs(office, clock)
    assert {stands(office, case)[:2] for case in cases} == {("stopped", "dibatalkan")}


def test_one_task_has_no_act_that_ends_its_case(
    office: Office, signed_in: SignIn, cases: list[str]
) -> None:
    with office.database.read() as session:
        task = session.scalars(select(Task.id).where(Task.case_id == cases[0])).one()
    path = f"/perkara/{cases[0]}/tugas/{task}/perbaiki"
    assert send(signed_in(), path, act="withdraw", lakukan="ya")[0] == 422
    assert stands(office, cases[0])[0] == "running"
