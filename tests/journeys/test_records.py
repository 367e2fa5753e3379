"""Whatever is put on record by hand stands in one list, seen by whom it concerns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from processes.store import accounts
from processes.store.tables import AccountRole
from tests.journeys.answers import Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI, DEPOK = "32.01", "32.02", "32.76"
WHY = {"reason": "Rapat paripurna", "authority": "SE 4/2026"}


def listed(town: Town, query: str = "", token: str = "") -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token or town.token}"}
    answer = town.client.get(f"/api/v1/records{query}", headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def test_papers_moves_of_deadlines_and_holders_and_late_entries_stand_in_one_list(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    [task] = journey.case["tasks"]
    for act in ("extend", "pause", "resume"):
        both.now += timedelta(hours=1)
        assert both.call("POST", f"/tasks/{task['id']}/{act}", WHY).status_code == 200
    journey.until("tahap1_telaah")
    both.now += timedelta(days=3)
    [telaah] = [t for t in journey.case["tasks"] if t["status"] == "open"]
    paper = {"nomor": "T/9", "tanggal": "2026-07-06", "penanda_tangan": "Ketua", "dokumen": ""}
    paper["dokumen"] = both.scan()
    body = {"answers": journey.plan["tahap1_telaah"], "dicatat_dari": paper}
    answer = both.call("POST", f"/tasks/{telaah['id']}/complete", body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = listed(both)
    assert [each["kind"] for each in found] == ["kertas", "jeda", "jeda", "perpanjangan"]
    assert found[0]["paper"] == {"number": "T/9", "dated_on": "2026-07-06", "signatory": "Ketua"}
    assert found[3]["reason"] == "Rapat paripurna (SE 4/2026)"
    assert [each["kind"] for each in listed(both, "?kind=susulan")] == ["kertas"]
    assert [each["kind"] for each in listed(both, "?kind=jeda")] == ["jeda", "jeda"]
    assert len(listed(both, "?region=32.01")) == 4
    assert listed(both, "?region=32.02") == []
    assert len(listed(both, "?by=KOTA")) == 4
    assert listed(both, "?by=orang+lain") == []
    assert len(listed(both, "?from=2026-07-09")) == 1
    assert len(listed(both, "?to=2026-07-08")) == 3


def test_another_region_sees_that_something_was_done_but_not_why(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    [task] = journey.case["tasks"]
    assert both.call("POST", f"/tasks/{task['id']}/extend", WHY).status_code == 200
    tokens = {}
    with both.office.database.write() as session:
        for region in (BOGOR, SUKABUMI, DEPOK):
            tokens[region] = accounts.create_token(
                session, name=region, role=AccountRole.SYSTEM, region_code=region, now=both.now
            )
    [own] = listed(both, token=tokens[BOGOR])
    [other] = listed(both, token=tokens[SUKABUMI])
    assert (own["reason"], own["by"]) == ("Rapat paripurna (SE 4/2026)", "kota")
    assert (other["reason"], other["by"], other["task_id"]) == ("", "", task["id"])
    assert listed(both, token=tokens[DEPOK]) == []
