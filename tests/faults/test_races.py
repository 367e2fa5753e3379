"""Officials who act in the same instant: nothing is lost, nothing happens twice."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from typing import Any

from sqlalchemy import func, select

from processes import actions
from processes.actions import Actor
from processes.store.tables import Task, TaskStatus
from tests.journeys.answers import smooth
from tests.journeys.town import PDF, Town

#: how often each race is run; `make chaos` asks for more
TIMES = int(os.environ.get("KSDD_TEST_RACES", "12"))
BOGOR, SUKABUMI = "32.01", "32.02"
CLERK = Actor(kind="token", name="kota")
REQUEST = smooth("2026-07-06", parties=[BOGOR])["tahap1_permohonan"]


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all acts in the same instant; what each gave or raised."""
    barrier = Barrier(len(acts))

    def start(act: Callable[[], Any]) -> Any:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [f.result() for f in [pool.submit(start, act) for act in acts]]


def open_cases(town: Town, number: int) -> list[str]:
    return [
        actions.open_case(
            town.office,
            procedure="ksdd",
            region=BOGOR,
            parties=[SUKABUMI, "32.03"],
            title=f"Perkara {n}",
            actor=CLERK,
            now=town.now,
        )
        for n in range(number)
    ]


def finish(town: Town, case: str, element: str, region: str, answers: dict[str, Any]) -> None:
    task = task_of(town, case, element, region)
    actions.complete_task(town.office, task, answers, actor=CLERK, now=town.now)


def task_of(town: Town, case: str, element: str, region: str) -> str:
    with town.office.database.read() as session:
        found = session.scalar(
            select(Task.id).where(
                Task.case_id == case,
                Task.element == element,
                Task.region_code == region,
                Task.status == TaskStatus.OPEN,
            )
        )
    assert found is not None
    return found


def scan(town: Town) -> dict[str, str]:
    document = actions.add_document(
        town.office, BytesIO(PDF), "kak.pdf", actor=CLERK, region=BOGOR, now=town.now
    )
    return {"document": document.id}


def to_review(town: Town, case: str) -> None:
    """Walk a case to the review of its request."""
    finish(town, case, "tahap1_permohonan", BOGOR, {**REQUEST, "kak": scan(town)})


def to_willingness(town: Town, case: str) -> None:
    """Walk a case to the parallel answers of its two partners."""
    to_review(town, case)
    finish(town, case, "tahap1_telaah", BOGOR, {"hasil": "lengkap"})
    letter = {"nomor_surat": "1", "tanggal_surat": "2026-07-06", "penanda_tangan": "Bupati"}
    sent = {**letter, "surat": scan(town), "cara_kirim": "kurir"}
    finish(town, case, "tahap1_surat", BOGOR, sent)


WILLING = {
    "tanggapan": "bersedia",
    "nomor_surat": "1",
    "tanggal_surat": "2026-07-06",
    "membebani_masyarakat": False,
    "membebani_daerah": False,
    "teranggarkan": True,
    "tahun_anggaran": 2026,
}


def test_two_officials_who_answer_in_the_same_instant_are_both_heard(both: Town) -> None:
    cases = open_cases(both, TIMES)
    for case in cases:
        to_willingness(both, case)
        at_once(
            [
                lambda case=case, region=region: finish(  # type: ignore[misc]
                    both, case, "tahap2_kesediaan", region, WILLING
                )
                for region in (SUKABUMI, "32.03")
            ]
        )
    with both.office.database.read() as session:
        answered = session.scalar(
            select(func.count()).where(
                Task.element == "tahap2_kesediaan", Task.status == TaskStatus.DONE
            )
        )
        moved_on = session.scalar(
            select(func.count()).where(
                Task.element == "tahap3_pembahasan", Task.status == TaskStatus.OPEN
            )
        )
    assert (answered, moved_on) == (2 * TIMES, TIMES)


def test_a_link_posted_twenty_times_at_once_completes_its_task_once(both: Town) -> None:
    cases = open_cases(both, TIMES)
    outcomes: Counter[int] = Counter()
    for case in cases:
        to_review(both, case)
        token = both.link(case, "tahap1_telaah", BOGOR)
        codes = at_once([lambda token=token: post(both, token)] * 20)  # type: ignore[misc]
        outcomes.update(codes)
        assert set(codes) == {200}
    with both.office.database.read() as session:
        done = select(func.count()).where(
            Task.element == "tahap1_telaah", Task.status == TaskStatus.DONE
        )
        following = select(func.count()).where(Task.element == "tahap1_surat")
        assert session.scalar(done) == TIMES
        assert session.scalar(following) == TIMES
    assert outcomes == {200: 20 * TIMES}


def post(town: Town, token: str) -> int:
    return (
        town.app.test_client()
        .post(f"/t/{token}", json={"answers": {"hasil": "lengkap"}})
        .status_code
    )
