"""Houses that keep secrets: cases between several regions in which every text says who may read it.

Whatever is typed, uploaded or named in here is a mark of its own, `RAHASIA0001X`. Who may read a
mark is kept beside it: written down by whoever made it, or worked out from the row of the task or
document that it stands in, by rules written here a second time, apart from those of the product.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Actor, Order, StandIn
from processes.engine.drafting.sampling import CASE
from processes.store import accounts
from processes.store.tables import (
    AccountRole,
    Case,
    CaseStatus,
    Document,
    Enquiry,
    Official,
    OfficialStatus,
    Party,
    PartyReply,
    Person,
    Task,
    TaskStatus,
)
from tests.journeys.answers import smooth
from tests.journeys.town import PDF, File, Town

#: three neighbours, one that only has a case of its own, and one without any official
A, B, C, D, PAPER_ONLY = "32.01", "32.02", "32.03", "32.04", "33.01"
#: those whose people look around
VIEWERS = (A, B, C, D)
MARK = re.compile(r"RAHASIA\d{4}X")
#: who may read a mark, by region
Readers = Callable[[Session], Iterable[str]]


class Marks:
    """Marks, and who may read each of them."""

    def __init__(self) -> None:
        self.readers: dict[str, Readers] = {}
        self.what: dict[str, str] = {}

    def new(self, what: str, readers: Readers) -> str:
        mark = f"RAHASIA{len(self.readers):04d}X"
        self.readers[mark] = readers
        self.what[mark] = what
        return mark

    def of(self, what: str, *regions: str) -> str:
        """A mark that these regions may read."""
        return self.new(what, lambda _: regions)


class Houses(Town):
    """The installation. A machine of each region does its work, a minute after the one before."""

    def __init__(self, database_url: str, folder: Path, now: datetime) -> None:
        super().__init__(database_url, folder, now)
        self.marks = Marks()
        with self.office.database.write() as session:
            self.tokens = {
                code: accounts.create_token(
                    session,
                    name=f"sistem {code}",
                    role=AccountRole.ADMIN,
                    now=now,
                    region_code=code,
                )
                for code in (A, B, C, D)
            }
        self._name_people()
        self.cases = self._live()
        #: who may read each mark, once everything has happened
        self.readers: dict[str, frozenset[str]] = {}
        #: ids and numbers of the cases, each with the parties of its case
        self.names_of_cases: list[tuple[str, frozenset[str]]] = []

    def settle(self) -> None:
        """Nothing happens any more: now it stands who may read what."""
        self._mark_rows()
        parties = self.parties_of_all()
        with self.office.database.read() as session:
            self.readers = {
                mark: frozenset(readers(session)) for mark, readers in self.marks.readers.items()
            }
            self.names_of_cases = [
                (word, parties[case.id])
                for case in session.scalars(select(Case))
                for word in (case.id, case.number)
                if word != CASE["nomor"]  # the letters' samples have the same
            ]

    def parties_of_all(self) -> dict[str, frozenset[str]]:
        """The regions (codes) of every case, those that left among them."""
        found: dict[str, set[str]] = {}
        with self.office.database.read() as session:
            for party in session.scalars(select(Party)):
                found.setdefault(party.case_id, set()).add(party.region_code)
        return {case_id: frozenset(codes) for case_id, codes in found.items()}

    # --- acting ----------------------------------------------------------------------------------
    def act(self, region: str, path: str, /, **body: Any) -> Any:
        """What a region's machine does; the API's answer."""
        self.now += timedelta(minutes=1)
        answer = self.client.post(
            f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {self.tokens[region]}"}
        )
        assert answer.status_code in (200, 201), (path, answer.get_data(as_text=True))
        return answer.get_json()

    def upload(self, region: str) -> str:
        """A file whose name and bytes are marks; its id."""
        known: list[str] = []
        mark = self.marks.new("document", lambda session: document_readers(session, known[0]))
        self.now += timedelta(minutes=1)
        answer = self.client.post(
            "/api/v1/documents",
            data={"file": (BytesIO(PDF + f"% {mark}\n".encode()), f"{mark}.pdf")},
            headers={"Authorization": f"Bearer {self.tokens[region]}"},
        )
        known.append(answer.get_json()["id"])
        return known[0]

    def finish(self, case_id: str, element: str, region: str, **changes: Any) -> str:
        """Answer an open task by the usual plan, with marks wherever text may stand; its id."""
        task = self.task(case_id, element, region)
        answers = self.answers(case_id, task, element, region, changes)
        self.act(region, f"/tasks/{task}/complete", answers=answers)
        return task

    def answers(
        self,
        case_id: str,
        task: str,
        element: str,
        region: str,
        changes: Mapping[str, Any],
        *readers: str,
    ) -> dict[str, Any]:
        """Answers by the usual plan; each text is a mark of the task, or for these readers."""
        plan = smooth(self.now.date().isoformat(), parties=self.parties(case_id), burden=True)
        given = {**plan[element], **changes}
        schema = self.call("GET", f"/tasks/{task}").get_json()["schema"]
        for name, asked in schema["properties"].items():
            if is_free_text(asked):
                of_task = not readers
                given[name] = (
                    self.mark_of_task(task, name)
                    if of_task
                    else self.marks.of(f"prepared {name}", *readers)
                )
        return {
            name: {"document": self.upload(region)} if isinstance(value, File) else value
            for name, value in given.items()
        }

    def mark_of_task(self, task_id: str, what: str) -> str:
        return self.marks.new(f"task.{what}", lambda session: task_readers(session, task_id))

    def task(self, case_id: str, element: str, region: str) -> str:
        """The id of an open task."""
        wanted = ("open", element, region)
        return next(
            str(t["id"])
            for t in self.case(case_id)["tasks"]
            if (t["status"], t["element"], t["region"]) == wanted
        )

    def parties(self, case_id: str) -> list[str]:
        return [str(code) for code in self.case(case_id)["parties"]]

    def open_marked(self, *parties: str) -> str:
        """A case whose title its parties may read."""
        self.now += timedelta(minutes=1)
        return self.open_case(parties[0], parties[1:], self.marks.of("case.title", *parties))

    # --- what happens ----------------------------------------------------------------------------
    def _name_people(self) -> None:
        """Names are read by whom they share a case with, addresses in the own house only."""
        together = {A: (A, B, C), B: (A, B, C), C: (A, B, C)}
        with self.office.database.write() as session:
            for official, person in session.execute(
                select(Official, Person).join(Person, Person.id == Official.person_id)
            ):
                code = official.region_code
                near = together.get(code, (code,))
                person.name = self.marks.of(f"person.name {code}", *near)
                official.position = self.marks.of(f"official.position {code}", *near)
                person.email = f"{self.marks.of(f'person.email {code}', code)}@x.example"

    def _live(self) -> dict[str, str]:
        found = {"ab": self.open_marked(A, B), "ac": self.open_marked(A, C)}
        found |= {"bc": self.open_marked(B, C), "abc": self.open_marked(A, B, C)}
        found |= {"paper": self.open_marked(A, PAPER_ONLY), "d": self.open_marked(D, "32.05")}
        for name in ("ab", "abc", "paper", "ac"):
            for element in ("tahap1_permohonan", "tahap1_telaah", "tahap1_surat"):
                self.finish(found[name], element, A)
        self._beside(found["ab"], A, B)
        self._beside(found["bc"], B, C)
        self._between_a_and_b(found["ab"])
        self._one_leaves(found["abc"])
        self._on_paper(found["paper"])
        self._other_systems()
        self.finish(found["ac"], "tahap2_kesediaan", C)
        self.finish(found["ab"], "tahap5_paraf_asisten", A)
        return found

    def _beside(self, case_id: str, one: str, other: str) -> None:
        """Remarks of a house and for all, and where the original lies."""
        for region in (one, other):
            self.act(region, f"/cases/{case_id}/comments", audience="house",
                     text=self.marks.of("comment of the house", region))  # fmt: skip
            self.act(region, f"/cases/{case_id}/comments", audience="parties",
                     text=self.marks.of("comment for all", one, other))  # fmt: skip
        self.act(one, f"/cases/{case_id}/whereabouts", since=self.now.date().isoformat(),
                 place=self.marks.of("whereabouts", one, other),
                 tracking_number=self.marks.of("tracking", one, other),
                 note=self.marks.of("whereabouts note", one, other))  # fmt: skip

    def _between_a_and_b(self, case_id: str) -> None:
        """To the initials: repairs, questions, prepared answers and drafts in both houses."""
        self._repair(self.task(case_id, "tahap2_kesediaan", B), B)
        self._prepare(case_id, "tahap2_kesediaan", B)
        self.finish(case_id, "tahap2_kesediaan", B)
        self.finish(case_id, "tahap3_pembahasan", A, hasil="revisi")
        self.finish(case_id, "tahap3_pembahasan", A)
        self.finish(case_id, "tahap3_konfirmasi", B)
        for region in (A, B):
            self.finish(case_id, "tahap4_permohonan_dprd", region)
            self._ask(self.task(case_id, "tahap4_keputusan_dprd", region), region)
        self._repair(self.task(case_id, "tahap4_keputusan_dprd", A), A)
        for region in (A, B):
            self.finish(case_id, "tahap4_keputusan_dprd", region)
        self.finish(case_id, "tahap5_paraf_kabag", A)
        self.act(B, f"/tasks/{self.task(case_id, 'tahap5_paraf_kabag', B)}/decline",
                 reason=self.marks.of("declined", B))  # fmt: skip
        self._type_a_draft(self.task(case_id, "tahap5_paraf_kabag", B), B)

    def _repair(self, task: str, region: str) -> None:
        why = {"reason": self.mark_of_task(task, "reason"),
               "authority": self.mark_of_task(task, "authority")}  # fmt: skip
        for verb, more in (("extend", {"working_days": 2}), ("pause", {}), ("resume", {}),
                           ("remind", {})):  # fmt: skip
            self.act(region, f"/tasks/{task}/{verb}", **why, **more)

    def _prepare(self, case_id: str, element: str, region: str) -> None:
        """Answers that were prepared, given back, and prepared anew, stay in the house."""
        task = self.task(case_id, element, region)
        answers = self.answers(case_id, task, element, region, {}, region)
        self.act(region, f"/tasks/{task}/prepare", answers=answers)
        self.act(region, f"/tasks/{task}/return", note=self.marks.of("returned", region))
        self.act(region, f"/tasks/{task}/prepare", answers=answers)

    def _ask(self, task: str, region: str) -> None:
        """A question is read where it is asked and where it is answered."""
        readers = [region]
        mark = self.marks.new("asked", lambda _: readers)
        made = self.act(region, f"/tasks/{task}/enquiries", question=mark)
        with self.office.database.read() as session:
            asked = session.get_one(Enquiry, made["id"]).asked_id
            readers.append(session.get_one(Official, asked).region_code)
        answer = self.marks.of("replied", *readers)
        self.act(readers[-1], f"/enquiries/{made['id']}/answer", answer=answer)

    def _type_a_draft(self, task: str, region: str) -> None:
        """What an official typed and did not send: on the board nobody reads it."""
        with self.office.database.write() as session:
            person = session.scalar(
                select(Official.person_id).where(Official.region_code == region)
            )
            session.execute(
                text(
                    'INSERT INTO draft (task_id, person_id, purpose, "values", saved_at) '
                    "VALUES (:t, :p, 'jawab', :v, :n)"
                ),
                {"t": task, "p": person, "n": self.now,
                 "v": f'{{"catatan": "{self.marks.of("draft")}"}}'},
            )  # fmt: skip

    def _one_leaves(self, case_id: str) -> None:
        """C refuses and leaves; what comes after is none of its business."""
        self.finish(case_id, "tahap2_kesediaan", C, tanggapan="menolak")
        self.finish(case_id, "tahap2_kesediaan", B)
        self.finish(case_id, "tahap2_keputusan_lanjut", A)
        self.finish(case_id, "tahap3_pembahasan", A)
        self.act(A, f"/cases/{case_id}/comments", audience="parties",
                 text=self.marks.of("comment after it left", A, B))  # fmt: skip
        self.act(A, f"/cases/{case_id}/whereabouts", since=self.now.date().isoformat(),
                 place=self.marks.of("whereabouts after it left", A, B))  # fmt: skip

    def _on_paper(self, case_id: str) -> None:
        """A partner without officials hands in a reply with its code."""
        package = actions.print_package(
            self.office, case_id, PAPER_ONLY, actor=self.machine(A), now=self.now
        )
        form = {
            "kode": package.code,
            "nomor_surat": self.marks.of("reply.number", A),
            "tanggal_surat": self.now.date().isoformat(),
            "penanda_tangan": self.marks.of("reply.signatory", A),
            "pengirim": self.marks.of("reply.sender", A),
        }
        scan = PDF + f"% {self.marks.of('reply scan', A)}\n".encode()
        name = f"{self.marks.of('reply filename', A)}.pdf"
        answer = self.client.post(
            "/k/balasan",
            data={**form, "berkas": (BytesIO(scan), name)},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self._record(case_id)
        actions.open_status_page(
            self.office, case_id, region=None, ends_on=None, actor=self.machine(A), now=self.now
        )

    def _record(self, case_id: str) -> None:
        """The pemrakarsa records the partner's answer from its letter."""
        task = self.task(case_id, "tahap2_kesediaan", PAPER_ONLY)
        paper = {
            "nomor": self.mark_of_task(task, "paper number"),
            "tanggal": self.now.date().isoformat(),
            "penanda_tangan": self.mark_of_task(task, "paper signatory"),
            "dokumen": self.upload(A),
        }
        answers = self.answers(case_id, task, "tahap2_kesediaan", A, {})
        self.act(A, f"/tasks/{task}/complete", answers=answers, dicatat_dari=paper)

    def _other_systems(self) -> None:
        """Substitutes and webhooks of each house."""
        for region in VIEWERS:
            with self.office.database.read() as session:
                absent = session.scalar(
                    select(Official.id).where(
                        Official.region_code == region, Official.role == "pelaksana"
                    )
                )
            actions.substitute_official(
                self.office,
                str(absent),
                StandIn(
                    status=OfficialStatus.PLH,
                    starts_on=self.now.date(),
                    ends_on=None,
                    letter_number=self.marks.of("substitution letter", region),
                    note=self.marks.of("substitution note", region),
                    name=self.marks.of("substitute", region),
                    email=f"{self.marks.of('substitute email', region)}@x.example",
                ),
                actor=self.machine(region),
                now=self.now,
            )
            self.act(region, "/webhooks", region=region, direction="keluar",
                     name=self.marks.of("webhook.name", region), events=["task.opened"],
                     url=f"http://127.0.0.1:9/{self.marks.of('webhook.url', region)}")  # fmt: skip

    def machine(self, region: str) -> Actor:
        return Actor(kind="token", name=f"sistem {region}", regions=frozenset({region}))

    def order(self, region: str, reason: str) -> Order:
        return Order(actor=self.machine(region), reason=reason)

    def _mark_rows(self) -> None:
        """Faults of the clock and of delivery, as rows that wait for an administrator."""
        with self.office.database.write() as session:
            for task in session.scalars(select(Task).where(Task.status == TaskStatus.OPEN)):
                case = session.get_one(Case, task.case_id)
                mark = self.marks.of("alarm fault", task.region_code, case.region_code)
                session.execute(
                    text(
                        "UPDATE alarm SET attempts = 3, last_error = :e, fired_at = NULL,"
                        " dropped_at = NULL WHERE task_id = :t"
                    ),
                    {"e": mark, "t": task.id},
                )
            for row in session.execute(
                text("SELECT m.id, o.region_code FROM message m JOIN official o"
                     " ON o.id = m.official_id")
            ).all():  # fmt: skip
                session.execute(
                    text("UPDATE message SET status = 'parked', last_error = :e WHERE id = :i"),
                    {"e": self.marks.of("message fault", row.region_code), "i": row.id},
                )
            for row in session.execute(
                text("SELECT d.id, w.region_code FROM webhook_delivery d JOIN webhook w"
                     " ON w.id = d.webhook_id")
            ).all():  # fmt: skip
                session.execute(
                    text("UPDATE webhook_delivery SET status = 'parked', last_error = :e"
                         " WHERE id = :i"),
                    {"e": self.marks.of("event fault", row.region_code), "i": row.id},
                )  # fmt: skip
            halted = session.get_one(Case, self.cases["bc"])
            halted.status, halted.incident = CaseStatus.INCIDENT, self.marks.of("incident", B, C)


def is_free_text(asked: Mapping[str, Any]) -> bool:
    """Whether an answer to this may be any words."""
    narrow = {"enum", "format", "pattern", "contentMediaType", "x-jenis"}
    return asked.get("type") == "string" and not narrow & asked.keys() and "examples" not in asked


def task_readers(session: Session, task_id: str) -> Sequence[str]:
    """Who may read what was said about a task: its house, whoever recorded it, and after it was
    shared every party that was still there."""
    task = session.get_one(Task, task_id)
    own = [task.region_code, *([task.recorded_for] if task.recorded_for else [])]
    return [*own, *_shared_with(session, task)]


def document_readers(session: Session, document_id: str) -> Sequence[str]:
    """Who may read a document: the house that handed it in, the house it answers for, the
    pemrakarsa for a reply, and after its task was shared every party that was still there."""
    document = session.get_one(Document, document_id)
    found = [document.region_code] if document.region_code else []
    if document.task_id is not None:
        task = session.get_one(Task, document.task_id)
        found += [task.region_code, *_shared_with(session, task)]
    reply = session.scalar(select(PartyReply).where(PartyReply.document_id == document_id))
    if reply is not None:
        found.append(session.get_one(Case, reply.case_id).region_code)
    return found


def _shared_with(session: Session, task: Task) -> list[str]:
    if task.shared_at is None:
        return []
    parties = session.scalars(select(Party).where(Party.case_id == task.case_id))
    return [p.region_code for p in parties if p.left_at is None or task.shared_at <= p.left_at]
