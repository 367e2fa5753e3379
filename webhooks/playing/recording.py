"""A scenario is made of a play: what it must hold is chosen, it is run once, and then kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from flask import Response, make_response, redirect, render_template, request

from processes.actions.drawing import save_draft
from processes.actions.kept_plays import StepRefused, errors_of
from processes.actions.rehearsing import rehearse_one
from processes.actions.retelling import PARTS, Holding, retold
from processes.engine.scenario import Scenario
from processes.engine.scenario_file import (
    ENDING,
    FOLDER,
    ScenarioRefused,
    is_scenario,
    read_scenario,
)
from processes.engine.scenario_writing import write_scenario
from processes.errors import FieldError, InvalidAnswers, KsddError, NotFound
from processes.store import folder_drafts
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.playing import moves
from webhooks.playing.kept import Kept, kept_of, plays
from webhooks.playing.pages import DRAFT, pages
from webhooks.playing.subject import Subject, find_subject
from webhooks.playing.told import steps_shown
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, check_right

#: what the file of a scenario may be called
NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
#: what an address names the scenario with that was just made
MADE = "tersimpan"
LONGEST_TITLE = 200
#: ticked when the scenario of the same name is to be replaced
REPLACE = "replace"


@pages.get(f"{DRAFT}/skenario")
def record_page(draft_id: str) -> Response:
    """What was played, and what of it is to be held; or the scenario that was made of it."""
    check_right(Right.PUBLISH)
    subject = find_subject(draft_id)
    made = request.args.get(MADE, "")
    if made:
        return _made(subject, made)
    return _form(subject, {})


@pages.post(f"{DRAFT}/skenario")
def record(draft_id: str) -> Response:
    """Make the scenario and keep it in the draft; the form again when that cannot be."""
    check_act(Right.PUBLISH)
    subject = find_subject(draft_id)
    kept = kept_of(subject)
    if kept is None or not kept.scenario.steps:
        return _form(subject, {})
    try:
        name = _name(subject)
        path = f"{FOLDER}{name}{ENDING}"
        content = write_scenario(_retold(subject, kept))
        _check(path, {**subject.files, path: content})
        _save(subject, path, content)
    except InvalidAnswers as error:
        return _form(subject, error.fields)
    except KsddError as error:
        return _form(subject, {}, problem=error)
    return make_response(redirect(subject.address("record_page", **{MADE: name}), 303))


def _name(subject: Subject) -> str:
    """The name that was typed; raises InvalidAnswers."""
    title, name = (request.form.get(each, "").strip() for each in ("title", "name"))
    errors: dict[str, KsddError] = {}
    if not title or len(title) > LONGEST_TITLE:
        errors["title"] = FieldError("playing.title_wrong")
    if not NAME.fullmatch(name):
        errors["name"] = FieldError("playing.name_wrong")
    elif f"{FOLDER}{name}{ENDING}" in subject.files and not request.form.get(REPLACE):
        errors["name"] = FieldError("playing.name_taken", name=name)
    if errors:
        raise InvalidAnswers(errors)
    return name


def _retold(subject: Subject, kept: Kept) -> Scenario:
    with plays().played(subject.files, kept.scenario) as play:
        happened = list(play.happened)
    held = set(request.form.getlist("steps"))
    holding = Holding(
        parts=[part for part in PARTS if part in request.form.getlist("parts")],
        loose={number for number in range(1, len(happened)) if str(number) not in held},
    )
    titled = replace(kept.scenario, title=request.form.get("title", "").strip())
    return retold(titled, happened, holding)


def _check(path: str, files: Mapping[str, bytes]) -> None:
    """Run the new scenario once as every publication will; raises KsddError when it fails."""
    for finding in rehearse_one(path, files).findings_in(language()):
        raise KsddError("playing.not_green", why=finding.message)


def _save(subject: Subject, path: str, content: bytes) -> None:
    typed = request.form.get("revision", "")
    revision = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    save_draft(office(), subject.id, {path: content}, revision=revision, actor=actor(), now=now())


def _form(
    subject: Subject, errors: Mapping[str, KsddError], *, problem: KsddError | None = None
) -> Response:
    kept = kept_of(subject)
    if kept is None or not kept.scenario.steps or errors_of(subject.files):
        return make_response(redirect(subject.address("show"), 303))
    try:
        with (
            plays().played(subject.files, kept.scenario) as play,
            play.office.database.read() as session,
        ):
            steps = steps_shown(session, play)[::-1][1:]
    except StepRefused:
        # the page of the play says what does not fit any more
        return make_response(redirect(subject.address("show"), 303))
    sent = request.method == "POST"
    opened = _opened(subject, kept.scenario.title)
    html = render_template(
        "playing/record.html",
        subject=subject,
        steps=steps,
        parts=PARTS,
        title=request.form.get("title", kept.scenario.title),
        name=request.form.get("name", opened),
        replaces=bool(request.form.get(REPLACE)) if sent else bool(opened),
        held_parts=request.form.getlist("parts") if sent else PARTS,
        held_steps=request.form.getlist("steps") if sent else [str(each.number) for each in steps],
        names=moves,
        errors={name: error.say(language()) for name, error in errors.items()},
        problem=problem.say(language()) if problem else "",
    )
    return make_response(html, 422 if errors else problem.status if problem else 200)


def _opened(subject: Subject, title: str) -> str:
    """The name of the folder's scenario that is played again; empty when it is a new one."""
    for path, content in sorted(subject.files.items()):
        if is_scenario(path):
            with suppress(ScenarioRefused):
                if read_scenario(path, content).title == title:
                    return path.removeprefix(FOLDER).removesuffix(ENDING)
    return ""


def _made(subject: Subject, name: str) -> Response:
    with office().database.read() as session:
        content = folder_drafts.files_of(session, subject.id).get(f"{FOLDER}{name}{ENDING}")
    if content is None or not NAME.fullmatch(name):
        raise NotFound
    html = render_template(
        "playing/recorded.html",
        subject=subject,
        path=f"{FOLDER}{name}{ENDING}",
        text=content.decode("utf-8", "replace"),
    )
    return make_response(html)
