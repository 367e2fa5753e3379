"""A scenario written down as its owner would write it, so that it is read back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from processes.engine.durations import Span
from processes.engine.scenario import Hope, Scenario, Step
from processes.engine.scenario_file import MORNING
from processes.engine.shapes import USUAL_ENTRY

#: keys that need no quotation marks
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
#: characters that may stand in no text of TOML, though JSON lets them
_RAW = re.compile("[\x7f]")


def write_scenario(scenario: Scenario) -> bytes:
    """The file of a scenario; read back it is the same, but for the lines of its steps."""
    return ("\n".join(_lines(scenario)) + "\n").encode()


def _lines(scenario: Scenario) -> Iterator[str]:
    yield f"judul = {_value(scenario.title)}"
    yield f"mulai = {_moment(scenario.starts)}"
    yield f"pihak = {_value(list(scenario.parties))}"
    if scenario.entry != USUAL_ENTRY:
        yield f"jalur = {_value(scenario.entry)}"
    for task, answers in scenario.answers.items():
        yield f"\n[isian.{_key(task)}]"
        yield from _answers("", answers)
    for step in scenario.steps:
        yield "\n[[langkah]]"
        yield from _step(step)
        yield from _hope(step.hope)


def _step(step: Step) -> Iterator[str]:
    if step.span is not None:
        yield f"maju = {_value(_span(step.span))}"
    elif step.moment is not None:
        yield f"maju_ke = {_moment(step.moment)}"
    else:
        yield f"{step.kind} = {_value(step.what)}"
    if step.back_to:
        yield f"ke = {_value(step.back_to)}"
    if step.region:
        yield f"daerah = {_value(step.region)}"
    yield from _answers("isian.", step.answers)


def _answers(before: str, answers: Mapping[str, Any]) -> Iterator[str]:
    for name, value in answers.items():
        # TOML has no word for what was not answered
        if value is not None:
            yield f"{before}{_key(name)} = {_value(value)}"


def _hope(hope: Hope) -> Iterator[str]:
    if hope.stage is not None:
        yield f"harap.tahap = {hope.stage}"
    if hope.status is not None:
        yield f"harap.status = {_value(hope.status)}"
    if hope.reason is not None:
        yield f"harap.alasan = {_value(hope.reason)}"
    if hope.open is not None:
        yield from _list("harap.terbuka", map(str, hope.open))
    if hope.due:
        yield f"harap.tenggat = {_value({str(place): day for place, day in hope.due.items()})}"
    if hope.told:
        yield from _list("harap.pesan", map(str, hope.told))
    if hope.untold:
        yield from _list("harap.tanpa_pesan", hope.untold)


def _list(key: str, words: Iterable[str]) -> Iterator[str]:
    """A list, on lines of its own when it is long."""
    written = [_value(word) for word in words]
    line = f"{key} = [{', '.join(written)}]"
    if len(line) <= 100:
        yield line
        return
    yield f"{key} = ["
    yield from (f"  {word}," for word in written)
    yield "]"


def _span(span: Span) -> str:
    if isinstance(span.count, float):
        hours = int(span.count)
        return f"PT{hours}H{round((span.count - hours) * 3600)}S"
    return f"{span.count} {span.unit.replace('_', ' ')}"


def _moment(moment: datetime) -> str:
    if moment.time() == MORNING:
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = (f"{_key(name)} = {_value(each)}" for name, each in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str) and not _is_day(value):
        return _text(value)
    return str(value)


def _is_day(text: str) -> bool:
    """Whether a text is a day, which is written without quotation marks."""
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _text(text: str) -> str:
    return _RAW.sub(lambda found: f"\\u{ord(found[0]):04X}", json.dumps(text, ensure_ascii=False))
