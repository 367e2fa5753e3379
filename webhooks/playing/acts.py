"""What a person does in a play: begin, take a step, take it back, begin anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Response, make_response, redirect, request

from processes.actions.kept_plays import errors_of
from processes.engine.scenario import Hope, Scenario
from processes.engine.scenario_file import MORNING, is_scenario, read_scenario
from processes.engine.shapes import ENTRIES
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.store.folder_plays import PlayedOn
from webhooks.playing import shown
from webhooks.playing.kept import Kept, forget, keep, kept_of, longer, plays, shorter, written
from webhooks.playing.moves import ACT, FROM, SCENARIO, SEEN, Wrong, read_move, typed_again
from webhooks.playing.pages import at
from webhooks.playing.subject import Subject, find_subject
from webhooks.rendering import iso
from webhooks.rights import Right
from webhooks.sessions import check_act

#: codes of regions, however they are set apart
CODES = re.compile(r"\d\d(?:\.\d\d)?")
#: most characters of a case's title
LONGEST_TITLE = 200
FRAME = ("title", "parties", "starts", "entry")


@at(method="POST")
def act(**where: Any) -> Response:
    """Do what the pressed button says, and show what came of it."""
    check_act(Right.PUBLISH)
    subject, doing = find_subject(**where), request.form.get(ACT, "")
    if errors_of(subject.files):
        return shown.look(subject)
    kept = kept_of(subject)
    if doing == "mulai":
        return _begin(subject, kept)
    if doing == "buka":
        return _open(subject, kept)
    if doing == "ulang":
        forget(subject)
        return _onward(subject)
    if kept is None:
        return _onward(subject)
    if request.form.get(SEEN) != kept.mark:
        return shown.look(subject, problem=PlayedOn(), typed=typed_again())
    count = _count(doing, kept)
    if count is not None:
        return _kept(subject, shorter(kept, count), kept)
    return _go_on(subject, kept)


def _count(doing: str, kept: Kept) -> int | None:
    """How many steps a button leaves; None when it is about the next one."""
    if doing == "urung":
        return len(kept.scenario.steps) - 1
    first = request.form.get(FROM, "")
    if doing == "potong" and first.isdecimal() and len(first) < 4:
        return int(first) - 1
    return None


def _go_on(subject: Subject, kept: Kept) -> Response:
    """Take one more step: 1. read it, 2. try it, 3. keep it."""
    try:
        with plays().played(subject.files, kept.scenario) as play:
            step = read_move(play)
            if isinstance(step, Wrong):
                return shown.play_page(subject, kept, play, wrong=step)
        more = longer(kept, step)
        with plays().played(subject.files, more.scenario):
            pass
    except KsddError as error:
        return shown.look(subject, problem=getattr(error, "why", error), typed=typed_again())
    return _kept(subject, more, kept)


def _kept(subject: Subject, play: Kept, before: Kept | None) -> Response:
    try:
        keep(subject, play, before=before)
    except PlayedOn as error:
        return shown.look(subject, problem=error, typed=typed_again())
    return _onward(subject)


def _onward(subject: Subject) -> Response:
    return make_response(redirect(subject.address("show"), 303))


def _begin(subject: Subject, before: Kept | None) -> Response:
    typed = {name: request.form.get(name, "").strip() for name in FRAME}
    try:
        begun = written(_scenario(typed))
        with plays().played(subject.files, begun.scenario):
            pass
    except InvalidAnswers as error:
        return shown.begin_page(subject, typed=typed, errors=_by_input(error.fields))
    except KsddError as error:
        return shown.begin_page(subject, typed=typed, problem=error)
    return _kept(subject, begun, before)


def _open(subject: Subject, before: Kept | None) -> Response:
    """Play a scenario of the folder again, whatever it held until now."""
    path = request.form.get(SCENARIO, "")
    try:
        if not is_scenario(path) or path not in subject.files:
            raise FieldError("playing.scenario_missing")
        found = read_scenario(path, subject.files[path])
        again = tuple(replace(step, hope=Hope()) for step in found.steps)
        opened = written(replace(found, steps=again))
    except KsddError as error:
        return shown.begin_page(subject, problem=error)
    return _kept(subject, opened, before)


def _by_input(errors: Mapping[str, KsddError]) -> dict[str, KsddError]:
    """What is wrong, at the inputs of this page: it asks for all regions at once."""
    return {"parties" if name in ("pihak", "region") else name: e for name, e in errors.items()}


def _scenario(typed: Mapping[str, str]) -> Scenario:
    """The case that is to be opened; raises InvalidAnswers."""
    parties, starts = CODES.findall(typed["parties"]), iso(typed["starts"])
    errors: dict[str, KsddError] = {}
    checks: dict[str, Callable[[], bool]] = {
        "title": lambda: 1 <= len(typed["title"]) <= LONGEST_TITLE,
        "parties": lambda: 2 <= len(set(parties)) == len(parties),
        "starts": lambda: starts is not None and 2000 <= starts.year <= 2100,
        "entry": lambda: typed["entry"] in ENTRIES,
    }
    errors = {
        name: FieldError(f"playing.{name}_wrong") for name, good in checks.items() if not good()
    }
    if errors or starts is None:
        raise InvalidAnswers(errors)
    return Scenario(
        name="coba",
        title=typed["title"],
        starts=datetime.combine(starts, MORNING),
        parties=tuple(parties),
        entry=typed["entry"],
        answers={},
        steps=(),
    )
