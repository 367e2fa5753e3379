"""Putting running cases onto another version: by the pages, by the command and by the API."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store import accounts, procedures
from processes.store.tables import AccountRole, Case, RepairJob, Task
from tests.engine.migrating.edits import EDITS, Edit
from tests.journeys.answers import smooth
from tests.journeys.town import PDF
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from webhooks.cli import main
from worker import sweeps

ADMIN = Actor(kind="account", name="Administrator")
WHY = {"reason": "Perda baru", "authority": "SK 12/2026"}
PAGE = "/prosedur/ksdd/pindah"


def edit(name: str) -> Edit:
    [found] = [each for each in EDITS if each.name == name]
    return found


@pytest.fixture
def cases(office: Office, clock: Clock) -> list[str]:
    """Three cases at their first task: two of Bogor, one of Sukabumi."""
    return [
        actions.open_case(
            office,
            procedure="ksdd",
            region=region,
            parties=["32.03"],
            title=f"Perkara {number}",
            actor=ADMIN,
            now=clock(),
        )
        for number, region in enumerate(("32.01", "32.01", "32.02"), start=1)
    ]


def publish(office: Office, clock: Clock, name: str) -> int:
    version = actions.publish(
        office, edit(name).files(), key="ksdd", note="Perubahan", actor=ADMIN, now=clock()
    )
    return version.number


def versions(office: Office, cases: list[str]) -> list[int]:
    with office.database.read() as session:
        found = [session.get_one(Case, case_id).version_id for case_id in cases]
        return [procedures.get_version(session, each).number for each in found]


def numbers(office: Office, cases: list[str]) -> list[str]:
    with office.database.read() as session:
        return [session.get_one(Case, case_id).number for case_id in cases]


def test_cases_are_previewed_moved_by_the_sweep_and_put_back(
    office: Office, clock: Clock, cases: list[str], signed_in: SignIn
) -> None:
    publish(office, clock, "deadlines changed")
    browser = signed_in()
    form = browser.get(PAGE).text
    assert "Mencatat keputusan DPRD" in form
    assert "45 hari kerja → 60 hari kerja" in form
    sent = {"_kunci": key_in(form), "to": "2", "deadlines": "restart"}
    assert browser.post(PAGE, data=sent).status_code == 422
    preview = browser.post(PAGE, data={**sent, **WHY})
    assert preview.status_code == 200
    assert all(number in preview.text for number in numbers(office, cases))
    assert "Belum ada yang berubah" in preview.text
    assert versions(office, cases) == [1, 1, 1]
    done = browser.post(PAGE, data={**sent, **WHY, "lakukan": "ya"})
    assert done.status_code == 303
    sweeps.sweep_repairs(office, clock)
    assert versions(office, cases) == [2, 2, 2]
    progress = browser.get(done.location).text
    assert "3 dari 3 selesai" in progress
    key = key_in(progress)
    job = done.location.rsplit("/", 1)[1]
    undone = browser.post(
        f"/perbaikan/pekerjaan/{job}/batalkan", data={"_kunci": key, "reason": "Salah versi"}
    )
    assert undone.status_code == 303
    sweeps.sweep_repairs(office, clock)
    assert versions(office, cases) == [1, 1, 1]
    entry = browser.get(f"/perkara/{cases[0]}").text
    assert "SK 12/2026" in entry
    assert "Pemindahan versi dibatalkan" in entry


def test_a_case_that_stays_is_shown_first_with_the_reason(
    app: Flask, office: Office, clock: Clock, cases: list[str], signed_in: SignIn
) -> None:
    review(office, app.test_client(), clock, cases[0])
    publish(office, clock, "tasks renamed")
    browser = signed_in()
    sent = {"_kunci": key_in(browser.get(PAGE).text), "to": "2", **WHY}
    stays = browser.post(PAGE, data={**sent, "cases": numbers(office, cases)[0]}).text
    assert "tidak ada lagi pada diagram baru" in stays
    named = {**sent, "replacements": "tahap1_telaah = tahap1_pemeriksaan"}
    moves = browser.post(PAGE, data=named).text
    assert "tidak ada lagi pada diagram baru" not in moves
    wrong = browser.post(PAGE, data={**sent, "replacements": "tahap1_telaah"})
    assert wrong.status_code == 422
    assert "id_lama = id_baru" in wrong.text
    unknown = browser.post(PAGE, data={**sent, "cases": "KSDD/0000"})
    assert "Periksa nomornya" in unknown.text


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ({"deadlines": "lain"}, 422, "Pilih salah satu dari: keep, recount, restart"),
        ({"tenggat.tahap1_permohonan": "lain"}, 422, "Pilihan untuk tahap1_permohonan"),
        ({"to": "terbaru"}, 404, ""),
        ({"to": "99"}, 404, ""),
    ],
)
def test_what_nobody_can_choose_moves_nothing(
    office: Office,
    clock: Clock,
    cases: list[str],
    signed_in: SignIn,
    typed: dict[str, str],
    status: int,
    told: str,
) -> None:
    publish(office, clock, "deadlines changed")
    browser = signed_in()
    sent = {"_kunci": key_in(browser.get(PAGE).text), "to": "2", **WHY, **typed}
    for button in ({}, {"lakukan": "ya"}):
        refused = browser.post(PAGE, data={**sent, **button})
        assert refused.status_code == status
        assert told in refused.text
    sweeps.sweep_repairs(office, clock)
    assert versions(office, cases) == [1, 1, 1]


def test_only_administrators_move_cases_and_only_those_of_their_own_regions(
    office: Office, clock: Clock, cases: list[str], signed_in: SignIn
) -> None:
    publish(office, clock, "deadlines changed")
    for role in (AccountRole.CLERK, AccountRole.OWNER, AccountRole.OBSERVER):
        assert signed_in(role).get(PAGE).status_code == 403
    browser = signed_in(AccountRole.ADMIN, "32.02")
    sent = {"_kunci": key_in(browser.get(PAGE).text), "to": "2", **WHY}
    shown = browser.post(PAGE, data=sent).text
    mine = numbers(office, cases)
    assert [number in shown for number in mine] == [False, False, True]
    assert browser.post(PAGE, data={**sent, "lakukan": "ya"}).status_code == 303
    sweeps.sweep_repairs(office, clock)
    assert versions(office, cases) == [1, 1, 2]


def review(office: Office, client: FlaskClient, clock: Clock, case_id: str) -> None:
    """Finish the first task of a case, so that it is reviewed."""
    with office.database.write() as session:
        token = accounts.create_token(
            session, name="mesin", role=AccountRole.SYSTEM, region_code=None, now=clock()
        )
        task = session.scalars(select(Task).where(Task.case_id == case_id)).one()
    machine = {"Authorization": f"Bearer {token}"}
    file = {"file": (BytesIO(PDF), "kak.pdf")}
    kept = client.post("/api/v1/documents", data=file, headers=machine).get_json()["id"]
    answers = smooth("2026-03-02", parties=["32.01", "32.03"])["tahap1_permohonan"]
    answer = client.post(
        f"/api/v1/tasks/{task.id}/complete",
        json={"answers": {**answers, "kak": {"document": kept}}},
        headers=machine,
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)


def call(office: Office, client: FlaskClient, clock: Clock) -> Any:
    with office.database.write() as session:
        token = accounts.create_token(
            session, name="admin", role=AccountRole.ADMIN, region_code=None, now=clock()
        )

    def ask(method: str, path: str, body: Any = None) -> Any:
        return client.open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )

    return ask


def test_a_machine_previews_orders_and_undoes(
    office: Office, clock: Clock, cases: list[str], browser: FlaskClient
) -> None:
    number = publish(office, clock, "deadlines changed")
    ask = call(office, browser, clock)
    path = f"/procedures/ksdd/versions/{number}/cases"
    seen = ask("POST", path, {**WHY, "dry_run": True, "deadlines": "restart"}).get_json()
    assert (seen["total"], seen["pages"]) == (3, 1)
    assert all(item["moves"] for item in seen["items"])
    assert versions(office, cases) == [1, 1, 1]
    ordered = ask("POST", path, {**WHY, "cases": cases[:2]})
    assert ordered.status_code == 202
    [job] = ordered.get_json()["jobs"]
    sweeps.sweep_repairs(office, clock)
    told = ask("GET", f"/migrations/{job}").get_json()
    assert [item["moved"] for item in told["items"]] == [True, True]
    assert versions(office, cases) == [2, 2, 1]
    assert ask("POST", f"/migrations/{job}/undo", {"reason": "Keliru"}).status_code == 202
    sweeps.sweep_repairs(office, clock)
    assert versions(office, cases) == [1, 1, 1]
    bad = ask("POST", path, {**WHY, "by_element": ["tahap1_telaah=selamanya"]})
    assert bad.status_code == 422
    assert "keep, recount, restart" in bad.get_data(as_text=True)


def test_the_command_says_what_would_happen_and_does_it(
    office: Office,
    clock: Clock,
    cases: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    publish(office, clock, "deadlines changed")
    monkeypatch.setenv("KSDD_ENV", "development")
    monkeypatch.setenv("KSDD_DATA", str(office.settings.data))
    monkeypatch.setenv("KSDD_DATABASE_URL", office.settings.database_url)

    def ksdd(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(list(words))
        return int(left.value.code or 0), capsys.readouterr().out

    code, out = ksdd("migrate-cases", "--to", "2", "--dry-run", "--json")
    assert code == 0
    assert [row["moves"] for row in json.loads(out)] == [True] * 3
    assert versions(office, cases) == [1, 1, 1]
    one = numbers(office, cases)[0]
    code, out = ksdd("migrate-cases", "--to", "2", "--case", one, "--deadlines", "restart")
    assert (code, one in out) == (0, True)
    assert "1 perkara pindah ke versi 2, 0 tetap." in out
    assert versions(office, cases) == [2, 1, 1]
    with office.database.read() as session:
        [job] = session.scalars(select(RepairJob))
    assert job.finished_at is not None
    code, out = ksdd("migrate-cases", "--to", "2")
    assert "2 perkara pindah ke versi 2, 0 tetap." in out
    assert ksdd("migrate-cases", "--to", "9")[0] == 1
    assert ksdd("migrate-cases", "--to", "1", "--case", "KSDD/0")[0] == 1
    assert ksdd("migrate-cases", "--to", "1", "--replace", "tanpa_tanda")[0] == 1
    assert ksdd("migrate-cases", "--to", "1", "--replace", "x=y", "--dry-run")[0] == 1
