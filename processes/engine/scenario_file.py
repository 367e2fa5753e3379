"""The owner's scenarios (`skenario/*.toml`): a case told step by step, and what it must come to.

    judul = "DPRD diam 45 hari kerja"
    mulai = 2026-03-02
    pihak = ["32.01", "32.02"]

    [isian.tahap1_permohonan]      # answers wherever this task is answered
    membebani_daerah = true

    [[langkah]]
    jawab = "tahap1_permohonan"
    harap.terbuka = ["tahap1_telaah 32.01"]

A step answers a task (`jawab`, `daerah`, `isian`), sends the case back from one (`kembalikan`,
`ke`), lets time pass (`maju = "3 hari kerja"`, `maju_ke = 2026-05-04`) or delivers a message
(`pesan`). `harap` says what must hold after it.
Answers that are not given are filled in with examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any

from processes.engine.durations import DurationError, Span, parse_span
from processes.engine.field_values import REGION_CODE
from processes.engine.scenario import Hope, Place, Scenario, Step, Told
from processes.engine.shapes import ENTRIES, USUAL_ENTRY
from processes.engine.toml_file import MOST_BYTES, TomlRefused, read_toml
from processes.errors import KsddError

FOLDER, ENDING = "skenario/", ".toml"
#: most steps of one scenario
MOST_STEPS = 200
#: years in which a case can be tried: the working calendar reaches neither further back nor ahead
YEARS = range(2000, 2101)
#: when a day begins on which only a date is named
MORNING = time(9, 0)
STATUSES = ("running", "completed", "rejected", "stopped", "withdrawn")

_TOP = ("judul", "mulai", "pihak", "jalur", "isian", "langkah")
_ACTS = ("jawab", "kembalikan", "maju", "maju_ke", "pesan")
_STEP = (*_ACTS, "ke", "daerah", "isian", "harap", "catatan")
_HOPE = ("tahap", "terbuka", "tenggat", "pesan", "tanpa_pesan", "status", "alasan")
_HEADER = re.compile(r"^\s*\[\[\s*langkah\s*\]\]")
_CODE = re.compile(REGION_CODE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ScenarioRefused(KsddError):
    """A scenario cannot be read as it is written; `line` counts from 1, 0 is the whole file."""

    status = 422
    default_key = "checks.scenarios.unreadable"

    def __init__(self, rule: str, line: int = 0, **values: Any) -> None:
        self.code = f"scenarios.{rule}"
        self.line = line
        self.details = values
        super().__init__(f"checks.{self.code}", **values)


def is_scenario(path: str) -> bool:
    """Whether a file of an owner's folder is a scenario."""
    return path.startswith(FOLDER) and path.endswith(ENDING)


def read_scenario(path: str, content: bytes, *, is_begun: bool = False) -> Scenario:
    """The scenario of a file; raises ScenarioRefused with the line.

    One that is only begun may have no steps yet.
    """
    if len(content) > MOST_BYTES:
        raise ScenarioRefused("too_long", most=MOST_BYTES // 1024)
    try:
        text = content.decode("utf-8-sig")
        raw = read_toml(text)
    except UnicodeDecodeError:
        raise ScenarioRefused("encoding") from None
    except TomlRefused as wrong:
        raise ScenarioRefused("unreadable", wrong.line, detail=wrong) from None
    scenario = _Reader(path, text, raw).read()
    if not scenario.steps and not is_begun:
        raise ScenarioRefused("steps", key="langkah", most=MOST_STEPS)
    return scenario


class _Reader:
    def __init__(self, path: str, text: str, raw: Mapping[str, Any]) -> None:
        self.name = path.removeprefix(FOLDER).removesuffix(ENDING)
        self.raw = raw
        lines = text.split("\n")
        self.headers = [n for n, line in enumerate(lines, start=1) if _HEADER.match(line)]
        self.lines = lines
        #: line of the step that is being read; 0 for what stands above the steps
        self.line = 0

    def read(self) -> Scenario:
        self._only(self.raw, _TOP)
        parties = self._parties()
        entry = self._text(self.raw, "jalur") or USUAL_ENTRY
        if entry not in ENTRIES:
            raise self._wrong("one_of", "jalur", value=entry, allowed=", ".join(ENTRIES))
        return Scenario(
            name=self.name,
            title=self._text(self.raw, "judul") or self.name,
            starts=self._moment(self.raw, "mulai"),
            parties=parties,
            entry=entry,
            answers=self._answers_by_task(),
            steps=tuple(self._steps()),
        )

    def _parties(self) -> tuple[str, ...]:
        parties = self._list(self.raw, "pihak")
        good = all(isinstance(code, str) and _CODE.fullmatch(code) for code in parties)
        if not good or len(parties) < 2 or len(set(parties)) < len(parties):
            raise self._wrong("parties", "pihak")
        return tuple(parties)

    def _answers_by_task(self) -> Mapping[str, Mapping[str, Any]]:
        found = self.raw.get("isian", {})
        if not isinstance(found, dict) or not all(isinstance(v, dict) for v in found.values()):
            raise self._wrong("table", "isian")
        return {task: _plain(answers) for task, answers in found.items()}

    def _steps(self) -> Iterator[Step]:
        steps = self.raw.get("langkah", [])
        if not isinstance(steps, list) or len(steps) > MOST_STEPS:
            raise self._wrong("steps", "langkah", most=MOST_STEPS)
        for place, step in enumerate(steps):
            self.line = self.headers[place] if place < len(self.headers) else 0
            if not isinstance(step, dict):
                raise self._wrong("steps", "langkah", most=MOST_STEPS)
            yield self._step(step)

    def _step(self, step: Mapping[str, Any]) -> Step:
        self._only(step, _STEP)
        kinds = [kind for kind in _ACTS if kind in step]
        if len(kinds) != 1:
            raise self._wrong("one_act", "langkah")
        if ("ke" in step) != (kinds == ["kembalikan"]):
            raise self._wrong("back_to", "ke" if "ke" in step else "kembalikan")
        answers = step.get("isian", {})
        if not isinstance(answers, dict) or (answers and kinds != ["jawab"]):
            raise self._wrong("table", "isian")
        kind: Any = kinds[0]
        return Step(
            line=self.line,
            kind=kind,
            what=self._text(step, kind) if not kind.startswith("maju") else "",
            back_to=self._text(step, "ke"),
            region=self._text(step, "daerah"),
            answers=_plain(answers),
            span=self._span(step) if kind == "maju" else None,
            moment=self._moment(step, kind) if kind == "maju_ke" else None,
            hope=self._hope(step.get("harap", {})),
        )

    def _span(self, step: Mapping[str, Any]) -> Span:
        text = self._text(step, "maju")
        try:
            return parse_span(text)
        except DurationError as wrong:
            raise self._wrong("span", "maju", value=text, detail=wrong) from None

    def _hope(self, raw: Any) -> Hope:
        if not isinstance(raw, dict):
            raise self._wrong("table", "harap")
        self._only(raw, _HOPE)
        stage, status = raw.get("tahap"), raw.get("status")
        if stage is not None and (not isinstance(stage, int) or isinstance(stage, bool)):
            raise self._wrong("number", "tahap")
        if status is not None and status not in STATUSES:
            raise self._wrong("one_of", "status", value=status, allowed=", ".join(STATUSES))
        due = raw.get("tenggat", {})
        if not isinstance(due, dict):
            raise self._wrong("table", "tenggat")
        return Hope(
            stage=stage,
            open=tuple(self._places(raw, "terbuka")) if "terbuka" in raw else None,
            due={self._place("tenggat", own): self._day(day) for own, day in due.items()},
            told=tuple(self._told(each) for each in self._list(raw, "pesan")),
            untold=tuple(str(each) for each in self._list(raw, "tanpa_pesan")),
            status=status,
            reason=self._text(raw, "alasan") or None,
        )

    def _places(self, raw: Mapping[str, Any], key: str) -> Iterator[Place]:
        return (self._place(key, each) for each in self._list(raw, key))

    def _place(self, key: str, text: Any) -> Place:
        parts = str(text).split()
        if not 1 <= len(parts) <= 2 or (len(parts) == 2 and not _CODE.fullmatch(parts[1])):
            raise self._wrong("place", key, value=str(text))
        return Place(element=parts[0], region=parts[1] if len(parts) == 2 else "")

    def _day(self, given: Any) -> date:
        if isinstance(given, date) and not isinstance(given, datetime):
            return given
        raise self._wrong("date", "tenggat")

    def _told(self, text: Any) -> Told:
        words = str(text).split()
        regions = [word for word in words if _CODE.fullmatch(word)]
        days = [word for word in words if _DATE.fullmatch(word)]
        others = [word for word in words if word not in (*regions, *days)]
        if len(regions) > 1 or len(days) > 1 or not 1 <= len(others) <= 2:
            raise self._wrong("message", "pesan", value=str(text))
        try:
            on = date.fromisoformat(days[0]) if days else None
        except ValueError:
            raise self._wrong("message", "pesan", value=str(text)) from None
        return Told(
            kind=others[0],
            role=others[1] if len(others) == 2 else "",
            region=regions[0] if regions else "",
            on=on,
        )

    def _moment(self, raw: Mapping[str, Any], key: str) -> datetime:
        given = raw.get(key)
        if not isinstance(given, date):
            raise self._wrong("date", key)
        if given.year not in YEARS:
            raise self._wrong("year", key, first=YEARS[0], last=YEARS[-1])
        if isinstance(given, datetime):
            return given.replace(tzinfo=None)
        return datetime.combine(given, MORNING)

    def _text(self, raw: Mapping[str, Any], key: str) -> str:
        given = raw.get(key, "")
        if not isinstance(given, str):
            raise self._wrong("text", key)
        return given.strip()

    def _list(self, raw: Mapping[str, Any], key: str) -> list[Any]:
        given = raw.get(key, [])
        if not isinstance(given, list):
            raise self._wrong("list", key)
        return given

    def _only(self, raw: Mapping[str, Any], allowed: Sequence[str]) -> None:
        for key in raw:
            if key not in allowed:
                near = get_close_matches(str(key), allowed, 1)
                raise self._wrong("unknown_key", key, near=near[0] if near else ", ".join(allowed))

    def _wrong(self, rule: str, key: str, **values: Any) -> ScenarioRefused:
        return ScenarioRefused(rule, self._line_of(key), key=str(key)[:60], **values)

    def _line_of(self, key: str) -> int:
        """The first line, from the step at hand on, that begins with the key or names it."""
        for number in range(max(self.line, 1), len(self.lines) + 1):
            if str(key) in self.lines[number - 1]:
                return number
        return self.line


def _plain(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a form takes them: dates as text."""
    return {
        name: _plain(value)
        if isinstance(value, dict)
        else value.isoformat()
        if isinstance(value, (date, time))
        else value
        for name, value in answers.items()
    }
