"""Letters that tell several things at once: after a standstill, each morning, each week.

A daily digest is about the open tasks of one official, each with a fresh link; in a cooperation
office also about whom only a telephone reaches. A weekly one tells a head what is late in his own
house, and nothing of other houses. In both only that counts which still is so when they are sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.office import Office
from processes.sentences import area, say
from processes.store import kinds
from processes.store.tables import Case, Message, Official, Person, Region, Task
from worker.facts import addressee, facts_of, facts_of_task, link_of

#: late tasks that a weekly digest names; the others are counted
MOST_LATE = 50


def facts_of_several(
    office: Office, session: Session, messages: Sequence[Message], now: datetime
) -> dict[str, Any]:
    """The facts of one letter for several messages: each task once, also when a digest names it."""
    kept = [message for message in messages if message.kind == kinds.SEAL]
    apart = {*kinds.DIGESTS, kinds.SEAL}
    plain = [message for message in messages if message.kind not in apart]
    lines = [_line(office, session, alike, now) for alike in _by_task(session, plain)]
    linked = {message.task_id for message in plain if message.link_id is not None}
    named = {message.task_id for message in plain}
    for digest in (message for message in messages if message.kind == kinds.DAILY):
        lines += _lines_of_daily(office, session, digest, now, linked)
        named |= {task.id for _link, task in kinds.listed_links(session, digest)}
    for digest in (message for message in messages if message.kind == kinds.WEEKLY):
        late = session.scalars(kinds.late_in(digest.values["daerah"], now).limit(MOST_LATE))
        lines += [_late_line(office, session, task, now) for task in late if task.id not in named]
    return {
        "penerima": addressee(session, messages[0]),
        "daftar": "\n\n".join([_numbered(lines), *_to_keep(kept)]),
        "jumlah": str(len(lines)),
    }


def _to_keep(seals: Sequence[Message]) -> list[str]:
    """What a letter brings beside what waits: seals, which nobody has to do anything about."""
    notes = [str(each.values["catatan"]) for each in seals]
    return ["\n".join([say("worker.seals_heading"), *notes])] if notes else []


def facts_of_seals(session: Session, seals: Sequence[Message]) -> dict[str, Any]:
    """The facts of one letter that brings several seals and nothing else."""
    notes = "\n".join(str(each.values["catatan"]) for each in seals)
    return {"penerima": addressee(session, seals[0]), "catatan": notes}


def facts_of_digest(
    office: Office, session: Session, message: Message, now: datetime
) -> dict[str, Any]:
    """The facts of a daily or weekly digest, as things stand now."""
    facts: dict[str, Any] = {"penerima": addressee(session, message)}
    if message.kind == kinds.WEEKLY:
        late = list(session.scalars(kinds.late_in(message.values["daerah"], now)))
        lines = [_late_line(office, session, task, now) for task in late[:MOST_LATE]]
        region = session.get_one(Region, message.values["daerah"])
        facts |= {"daerah": region.name, "jumlah": str(len(late)), "daftar": _numbered(lines)}
        return facts | _rest(len(late) - len(lines))
    own = _own_lines(office, session, message, now, told=())
    more = int(message.values.get("lain") or 0)
    facts |= {"jumlah": str(len(own) + more), "daftar": _numbered(own)}
    by_hand = _by_hand_lines(office, session, message)
    if by_hand:
        facts["lewat_tangan"] = "\n".join(by_hand)
    return facts | _rest(more)


def _rest(count: int) -> dict[str, str]:
    return {"sisanya": str(count)} if count > 0 else {}


def _numbered(lines: Iterable[str]) -> str:
    return "\n\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def _lines_of_daily(
    office: Office, session: Session, message: Message, now: datetime, told: set[str | None]
) -> list[str]:
    by_hand = _by_hand_lines(office, session, message)
    heading = [say("worker.by_hand_heading") + "\n" + "\n".join(by_hand)] if by_hand else []
    return [*_own_lines(office, session, message, now, told), *heading]


def _own_lines(
    office: Office, session: Session, message: Message, now: datetime, told: Iterable[str | None]
) -> list[str]:
    """The official's open tasks with their links, without those already told."""
    known = set(told)
    return [
        "\n".join([*_about(office, session, task, now), link_of(office, link.id)])
        for link, task in kinds.listed_links(session, message)
        if task.id not in known
    ]


def _by_hand_lines(office: Office, session: Session, message: Message) -> list[str]:
    """Whom in the house only a telephone reaches, and about what; without any link."""
    region = message.values.get("daerah")
    waiting = [] if region is None else kinds.waiting_for_a_hand(session, region)
    return [f"- {_whom(session, each)}: {_title(office, session, each)}" for each in waiting]


def _whom(session: Session, message: Message) -> str:
    official = session.get_one(Official, message.official_id)
    person = session.get_one(Person, official.person_id)
    return ", ".join(part for part in (person.name, official.position, person.phone) if part)


def _title(office: Office, session: Session, message: Message) -> str:
    if message.task_id is not None:
        return office.titled(session.get_one(Task, message.task_id))
    return kind_in_words(message.kind)


def _late_line(office: Office, session: Session, task: Task, now: datetime) -> str:
    facts = facts_of_task(office, session, task, now)
    holders = [facts["pemegang"]] if facts["pemegang"] else []
    return "\n".join([*_about(office, session, task, now), *holders])


def _about(office: Office, session: Session, task: Task, now: datetime) -> list[str]:
    """A task in a few lines: what, until when, in which case."""
    facts = facts_of_task(office, session, task, now)
    case = session.get_one(Case, task.case_id)
    return [part for part in (facts["nama"], _due(facts), f"{case.number} {case.title}") if part]


def _due(task: Mapping[str, Any]) -> str:
    """The deadline among the facts of a task, and how far it is; empty without one."""
    if not task.get("tenggat"):
        return ""
    mark = f" ({say('worker.provisional')})" if task["sementara"] else ""
    return f"{task['tenggat']}{mark}, {task['sisa']}"


def _by_task(session: Session, messages: Iterable[Message]) -> list[list[Message]]:
    """Messages that ask one person for one task side by side, any other by itself."""
    found: dict[tuple[str, str], list[Message]] = {}
    for message in messages:
        asks = message.task_id is not None and message.official_id is not None
        key = ("", message.id)
        if asks and message.kind in kinds.ASKING:
            person = session.get_one(Official, message.official_id).person_id
            key = (person, str(message.task_id))
        found.setdefault(key, []).append(message)
    return list(found.values())


def _line(office: Office, session: Session, alike: Sequence[Message], now: datetime) -> str:
    """What messages about one thing say in a few lines: what, until when, in which case, with the
    newest link and what was noted in any of them."""
    message = max(alike, key=lambda each: (each.link_id is not None, each.created_at, each.id))
    notes = dict.fromkeys(str(each.values.get("catatan", "")) for each in alike)
    facts = facts_of(office, session, message, now)
    task, case = facts.get("tugas") or {}, facts.get("perkara") or {}
    told = [
        f"{kind_in_words(message.kind)}: {_what(message, facts)}".removesuffix(": "),
        _due(task),
        f"{case.get('nomor', '')} {case.get('judul', '')}".strip(),
        task.get("balasan", ""),
        facts.get("isian", {}).get("daftar", ""),
        *notes,
        facts.get("tautan", ""),
    ]
    return "\n".join(part for part in told if part)


def _what(message: Message, facts: dict[str, Any]) -> str:
    task = facts.get("tugas")
    if task:
        # what is told of a task of others says in whose house it is
        whose = [task["daerah"]] if message.link_id is None else []
        return ", ".join([task["nama"], *whose])
    if facts.get("kabar"):
        return str(facts["kabar"])
    return say("worker.agreement_ends", days=facts["hari"]) if facts.get("hari") else ""


def kind_in_words(kind: str, language: str = "id") -> str:
    """What a message is, for example "Pengingat"; news where the owner made a kind of his own."""
    known = f"kind_{kind}" in area("id", "worker")
    return say(f"worker.kind_{kind}" if known else "worker.kind_kabar", language)
