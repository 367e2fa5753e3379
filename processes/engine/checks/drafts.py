"""The owner's drafts: each can be filled in as it is written, names what there is, and is used."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from processes.engine.checks.diagram import Diagram, Shape
from processes.engine.checks.expressions import check_expression
from processes.engine.checks.known import Known
from processes.engine.checks.letters import refusals_told
from processes.engine.checks.report import Report, perhaps
from processes.engine.drafting.facts import MORE
from processes.engine.drafting.names import (
    NAME,
    file_of,
    forms_for,
    known_names,
    name_of,
    names_in,
    specimen,
    unknown,
)
from processes.engine.drafting.pages import PagesRefused, read_pages, set_pages
from processes.engine.drafting.word_file import DraftRefused, open_word
from processes.engine.drafting.writing import Written, try_out
from processes.engine.fields import Field, FormError
from processes.engine.remembered import Remembered
from processes.engine.wordings import is_choice, words_in
from processes.errors import UnsafeExpression

#: what stands behind every name while a template is tried out
SOMETHING = {"=": "Contoh", **{more: "contoh" for every in MORE.values() for more in every}}
_PIECE = {"text": "Contoh", "bold": True, "italic": True, "underline": True, "size": 9.0}
_PARAGRAPH: dict[str, Any] = {
    "kind": "p", "align": "justify", "left": 20.0, "first": -20.0, "above": 0.0, "below": 6.0,
    "size": 12.0, "keep": True, "rule": True, "break": False,
    "pieces": [_PIECE, {"field": "tab"}, {**_PIECE, "field": "pages"}],
}  # fmt: skip
#: pages with everything that a layout may meet
SPECIMEN: dict[str, Any] = {
    "title": "Contoh",
    "header": [],
    "footer": [{**_PARAGRAPH, "align": "center", "first": 0.0}],
    "body": [
        {**_PARAGRAPH, "align": "left", "first": 20.0, "break": True, "pieces": []},
        _PARAGRAPH,
        {
            "kind": "table",
            "widths": [60.0, 60.0],
            "lines": True,
            "rows": [[{"span": 2, "blocks": [_PARAGRAPH]}]],
        },
    ],
}

#: what became of templates, which are checked and then published; what was refused may have lacked
#: time or memory just then
_tried: Remembered[Sequence[Written | DraftRefused]] = Remembered(
    8, keeps=lambda results: not any(isinstance(each, DraftRefused) for each in results)
)


def check_layout(content: bytes, report: Report) -> None:
    """How drafts look as PDF."""
    with refusals_told(report):
        _set(content)


def check_named(diagram: Diagram, report: Report, known: Known) -> None:
    """Every template that a task offers: `konsep` names files that are there."""
    for shape in _offering(diagram):
        place, text = shape.property_element("konsep"), shape.properties.get("konsep") or ""
        if is_choice(text):
            check_expression(text, place, known.at(shape), report, known)
        for name in _named(shape, report):
            if not NAME.fullmatch(name) or file_of(name) not in known.files:
                there = [found for each in known.files if (found := name_of(each))]
                hint = perhaps(name, there, report.language)
                report.error("drafts.missing", place, name=name, hint=hint)


def check_templates(
    files: Mapping[str, bytes], diagram: Diagram | None, reports: Mapping[str, Report]
) -> None:
    """Every template of the folder; without a diagram only that it is a Word file."""
    sound = [name for name in files if name_of(name) and _opens(files[name], reports[name])]
    if diagram is None or not sound:
        return
    forms, shared = _forms(diagram), _shared(diagram)
    users = {name: _users(diagram, name_of(name) or "") for name in sound}
    full = specimen(forms, SOMETHING)
    templates, facts = tuple(files[name] for name in sound), [full, {}]
    results = _tried.get((templates, json.dumps(full)), lambda: try_out(templates, facts))
    for name, result in zip(sound, results, strict=True):
        report = reports[name]
        if isinstance(result, DraftRefused):
            detail = result.say(report.language)
            report.add("error", "drafts.unreadable", 0, "", detail=detail)
            continue
        if not users[name]:
            report.add("warning", "drafts.unused", 0, "", name=name_of(name))
        names = known_names(forms_for(forms, shared, users[name]))
        for used, words in unknown(result.names, names):
            hint = perhaps(used, names, report.language)
            report.add("error", "drafts.unknown_name", 0, "", name=used, words=words, hint=hint)


# What a file of the folder is like is found out once: after each change of the drawing the others
# are still the same. What refuses one is found out anew, and told.
@lru_cache(maxsize=8)
def _set(content: bytes) -> None:
    set_pages(content, SPECIMEN, written_at=datetime(2026, 3, 2, tzinfo=UTC))


@lru_cache(maxsize=64)
def _open(content: bytes) -> None:
    open_word(content)
    read_pages(content)


def _opens(content: bytes, report: Report) -> bool:
    try:
        _open(content)
    except PagesRefused as refused:
        detail = refused.say(report.language)
        report.add("warning", "drafts.no_pdf", 0, "", detail=detail)
    except DraftRefused as refused:
        detail = refused.say(report.language)
        report.add("error", "drafts.unreadable", 0, "", detail=detail)
        return False
    return True


def _named(shape: Shape, report: Report | None = None) -> list[str]:
    """The templates that a task names, whatever it chooses between; a bad choice is told."""
    text = shape.properties.get("konsep") or ""
    try:
        return [name for words in words_in(text) for name in names_in(words)]
    except UnsafeExpression as refused:
        if report is not None:
            place, detail = shape.property_element("konsep"), refused.say(report.language)
            report.error("tasks.unreadable", place, name="konsep", text=text, detail=detail)
        return []


def _offering(diagram: Diagram) -> list[Shape]:
    """The tasks, and the process, which speaks for tasks that say nothing themselves."""
    process = [Shape("", "process", s.element, s) for s in diagram.scopes[:1]]
    return [*process, *diagram.shapes("userTask")]


def _users(diagram: Diagram, name: str) -> list[str]:
    process, *tasks = _offering(diagram)
    return [
        task.id
        for task in tasks
        if name in _named(task if "konsep" in task.properties else process)
    ]


def _shared(diagram: Diagram) -> set[str]:
    """The tasks whose answers others may see once some task is done."""
    return {
        shape.id if part == "ya" else part
        for shape in diagram.shapes("userTask")
        for part in names_in(shape.properties.get("membagikan") or "")
    }


def _forms(diagram: Diagram) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for shape in diagram.shapes("userTask"):
        found[shape.id] = []
        for raw in shape.form:
            try:
                found[shape.id].append(Field.read(raw))
            except FormError:
                continue  # it is a finding of its own
    return found
