"""An event log as OCEL 2.0 (JSON): cases, tasks, agreements and regions, and what happened to them.

Written in one pass: the events wait in a file of their own until the objects are through.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Any

from processes.store.questions.event_log import LoggedCase
from processes.store.tables import AgreementStatus, Region
from webhooks.reports.files import CHUNK
from webhooks.reports.log_events import LogEvent, events_of
from webhooks.reports.sheets import IN_MEMORY

MEDIA_TYPE = "application/json"
#: attributes of objects hold from the beginning on
ALWAYS = "1970-01-01T00:00:00Z"

OBJECT_TYPES = {
    "case": ("number", "title", "procedure", "version", "status", "category"),
    "task": ("name", "element", "stage", "role", "status", "due"),
    "agreement": ("starts_on", "ends_on", "status"),
    "region": ("code", "name"),
}
EVENT_ATTRIBUTES = ("transition", "resource", "element")
#: what the types of events end with, by what happened
ENDS = {
    "start": "dibuka",
    "suspend": "dijeda",
    "resume": "dilanjutkan",
    "complete": "diselesaikan",
    "ate_abort": "ditutup tanpa jawaban",
}
OPENED, CLOSED, IN_FORCE = "Perkara dibuka", "Perkara ditutup", "Kerja sama berlaku"

Object = dict[str, Any]


def as_ocel(
    cases: Iterable[LoggedCase], regions: Mapping[str, Region], *, with_names: bool
) -> Iterator[bytes]:
    """The log, some of it at a time."""
    types: set[str] = set()
    known: set[str] = set()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as waiting:
        yield b'{"objectTypes":' + _json(_object_types()) + b',\n"objects":[\n'
        is_first = True
        for found in cases:
            events = list(_events(found, with_names))
            codes = [party.region_code for party in found.parties]
            new = [_region(regions[code]) for code in codes if code not in known]
            known.update(codes)
            for each in (*new, *_objects(found)):
                yield (b"" if is_first else b",\n") + _json(each)
                is_first = False
            for event in events:
                waiting.write((b",\n" if types else b"") + _json(event))
                types.add(event["type"])
        yield b'\n],\n"eventTypes":' + _json(_event_types(types)) + b',\n"events":[\n'
        yield from _copied(waiting)
        yield b"\n]}\n"


def _copied(waiting: IO[bytes]) -> Iterator[bytes]:
    waiting.seek(0)
    while chunk := waiting.read(CHUNK):
        yield chunk


def _objects(found: LoggedCase) -> Iterator[Object]:
    case = found.case
    parties = [(f"region:{p.region_code}", _part(p.position)) for p in found.parties]
    tasks = [(f"task:{task.id}", "task") for task in found.tasks]
    agreed = case.agreement_status is not AgreementStatus.BELUM
    of_case = [*parties, *tasks, *([(f"agreement:{case.id}", "agreement")] if agreed else [])]
    yield _object(
        f"case:{case.id}",
        "case",
        {
            "number": case.number,
            "title": case.title,
            "procedure": found.version.key,
            "version": str(found.version.number),
            "status": case.status.value,
            "category": case.category or "",
        },
        of_case,
    )
    codes = {party.region_code for party in found.parties}
    for task in found.tasks:
        about = [(f"region:{task.about}", "about")] if task.about in codes else []
        yield _object(
            f"task:{task.id}",
            "task",
            {
                "name": task.name,
                "element": task.element,
                "stage": str(task.stage),
                "role": task.role,
                "status": task.status.value,
                "due": _moment(task.due_at) if task.due_at else "",
            },
            [(f"region:{task.region_code}", "holder"), *about],
        )
    if agreed:
        told = {
            "starts_on": str(case.agreement_starts_on or ""),
            "ends_on": str(case.agreement_ends_on or ""),
            "status": case.agreement_status.value,
        }
        yield _object(f"agreement:{case.id}", "agreement", told, parties)


def _region(region: Region) -> Object:
    return _object(
        f"region:{region.code}", "region", {"code": region.code, "name": region.name}, []
    )


def _events(found: LoggedCase, with_names: bool) -> Iterator[Object]:
    case = found.case
    of_case = [(f"case:{case.id}", "case")]
    yield _event(f"{case.id}:opened", OPENED, case.opened_at, {}, of_case)
    for number, event in enumerate(events_of(found, with_names=with_names)):
        yield _of_task(f"{case.id}:{number}", event, of_case)
    if found.in_force_at is not None:
        of_both = [*of_case, (f"agreement:{case.id}", "agreement")]
        yield _event(f"{case.id}:in_force", IN_FORCE, found.in_force_at, {}, of_both)
    if case.closed_at is not None:
        yield _event(f"{case.id}:closed", CLOSED, case.closed_at, {}, of_case)


def _of_task(identity: str, event: LogEvent, of_case: Sequence[tuple[str, str]]) -> Object:
    task = event.task
    told = {
        "transition": event.transition,
        "resource": event.resource,
        "element": task.element,
    }
    about = [*of_case, (f"task:{task.id}", "task"), (f"region:{task.region_code}", "region")]
    return _event(identity, f"{task.name}: {ENDS[event.transition]}", event.at, told, about)


def _object(
    identity: str, kind: str, told: Mapping[str, str], related: Sequence[tuple[str, str]]
) -> Object:
    return {
        "id": identity,
        "type": kind,
        "attributes": [{"name": n, "time": ALWAYS, "value": v} for n, v in told.items()],
        "relationships": [{"objectId": other, "qualifier": how} for other, how in related],
    }


def _event(
    identity: str,
    kind: str,
    at: datetime,
    told: Mapping[str, str],
    related: Sequence[tuple[str, str]],
) -> Object:
    return {
        "id": identity,
        "type": kind,
        "time": _moment(at),
        "attributes": [{"name": name, "value": value} for name, value in told.items()],
        "relationships": [{"objectId": other, "qualifier": how} for other, how in related],
    }


def _object_types() -> list[Object]:
    return [
        {"name": kind, "attributes": [{"name": name, "type": "string"} for name in names]}
        for kind, names in OBJECT_TYPES.items()
    ]


def _event_types(names: Iterable[str]) -> list[Object]:
    plain = (OPENED, CLOSED, IN_FORCE)
    return [
        {
            "name": name,
            "attributes": [
                {"name": told, "type": "string"} for told in EVENT_ATTRIBUTES if name not in plain
            ],
        }
        for name in sorted(names)
    ]


def _part(position: int) -> str:
    return "partner" if position else "pemrakarsa"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
