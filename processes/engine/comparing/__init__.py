"""What differs between two states of an owner's folder, told stage by stage in words.

`compare` gives every difference, `is_text_only` says whether any of them matters to an engine, a
clock or a form, and `marks` names what to colour in the two drawings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from processes.engine.comparing.changes import Area as Area
from processes.engine.comparing.changes import Change as Change
from processes.engine.comparing.changes import Line as Line
from processes.engine.comparing.changes import Sign as Sign
from processes.engine.comparing.changes import Weight as Weight
from processes.engine.comparing.changes import is_text_only as is_text_only
from processes.engine.comparing.changes import phrase
from processes.engine.comparing.drawing import Drawing
from processes.engine.comparing.facts import Sides
from processes.engine.comparing.layout import layout_changes
from processes.engine.comparing.marks import marks_after as marks_after
from processes.engine.comparing.marks import marks_before as marks_before
from processes.engine.comparing.matching import pair_up
from processes.engine.comparing.reading import read_drawing
from processes.engine.comparing.roles import NO_ROLES, role_changes, roles_of
from processes.engine.comparing.shapes import drawing_changes
from processes.engine.comparing.tables import table_changes, table_names
from processes.engine.comparing.texts import file_changes
from processes.engine.comparing.wording import Known
from processes.engine.folder import diagram_of
from processes.engine.roles import FILE
from processes.engine.shapes import Stage
from processes.errors import DiagramRefused

_AREAS = list(Area)


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[Change]:
    """Every difference between two folders (content by path), stage by stage, then the rest.

    Never raises for anything that the files hold: what cannot be read is told to be so. Empty when
    every file is the same byte for byte.
    """
    changes = [
        *_diagram(old, new),
        *role_changes(old.get(FILE), new.get(FILE)),
        *table_changes(old, new),
        *file_changes(old, new),
    ]
    return sorted(changes, key=lambda each: (_AREAS.index(each.area), each.stage or 0))


def _diagram(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Change]:
    before, after = diagram_of(old), diagram_of(new)
    if before == after:
        return
    sides = _sides(old, new)
    if sides is None:
        yield _about_the_file("unreadable", Weight.RULE)
        return
    told = set()
    found = [*drawing_changes(sides), *layout_changes(sides)]
    for change in found:
        if change.what.key != "stage_renamed":
            yield change
        elif change.what.say() not in told:
            told.add(change.what.say())
            yield _of_the_stage(change)
    if not found:
        yield _about_the_file("rewritten", Weight.LAYOUT)


def _of_the_stage(change: Change) -> Change:
    """That a stage is called otherwise, said once and not of each of its tasks."""
    return Change(
        area=Area.PROCEDURE,
        sign=Sign.CHANGED,
        weight=change.weight,
        subject=phrase("the_procedure"),
        what=change.what,
    )


def stage_names(diagram: bytes) -> dict[int, str]:
    """What each stage of a diagram is called, by its number; empty when it cannot be read."""
    try:
        shapes = read_drawing(diagram, "diagram.bpmn").shapes.values()
    except DiagramRefused:
        return {}
    found = (Stage.read(item.facts.get("tahap")) for item in shapes)
    return {stage.number: stage.name for stage in found if stage is not None}


def name_of(diagram: bytes) -> str:
    """What a procedure is called; empty when its diagram does not say or cannot be read."""
    try:
        return read_drawing(diagram, "diagram.bpmn").process.name
    except DiagramRefused:
        return ""


def _sides(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Sides | None:
    """Both folders as they are read; None when a diagram cannot be."""
    try:
        drawings = [read_drawing(diagram_of(files), "diagram.bpmn") for files in (old, new)]
    except DiagramRefused:
        return None
    return Sides(
        old=_known(drawings[0], old),
        new=_known(drawings[1], new),
        pairs=pair_up(*drawings),
    )


def _known(drawing: Drawing, files: Mapping[str, bytes]) -> Known:
    roles = roles_of(files.get(FILE)) or NO_ROLES
    return Known(drawing=drawing, titles=roles.titles, tables=table_names(files))


def _about_the_file(key: str, weight: Weight) -> Change:
    return Change(
        area=Area.LAYOUT if weight is Weight.LAYOUT else Area.PROCEDURE,
        sign=Sign.CHANGED,
        weight=weight,
        subject=phrase("the_drawing"),
        what=phrase(key),
    )
