"""User tasks: who does it, until when, who is reminded and told, and at which stage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from processes.engine.checks.diagram import Diagram, Scope, Shape, children
from processes.engine.checks.expressions import check_expression
from processes.engine.checks.known import Known, Moment
from processes.engine.checks.report import Report, perhaps
from processes.engine.checks.timers import check_time
from processes.engine.durations import DurationError
from processes.engine.policies import (
    Escalation,
    digest_weekday,
    end_rings,
    escalation_rings,
    most_open_tasks,
    parse_escalations,
    reminder_rings,
    wants_daily_seal,
)
from processes.engine.roles import COUNCIL, HEAD, SHEPHERD
from processes.engine.shapes import ENTRIES, Stage
from processes.engine.wordings import is_choice, words_in
from processes.errors import UnsafeExpression

Read = TypeVar("Read")

ROLE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,60}")
ASSURANCES = ("tautan", "tautan+kode", "masuk")
#: properties that mean something, by kind of shape; `process` may give defaults for its tasks
ON_TASK = frozenset(
    [
        "tahap",
        "daerah",
        "mulai_dari",
        "pengingat",
        "eskalasi",
        "penyiap",
        "dasar",
        "jaminan",
        "kode_lemah",
        "mengikat",
        "mengakhiri",
        "membagikan",
        "memeriksa",
        "pesan_menyusul",
        "rantai",
        "jalur",
        "membuka_lanjutan",
        "konsep",
        "kembali_ke",
        "tarik_kembali",
        "dahulu",
    ]
)
READ: dict[str, frozenset[str]] = {
    "userTask": ON_TASK,
    "endEvent": frozenset(("status", "alasan", "dahulu")),
    "intermediateCatchEvent": frozenset(("tahap", "dasar", "dahulu")),
    "boundaryEvent": frozenset(("tahap", "dasar", "dahulu")),
    "receiveTask": frozenset(("tahap", "dasar", "dahulu")),
    "process": ON_TASK
    | {"tenggat", "pengingat_akhir", "ringkasan_harian", "ringkasan_mingguan", "segel_riwayat"}
    | {"gerbang_hukum"},
}


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every rule about the people and deadlines of tasks."""
    if not diagram.scopes:
        return
    process = Shape("", "process", diagram.scopes[0].element, diagram.scopes[0])
    defaults = process.properties
    _check_words(process, report, known)
    for shape in diagram.shapes():
        _check_property_names(shape, report)
        if shape.kind == "userTask":
            _check_role(shape, report, known)
            _check_deadline(shape, defaults.get("tenggat"), report, known)
            _check_words(shape, report, known)
            _check_whose(shape, report, known)
            _check_shared(shape, report, known)
            if not shape.form:
                report.warning("tasks.no_form", shape.element)
        staged = shape.properties.get("tahap") or defaults.get("tahap")
        if _waits(shape) and not staged and not shape.scope.is_event_subprocess:
            report.warning("tasks.no_stage", shape.element)


def _waits(shape: Shape) -> bool:
    return shape.kind in ("userTask", "intermediateCatchEvent", "receiveTask")


def _check_property_names(shape: Shape, report: Report) -> None:
    read = READ.get(shape.kind, frozenset(("dahulu",)))
    for name in shape.properties:
        if name not in read:
            hint = perhaps(name, read, report.language)
            place = shape.property_element(name)
            report.warning("tasks.unknown_property", place, name=name, hint=hint)


def _check_role(shape: Shape, report: Report, known: Known) -> None:
    role = shape.attributes.get("candidateGroups") or shape.attributes.get("assignee")
    if not role or not role.strip():
        report.error("tasks.no_role", shape.element)
        return
    _check_known_role(role, shape.element, report, known)
    preparer = shape.properties.get("penyiap")
    if preparer:
        _check_known_role(preparer, shape.property_element("penyiap"), report, known)


def _check_known_role(role: str, element: Any, report: Report, known: Known) -> None:
    if not ROLE.fullmatch(role):
        report.error("tasks.bad_role", element, role=role)
    elif known.roles is not None and role not in known.roles:
        hint = perhaps(role, known.roles, report.language)
        report.error("tasks.unknown_role", element, role=role, hint=hint)


def _check_deadline(shape: Shape, default: str | None, report: Report, known: Known) -> None:
    due = shape.attributes.get("dueDate") or default
    if not due:
        report.warning("tasks.no_deadline", shape.element)
    else:
        check_time(due, shape.element, known.at(shape), report, known)
    answers = frozenset(str(field["id"]) for field in shape.form)
    for name in ("mengikat", "pesan_menyusul", "membuka_lanjutan"):
        if shape.properties.get(name):
            place = shape.property_element(name)
            moment = Moment(answers, answers)
            check_expression(shape.properties[name], place, moment, report, known)
    start = shape.properties.get("mulai_dari")
    if start:
        place = shape.property_element("mulai_dari")
        check_expression(start, place, known.at(shape), report, known)


def _check_words(shape: Shape, report: Report, known: Known) -> None:
    """Stage, assurance, reminders and escalations, on a task or as defaults of the process."""
    properties = shape.properties
    stage, assurance = properties.get("tahap"), properties.get("jaminan")
    read = Stage.read(stage)
    if stage is not None and (read is None or not read.name):
        report.error("tasks.bad_stage", shape.property_element("tahap"), text=stage)
    if assurance is not None and assurance not in ASSURANCES:
        place = shape.property_element("jaminan")
        report.error("tasks.bad_assurance", place, text=assurance, offered=", ".join(ASSURANCES))
    if properties.get("jalur") not in (None, *ENTRIES):
        place, offered = shape.property_element("jalur"), ", ".join(ENTRIES)
        report.error("tasks.bad_entry", place, text=properties["jalur"], offered=offered)
    for name in ("mengakhiri", "kode_lemah"):
        if properties.get(name) not in (None, "ya", "tidak"):
            place = shape.property_element(name)
            report.error("tasks.yes_or_no", place, name=name, text=properties[name])
    _check_policies(shape, report, known)


def _check_policies(shape: Shape, report: Report, known: Known) -> None:
    """Reminders, escalations, and the warnings before an agreement ends."""
    properties = shape.properties
    for words in _wordings("pengingat", shape, report, known):
        rings = _read(reminder_rings, words, "pengingat", shape, report)
        _check_once(rings, words, "pengingat", shape, report)
    if properties.get("pengingat_akhir"):
        words = properties["pengingat_akhir"]
        rings = _read(end_rings, words, "pengingat_akhir", shape, report)
        _check_once(rings, words, "pengingat_akhir", shape, report)
    routines: dict[str, Callable[[str], int | None]] = {
        "ringkasan_harian": most_open_tasks,
        "ringkasan_mingguan": digest_weekday,
        "segel_riwayat": wants_daily_seal,
    }
    for name, parse in routines.items():
        if properties.get(name) is not None:
            _read(parse, properties[name], name, shape, report)
    for words in _wordings("eskalasi", shape, report, known):
        _check_escalations(words, shape, report, known)


def _check_escalations(words: str, shape: Shape, report: Report, known: Known) -> None:
    place = shape.property_element("eskalasi")
    told = _read(parse_escalations, words, "eskalasi", shape, report)
    for each in told or ():
        _check_known_role(each.target_role, place, report, known)
        _check_manners(shape, each, place, report)
    if told is not None:
        _check_once(escalation_rings(words), words, "eskalasi", shape, report)


def _check_once(
    rings: list[str] | None, text: str, name: str, shape: Shape, report: Report
) -> None:
    """Nobody is told the same twice at one moment, however differently it is written."""
    twice = [ring for ring, times in Counter(rings or ()).items() if times > 1]
    if twice:
        place = shape.property_element(name)
        report.error("tasks.rings_twice", place, name=name, text=text, twice=twice[0])


def _check_manners(shape: Shape, escalation: Escalation, place: Any, report: Report) -> None:
    """A head of region is not reproved by mail, the executive neither takes over a council's task
    nor is told that it is late, and a warning comes ahead of a timer that closes the task."""
    role, verb = escalation.target_role, escalation.verb
    if role == HEAD:
        report.error("tasks.head_by_digest", place)
    if shape.attributes.get("candidateGroups") == COUNCIL:
        if verb == "alihkan":
            report.error("tasks.council_kept", place, role=role)
        elif verb == "beritahu" and role != SHEPHERD:
            report.error("tasks.council_informs", place, role=role)
    if verb == "peringatkan":
        if escalation.offset >= 0:
            report.error("tasks.warn_before", place)
        if shape.kind == "userTask" and not _closed_by_time(shape):
            report.warning("tasks.nothing_to_warn_of", place)


def _closed_by_time(shape: Shape) -> bool:
    """Whether a timer on the edge of a task closes it."""
    return any(
        event.get("attachedToRef") == shape.element.get("id")
        and event.get("cancelActivity", "true") == "true"
        and children(event, "timerEventDefinition")
        for event in children(shape.element.getparent(), "boundaryEvent")
    )


def _wordings(name: str, shape: Shape, report: Report, known: Known) -> list[str]:
    """Every wording that a property may have, once its choice is found to be sound."""
    text = shape.properties.get(name)
    if not text:
        return []
    place = shape.property_element(name)
    if is_choice(text):
        check_expression(text, place, known.at(shape), report, known)
    try:
        return words_in(text)
    except UnsafeExpression as refused:
        detail = refused.say(report.language)
        report.error("tasks.unreadable", place, name=name, text=text, detail=detail)
        return []


def _read(
    parse: Callable[[str], Read], text: str, name: str, shape: Shape, report: Report
) -> Read | None:
    """What the owner's words mean; None, and a finding, when they cannot be read."""
    try:
        return parse(text)
    except DurationError as refused:
        place = shape.property_element(name)
        detail = refused.say(report.language)
        report.error("tasks.unreadable", place, name=name, text=text, detail=detail)
        return None


def _check_whose(shape: Shape, report: Report, known: Known) -> None:
    """`daerah` names a party or a name in the data; in a loop it is nearly always its item."""
    whose = shape.properties.get("daerah")
    if whose is None:
        if _items_around(shape):
            offered = ", ".join(_items_around(shape))
            report.warning("tasks.whose_in_loop", shape.element, items=offered)
        return
    place = shape.property_element("daerah")
    moment = known.at(shape)
    if moment is not None and whose not in moment.some:
        offered = ", ".join(["pemrakarsa", "mitra", *_items_around(shape)])
        report.error("tasks.bad_whose", place, text=whose, offered=offered)


def _check_shared(shape: Shape, report: Report, known: Known) -> None:
    """`membagikan` is `ya`, or names the tasks whose answers others may then see; `memeriksa` names
    the tasks that are checked."""
    for owner, allowed in (("membagikan", {"ya"}), ("memeriksa", set[str]())):
        for part in (shape.properties.get(owner) or "").split(","):
            name = part.strip()
            if name and name not in allowed | known.task_ids:
                hint = perhaps(name, known.task_ids, report.language)
                place = shape.property_element(owner)
                report.error("tasks.unknown_task", place, name=name, hint=hint)


def _items_around(shape: Shape) -> list[str]:
    """Names of the items of the loops around a shape, its own first."""
    found = []
    at: Shape | None = shape
    while at is not None:
        if at.loop and at.loop["item"]:
            found.append(at.loop["item"])
        scope: Scope = at.scope
        at = scope.shape
    return found
