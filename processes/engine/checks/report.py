"""Collects findings, each in the owner's language and with the place where to look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from processes.engine.findings import Finding
from processes.errors import KsddError
from processes.sentences import say

Severity = Literal["error", "warning"]

#: longest piece of the owner's own text repeated inside a sentence
MOST_QUOTED = 80
#: values that are words of ours already, or shortened already
OURS = frozenset(("hint", "detail", "way"))
#: most errors, and most warnings, of one file; more of them would not make it clearer
MOST_FINDINGS = 200


@dataclass(frozen=True)
class Place:
    """A place that is no XML element at hand: a line, and the id of what is written there."""

    line: int
    owner: str


def shorten(value: Any) -> str:
    """The owner's own words on one line, short enough for a sentence."""
    text = " ".join(str(value).split())
    return text if len(text) <= MOST_QUOTED else text[: MOST_QUOTED - 1] + "…"


def perhaps(word: str, known: Iterable[str], language: str) -> str:
    """A half sentence with the known word that looks most like `word`; empty when none does."""
    near = get_close_matches(word, list(known), 1)
    return " " + say("checks.perhaps", language, near=near[0]) if near else ""


class Report:
    """The findings of one folder, while it is being checked."""

    def __init__(self, file: str, language: str = "id") -> None:
        self.file = file
        self.language = language
        self.findings: list[Finding] = []

    def error(self, code: str, element: Any, /, **values: Any) -> None:
        """Something that keeps the folder from being published, at an element of the file."""
        self.add("error", code, _line(element), owner_of(element), **values)

    def warning(self, code: str, element: Any, /, **values: Any) -> None:
        """Something the owner should know, and may leave."""
        self.add("warning", code, _line(element), owner_of(element), **values)

    def add(self, severity: Severity, code: str, line: int, owner: str, /, **values: Any) -> None:
        """One finding at a line (0: the whole file) that belongs to the shape `owner`."""
        if sum(f.severity == severity for f in self.findings) >= MOST_FINDINGS:
            return
        quoted = {n: self._quoted(n, value) for n, value in values.items()}
        finding = Finding(
            severity=severity,
            code=code,
            file=self.file,
            line=line,
            element=shorten(owner),
            message=say(f"checks.{code}", self.language, **quoted),
        )
        if finding not in self.findings:
            self.findings.append(finding)

    def _quoted(self, name: str, value: Any) -> Any:
        if isinstance(value, KsddError):
            return value.say(self.language)
        return value if name in OURS else shorten(value)

    @property
    def errors(self) -> bool:
        """Whether the file has an error at all."""
        return any(f.severity == "error" for f in self.findings)

    def has_error_at(self, line: int) -> bool:
        """Whether a line of this file already has an error."""
        return any(f.severity == "error" and f.line == line for f in self.findings)


def _line(element: Any) -> int:
    if isinstance(element, Place):
        return element.line
    return (element.sourceline or 0) if element is not None else 0


def owner_of(element: Any) -> str:
    """The id of the shape that an element belongs to: its own, or that of the nearest parent."""
    if isinstance(element, Place):
        return element.owner
    while element is not None:
        if element.get("id") and "camunda.org" not in str(element.tag):
            return str(element.get("id"))
        element = element.getparent()
    return ""
