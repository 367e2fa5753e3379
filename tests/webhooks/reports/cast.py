"""Two years of work in a few regions, made up but the same at every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from processes.office import Office
from processes.store import procedures
from processes.store.tables import (
    AgreementStatus,
    Case,
    CaseStatus,
    Deadline,
    History,
    Party,
    Task,
    TaskStatus,
    new_id,
)

BOGOR, SUKABUMI, BADUNG, STRANGER = "32.01", "32.02", "51.03", "94.01"
#: Monday, 6 July 2026, 09:00 in Jakarta
NOW = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
INTERNAL = "Target internal; pengaturan pemilik proses"
PROCEDURE = "Pengaturan pemilik proses; periksa terhadap Permendagri 22/2020"
#: element, stage, name of the stage, role, working days, whose
KINDS = (
    ("tahap1_permohonan", 1, "Permohonan", "bagian_kerja_sama", 5, 0),
    ("tahap1_telaah", 1, "Permohonan", "sekretaris_tkksd", 5, 0),
    ("tahap2_kesediaan", 2, "Kesediaan", "kepala_daerah", 30, 1),
    ("tahap3_pembahasan", 3, "Pembahasan", "ketua_tkksd", 15, 0),
    ("tahap3_konfirmasi", 3, "Pembahasan", "bagian_kerja_sama", 3, 1),
    ("tahap4_keputusan_dprd", 4, "Persetujuan DPRD", "sekretaris_dprd", 45, 0),
    ("tahap5_paraf_sekda", 5, "Pemarafan", "sekda", 2, 0),
    ("tahap6_registrasi", 6, "Penandatanganan", "bagian_kerja_sama", 5, 0),
)


@dataclass(kw_only=True)
class Rows:
    """What is written, by table."""

    cases: list[dict[str, Any]]
    parties: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    deadlines: list[dict[str, Any]]
    history: list[dict[str, Any]]


def fill(office: Office, cases: int, seed: int = 7) -> None:
    """Write so many cases, every twentieth of them of a region that has to do with no other."""
    made = Rows(cases=[], parties=[], tasks=[], deadlines=[], history=[])
    chance = random.Random(seed)
    with office.database.read() as session:
        version = _version(session)
    for number in range(cases):
        parties = (
            [STRANGER, "94.02"]
            if number % 20 == 19
            else chance.sample([BOGOR, SUKABUMI, BADUNG], 2)
        )
        _Course(office, made, chance, parties).walk(number, version)
    with office.database.write() as session:
        for table, rows in (
            (Case, made.cases),
            (Party, made.parties),
            (Task, made.tasks),
            (Deadline, made.deadlines),
            (History, made.history),
        ):
            session.execute(insert(table), rows)


def _version(session: Session) -> str:
    found = procedures.latest(session, "ksdd")
    assert found is not None
    return found.id


class _Course:
    """How one case went."""

    def __init__(
        self, office: Office, made: Rows, chance: random.Random, parties: list[str]
    ) -> None:
        self.office, self.made, self.chance, self.parties = office, made, chance, parties
        self.id, self.position, self.entries = new_id(), 0, 0
        self.at = NOW - timedelta(days=chance.randint(1, 700), minutes=chance.randint(0, 900))

    def walk(self, number: int, version: str) -> None:
        opened_at, stage = self.at, KINDS[0]
        stops = self.chance.choice([len(KINDS)] * 3 + [self.chance.randrange(len(KINDS))])
        is_whole = True
        for stage in self._kinds():
            if not self._task(stage, is_open=stage[0] == (KINDS + KINDS)[stops][0] and stops < 8):
                is_whole = False
                break
        if is_whole:
            self._entry(self.at, "agreement.in_force", {})
        self.made.cases.append(
            {
                "id": self.id,
                "number": f"KSDD/2026/{number:04}",
                "title": f"=Kerja sama <{number}> & batas",
                "version_id": version,
                "region_code": self.parties[0],
                "status": CaseStatus.RUNNING,
                "stage": stage[1],
                "stage_name": stage[2],
                "state": b"{}",
                "opened_at": opened_at,
                "category": self.chance.choice(["wajib", "sukarela"]),
                "agreement_status": AgreementStatus.BERLAKU if is_whole else AgreementStatus.BELUM,
                "agreement_starts_on": self.at.date() if is_whole else None,
                "agreement_ends_on": self._ends() if is_whole else None,
                "history_seq": self.entries,
            }
        )
        self.made.parties += [
            {"case_id": self.id, "region_code": code, "position": position}
            for position, code in enumerate(self.parties)
        ]

    def _ends(self) -> date:
        return max(self.at, NOW).date() + timedelta(days=self.chance.randint(20, 1500))

    def _kinds(self) -> Iterator[tuple[str, int, str, str, int, int]]:
        for kind in KINDS:
            yield kind
            while kind[1] in (1, 3) and self.chance.random() < 0.15:
                yield kind

    def _task(self, kind: tuple[str, int, str, str, int, int], *, is_open: bool) -> bool:
        """Whether it was finished before now."""
        element, stage, stage_name, role, days, whose = kind
        region, calendar = self.parties[whose], self.office.calendar
        opened = self.at
        received, began = None, calendar.today(opened, region)
        if element == "tahap2_kesediaan" and self.chance.random() < 0.5:
            received = began = began + timedelta(days=self.chance.randint(1, 6))
        due = calendar.after_working_days(began, days, region)
        minutes = self.chance.expovariate(1 / (days * 1500)) + 30
        closed = opened + timedelta(minutes=int(minutes))
        is_over = closed < NOW and not is_open
        task_id = new_id()
        if is_over and self.chance.random() < 0.1:
            self._pause(task_id, region, opened, closed, due)
        self.position += 1
        status = TaskStatus.OPEN
        if is_over:
            status = TaskStatus.CANCELLED if self.chance.random() < 0.04 else TaskStatus.DONE
        self.made.tasks.append(
            {
                "id": task_id,
                "case_id": self.id,
                "position": self.position,
                "element": element,
                "name": element.replace("_", " ").capitalize(),
                "stage": stage,
                "stage_name": stage_name,
                "role": role,
                "region_code": region,
                "status": status,
                "opened_at": opened,
                "closed_at": closed if is_over else None,
                "due_at": due,
                "basis": PROCEDURE if days >= 30 else INTERNAL,
                "done_by": "Sari Rahasia, Kepala" if status is TaskStatus.DONE else None,
            }
        )
        self._deadline(task_id, began if received is None else calendar.today(opened, region), due)
        if received is not None:
            self._deadline(task_id, received, due, reason="received")
        self.at = closed + timedelta(seconds=1)
        return is_over

    def _pause(
        self, task_id: str, region: str, opened: datetime, closed: datetime, due: datetime
    ) -> None:
        length = (closed - opened) / 4
        stopped, started = opened + length, closed - length
        details = {"task": task_id, "region": region}
        self._entry(stopped, "task.paused", details)
        self._entry(started, "task.resumed", details)
        today = self.office.calendar.today
        self._deadline(
            task_id,
            today(started, region),
            due,
            reason="resumed",
            paused_on=today(stopped, region),
        )

    def _deadline(
        self,
        task_id: str,
        starts_on: date,
        due: datetime,
        *,
        reason: str = "opened",
        paused_on: date | None = None,
    ) -> None:
        self.made.deadlines.append(
            {
                "id": new_id(),
                "task_id": task_id,
                "rule": "",
                "starts_on": starts_on,
                "due_at": due,
                "paused_on": paused_on,
                "reason": reason,
                "set_at": self.at,
            }
        )

    def _entry(self, at: datetime, kind: str, details: dict[str, Any]) -> None:
        self.entries += 1
        self.made.history.append(
            {
                "case_id": self.id,
                "seq": self.entries,
                "at": at,
                "kind": kind,
                "actor": {"kind": "clock"},
                "details": details,
                "previous": "",
                "hash": "",
            }
        )
