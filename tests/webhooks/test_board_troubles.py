"""The page of what stands still: what it shows, and the button that lets it go on."""

from __future__ import annotations

from processes.office import Office
from processes.store import calendar_days
from processes.store.tables import AccountRole, Alarm, Case, CaseStatus
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from worker import sweeps


def halt(office: Office, case_id: str) -> None:
    with office.database.write() as session:
        case = session.get_one(Case, case_id)
        case.status, case.incident = CaseStatus.INCIDENT, "Syarat <b>tidak</b> terbaca"


def fail(office: Office, case_id: str) -> str:
    with office.database.write() as session:
        alarm = session.query(Alarm).filter(Alarm.case_id == case_id).first()
        assert alarm is not None
        alarm.attempts, alarm.last_error = 3, "Penerima tidak ada"
        return alarm.id


def test_the_first_page_points_to_what_stands_still(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    browser = signed_in()
    assert "/gangguan" not in browser.get("/").text
    assert "Tidak ada gangguan" in browser.get("/gangguan").text
    halt(office, case_id)
    fail(office, case_id)
    first = browser.get("/").text
    assert "2 hal terhenti" in first
    assert "/gangguan" in first
    page = browser.get("/gangguan").text
    assert "Syarat &lt;b&gt;tidak&lt;/b&gt; terbaca" in page
    assert "Penerima tidak ada" in page


def test_an_administrator_lets_them_go_on_with_a_reason(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    browser = signed_in()
    halt(office, case_id)
    alarm_id = fail(office, case_id)
    nonce = {"_kunci": key_in(browser.get("/gangguan").text)}
    for act in (f"/gangguan/perkara/{case_id}", f"/gangguan/pengingat/{alarm_id}"):
        refused = browser.post(act, data={**nonce, "reason": "  "})
        assert refused.status_code == 422
        assert "aria-invalid" in refused.text
        assert browser.post(act, data={**nonce, "reason": "Sudah diperbaiki"}).status_code == 303
    with office.database.read() as session:
        assert session.get_one(Case, case_id).status is CaseStatus.RUNNING
        assert session.get_one(Alarm, alarm_id).attempts == 0
    assert "Tidak ada gangguan" in browser.get("/gangguan").text
    assert browser.post("/gangguan/perkara/x", data={**nonce, "reason": "a"}).status_code == 404


def test_deadlines_that_do_not_follow_the_calendar_stand_there_until_they_are_tried_again(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    with office.database.write() as session:
        case = session.get_one(Case, case_id)
        case.calendar_tries, case.calendar_error = calendar_days.MOST_TRIES, "Penyimpanan penuh"
    browser = signed_in()
    assert "1 hal terhenti" in browser.get("/").text
    page = browser.get("/gangguan").text
    assert "Penyimpanan penuh" in page
    sent = {"_kunci": key_in(page), "reason": "Sudah diperbaiki"}
    assert browser.post(f"/gangguan/perkara/{case_id}", data=sent).status_code == 303
    assert "Tidak ada gangguan" in browser.get("/gangguan").text


def test_a_viewer_sees_them_and_may_not_touch_them(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    halt(office, case_id)
    browser = signed_in(AccountRole.OWNER, "32.01")
    page = browser.get("/gangguan").text
    assert "tidak" in page
    assert "Coba lagi</button>" not in page
    answer = browser.post(
        f"/gangguan/perkara/{case_id}", data={"reason": "a", "_kunci": key_in(page)}
    )
    assert answer.status_code == 403
    stranger = signed_in(AccountRole.OWNER, "32.76").get("/gangguan").text
    assert "Tidak ada gangguan" in stranger


def test_everything_that_failed_is_tried_again_at_once(
    office: Office, signed_in: SignIn, clock: Clock, case_id: str
) -> None:
    browser = signed_in()
    with office.database.write() as session:
        failed = session.query(Alarm).filter(Alarm.case_id == case_id).limit(2).all()
        assert len(failed) == 2
        for alarm in failed:
            alarm.attempts, alarm.last_error = 3, "Penerima tidak ada"
    page = browser.get("/gangguan").text
    assert "Coba lagi semua (2)" in page
    sent = {"_kunci": key_in(page), "kind": "pengingat"}
    assert browser.post("/gangguan/semua", data={**sent, "reason": " "}).status_code == 422
    assert browser.post("/gangguan/semua", data={**sent, "kind": "x"}).status_code == 422
    job = browser.post("/gangguan/semua", data={**sent, "reason": "Surel sudah pulih"})
    assert job.status_code == 303
    sweeps.sweep_repairs(office, clock)
    assert "2 dari 2 selesai" in browser.get(job.location).text
    assert "Tidak ada gangguan" in browser.get("/gangguan").text
