"""What came of trying out a folder, as it is kept with the request that asks to publish it.

What the checks warn of is not kept: whoever decides sees it as it stands then. Of the walk every
fault is kept in both languages with the shapes and flows of the way that leads there, for the
picture.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from processes.actions.trying import Tried
from processes.engine.findings import Finding
from processes.engine.walking import Walked
from processes.engine.walking.telling import extent_of, findings_of, passed
from processes.sentences import LANGUAGES

#: most findings that are kept
MOST = 60


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One finding for a reader."""

    finding: Finding
    #: language of its sentence
    language: str
    #: number of the way that leads there; None where there is none to draw
    way: int | None


@dataclass(frozen=True, kw_only=True)
class TrialResult:
    """What came of a trial, for a reader."""

    findings: Sequence[Shown]
    #: titles of the scenarios, and whether each went as it must
    scenarios: Sequence[tuple[str, bool]]
    #: how far each walk went, one sentence each
    walks: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way through the diagram that leads to a fault."""

    #: the shape where it shows; empty when it cannot be said
    element: str
    #: ids of the shapes and flows on it
    passed: Collection[str]


def written(tried: Tried) -> dict[str, Any]:
    """The result as JSON can hold it."""
    errors = [_kept({"id": each}) for each in tried.checked if each.severity == "error"]
    played = [_kept(each.failure) for each in tried.rehearsed if each.has_failed]
    walked = tried.walked
    return {
        "findings": [*errors, *played, *(_of_walk(walked) if walked else ())][:MOST],
        "scenarios": [[each.title, not each.has_failed] for each in tried.rehearsed],
        "walks": [
            {language: extent_of(walk, language) for language in LANGUAGES}
            for walk in (walked.walks if walked else ())
        ],
        "ways": _ways(walked) if walked else [],
    }


def written_fault(sentences: Mapping[str, str]) -> dict[str, Any]:
    """A result that is one sentence (by language): the trial could not be carried out."""
    told = {
        language: Finding(
            severity="error", code="trials.fault", file="", line=0, element="", message=sentence
        )
        for language, sentence in sentences.items()
    }
    return {"findings": [_kept(told)], "scenarios": [], "walks": [], "ways": []}


def read_result(result: Mapping[str, Any], language: str) -> TrialResult:
    """A kept result in a language, as far as it was kept in that."""
    return TrialResult(
        findings=[_shown(each, language) for each in result["findings"]],
        scenarios=[(title, went) for title, went in result["scenarios"]],
        walks=[each[language] for each in result["walks"]],
    )


def read_way(result: Mapping[str, Any], number: int) -> Way | None:
    """The way with a number of a kept result; None when there is none."""
    ways = result["ways"]
    if not 0 <= number < len(ways):
        return None
    return Way(element=ways[number]["element"], passed=frozenset(ways[number]["passed"]))


def _ways(walked: Walked) -> list[dict[str, Any]]:
    return [
        {"element": trouble.element, "passed": sorted(passed(walked.diagram, trouble.went))}
        for trouble in walked.troubles
    ]


def _of_walk(walked: Walked) -> list[dict[str, Any]]:
    """The findings of a walk; each trouble is told of in its turn, before what was not reached."""
    told = [findings_of(walked, language=language) for language in LANGUAGES]
    troubles = len(walked.troubles)
    return [
        _kept(dict(zip(LANGUAGES, each, strict=True)), way=at if at < troubles else None)
        for at, each in enumerate(zip(*told, strict=True))
    ]


def _kept(told: Mapping[str, Finding], way: int | None = None) -> dict[str, Any]:
    messages = {language: finding.message for language, finding in told.items()}
    return {**asdict(told["id"]), "message": messages, "way": way}


def _shown(kept: Mapping[str, Any], language: str) -> Shown:
    spoken = language if language in kept["message"] else "id"
    facts = {name: value for name, value in kept.items() if name not in ("message", "way")}
    finding = Finding(**facts, message=kept["message"][spoken])
    return Shown(finding=finding, language=spoken, way=kept["way"])
