"""The case page: one line of time with proof of every letter, and who may see what."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event

from processes import actions
from processes.actions import Order
from processes.office import Office
from processes.store import history
from processes.store.locks import lock_case
from processes.store.tables import AccountRole
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.test_board_repairs import open_task
from worker.tick import tick

WHY = {"reason": "Rapat paripurna", "authority": "SE 4/2026"}


def riwayat(page: str) -> str:
    return page.split('aria-labelledby="riwayat"')[1].split("</section>")[0]


def test_the_timeline_tells_before_and_after_why_and_what_is_known_of_each_letter(
    office: Office, signed_in: SignIn, clock: Clock, case_id: str
) -> None:
    task, order = open_task(office, case_id), Order(actor=ADMINISTRATOR, **WHY)
    clock.pass_days(1)
    tick(office, clock())
    actions.extend_task(office, task.id, order=order, now=clock(), working_days=3)
    browser = signed_in()
    page = riwayat(browser.get(f"/perkara/{case_id}").text)
    assert page.index("Tenggat diperpanjang") < page.index("Perkara dibuka")
    extended = page[page.index("Tenggat diperpanjang") :].split("</li>")[0]
    assert " → " in extended
    assert "Rapat paripurna (SE 4/2026)" in extended
    assert "administrator" in extended
    assert "diterima server surel" in page
    letters = riwayat(browser.get(f"/perkara/{case_id}?jenis=pesan").text)
    assert "Tugas baru" in letters
    assert "Tenggat diperpanjang" not in letters
    deadlines = riwayat(browser.get(f"/perkara/{case_id}?jenis=tenggat").text)
    assert "Tenggat diperpanjang" in deadlines
    assert "Perkara dibuka" not in deadlines


def test_an_open_task_shows_its_deadlines_what_rings_next_and_where_to_mend_it(
    office: Office, signed_in: SignIn, clock: Clock, case_id: str
) -> None:
    task = open_task(office, case_id)
    order = Order(actor=ADMINISTRATOR, **WHY)
    actions.extend_task(office, task.id, order=order, now=clock(), working_days=3)
    page = signed_in().get(f"/perkara/{case_id}").text
    shown = page[page.index(f'id="tugas-{task.id}"') :].split('aria-labelledby="')[0]
    assert "Tenggat dan perubahannya (2)" in shown
    assert "SE 4/2026" in shown
    assert "akan diingatkan" in shown
    assert f"/perkara/{case_id}/tugas/{task.id}/perbaiki" in shown
    elsewhere = signed_in(AccountRole.ADMIN, "32.02").get(f"/perkara/{case_id}").text
    assert f'id="tugas-{task.id}"' in elsewhere
    assert "SE 4/2026" not in elsewhere
    assert "akan diingatkan" not in elsewhere
    assert "/perbaiki" not in elsewhere


def test_a_long_timeline_comes_in_pages_and_asks_as_little_as_a_short_one(
    office: Office, signed_in: SignIn, clock: Clock, case_id: str
) -> None:
    browser, asked = signed_in(), [0]
    browser.get(f"/perkara/{case_id}")

    def count(*_: object) -> None:
        asked[0] += 1

    event.listen(office.database.engine, "before_cursor_execute", count)
    browser.get(f"/perkara/{case_id}")
    short, asked[0] = asked[0], 0
    with office.database.write() as session:
        case = lock_case(session, case_id)
        for number in range(200):
            history.append(
                session,
                case,
                at=clock() + timedelta(minutes=number),
                kind="case.commented",
                actor=ADMINISTRATOR.as_entry(),
                details={"text": f"catatan ke-{number}"},
            )
    asked[0] = 0
    first = riwayat(browser.get(f"/perkara/{case_id}").text)
    assert asked[0] <= short
    assert "catatan ke-199" in first
    assert "catatan ke-149" not in first
    second = riwayat(browser.get(f"/perkara/{case_id}?page=2").text)
    assert "catatan ke-149" in second
    assert "Perkara dibuka" in riwayat(browser.get(f"/perkara/{case_id}?page=5").text)
    event.remove(office.database.engine, "before_cursor_execute", count)


def test_what_was_put_on_record_is_listed_for_those_who_may_know(
    office: Office, signed_in: SignIn, clock: Clock, case_id: str
) -> None:
    task, order = open_task(office, case_id), Order(actor=ADMINISTRATOR, **WHY)
    actions.extend_task(office, task.id, order=order, now=clock(), working_days=3)
    browser = signed_in()
    page = browser.get("/catatan").text
    assert "1 catatan" in page
    assert "Rapat paripurna (SE 4/2026)" in page
    assert f"/perkara/{case_id}#tugas-{task.id}" in page
    for query in ("kind=jeda", "who=orang+lain", "region=32.02", "until=2026-03-01"):
        assert "Tidak ada catatan" in browser.get(f"/catatan?{query}").text
    other = signed_in(AccountRole.OBSERVER, "32.02").get("/catatan").text
    assert "1 catatan" in other
    assert "Rapat paripurna" not in other
