"""User tasks: who does it, until when, who is reminded and told, and at which stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from processes.engine.checks.diagram import Diagram, Scope, Shape
from processes.engine.checks.expressions import check_expression
from processes.engine.checks.known import Known, Moment
from processes.engine.checks.policies import check_known_role, check_policies, wordings_of
from processes.engine.checks.report import Report, perhaps
from processes.engine.checks.timers import check_time
from processes.engine.shapes import ENTRIES, Stage
from processes.engine.wordings import is_choice

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
        "mengembalikan",
        "sampaikan",
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
    "endEvent": frozenset(("status", "alasan", "sampaikan", "dahulu")),
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
    forms = {shape.id: {str(raw["id"]) for raw in shape.form} for shape in diagram.shapes()}
    for shape in diagram.shapes():
        _check_property_names(shape, report)
        _check_conveyed(shape, forms, report)
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
    _check_stage_names(diagram, report, known)


def _check_stage_names(diagram: Diagram, report: Report, known: Known) -> None:
    """One number is one stage: everywhere by the name that most shapes give it."""
    told: dict[int, list[tuple[str, Shape]]] = {}
    for shape in diagram.shapes():
        for stage in map(Stage.read, _stages_of(shape, report, known)):
            if stage is not None and stage.name:
                told.setdefault(stage.number, []).append((stage.name, shape))
    for number, named in told.items():
        usual, _ = Counter(name for name, _ in named).most_common(1)[0]
        other = next(shape for name, shape in named if name == usual)
        for name, shape in named:
            if name != usual:
                report.warning(
                    "tasks.stage_named_twice",
                    shape.property_element("tahap"),
                    number=number,
                    name=name,
                    other=other.element.get("name") or other.id,
                    usual=usual,
                )


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
    check_known_role(role, shape.element, report, known)
    preparer = shape.properties.get("penyiap")
    if preparer:
        check_known_role(preparer, shape.property_element("penyiap"), report, known)


def _check_deadline(shape: Shape, default: str | None, report: Report, known: Known) -> None:
    due = shape.attributes.get("dueDate") or default
    if not due:
        report.warning("tasks.no_deadline", shape.element)
    else:
        check_time(due, shape.element, known.at(shape), report, known)
    answers = frozenset(str(field["id"]) for field in shape.form)
    for name in ("mengikat", "mengembalikan", "pesan_menyusul", "membuka_lanjutan"):
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
    assurance = properties.get("jaminan")
    _check_stage(shape, report, known)
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
    check_policies(shape, report, known)


def _check_stage(shape: Shape, report: Report, known: Known) -> None:
    """The stage it names, or every one that it may choose; chosen words that are empty mean the
    stage where the case stands."""
    for words in _stages_of(shape, report, known):
        read = Stage.read(words)
        if read is None or not read.name:
            report.error("tasks.bad_stage", shape.property_element("tahap"), text=words)


def _stages_of(shape: Shape, report: Report, known: Known) -> list[str]:
    """Every text that its property `tahap` may come to, but for the empty one."""
    text = shape.properties.get("tahap")
    if text is None:
        return []
    if not is_choice(text):
        return [text]
    return [words for words in wordings_of("tahap", shape, report, known) if words]


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


def _check_conveyed(shape: Shape, forms: Mapping[str, set[str]], report: Report) -> None:
    """`sampaikan` names questions of tasks, `tugas.isian`."""
    known = {f"{element}.{asked}" for element, fields in forms.items() for asked in fields}
    for part in (shape.properties.get("sampaikan") or "").split(","):
        name = part.strip()
        if name and name not in known:
            place = shape.property_element("sampaikan")
            hint = perhaps(name, known, report.language)
            report.error("tasks.unknown_answer", place, name=name, hint=hint)


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
