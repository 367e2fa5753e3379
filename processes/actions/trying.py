"""Trying an owner's folder out before anybody works with it: every scenario run, every way walked.

Nothing here touches the installation's database: a walk is in memory, a scenario has an office of
its own that is thrown away.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from processes.actions.procedures import check
from processes.actions.rehearsing import Rehearsed, rehearse
from processes.engine.findings import Finding
from processes.engine.remembered import Remembered
from processes.engine.scenario_file import is_scenario
from processes.engine.walking import MOST_ACTS, Extent, Walked, walk_folder
from processes.engine.walking.telling import extent_of, findings_of
from processes.errors import DiagramRefused
from processes.sentences import say
from processes.store.procedures import sha256_of
from processes.store.tables import TrialPhase

Tell = Callable[[str], None]
Watch = Callable[["Progress"], None]

#: after how many new objects, and how many looks, Python looks for garbage (`gc.set_threshold`)
TIDIED = (100_000, 50, 1000)
#: the folders whose scenarios were run last
_played: Remembered[tuple[Rehearsed, ...]] = Remembered(16)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What came of trying a folder out."""

    #: what the checks said
    checked: tuple[Finding, ...]
    #: None when the checks found an error, so that nothing could be walked
    walked: Walked | None
    rehearsed: tuple[Rehearsed, ...]
    #: in which what was found is said
    language: str = "id"

    @property
    def findings(self) -> list[Finding]:
        """Everything found, in the order it was looked for."""
        played = [each for one in self.rehearsed for each in one.findings_in(self.language)]
        walked = findings_of(self.walked, language=self.language) if self.walked else []
        return [*self.checked, *played, *walked]

    @property
    def is_sound(self) -> bool:
        """Whether nothing forbids to publish it."""
        return all(finding.severity != "error" for finding in self.findings)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a trial is."""

    phase: TrialPhase
    #: scenarios that were run, or acts of the walk
    done: int = 0
    #: how many there are at most; 0 when that is not known
    total: int = 0
    #: situations that the walk met
    situations: int = 0


def try_folder(
    files: Mapping[str, bytes],
    *,
    tell: Tell = lambda _: None,
    watch: Watch = lambda _: None,
    most_acts: Mapping[int, int] = MOST_ACTS,
    language: str = "id",
) -> Tried:
    """Check a folder, run its scenarios and walk its diagram.

    `tell` hears in words of a language how far it is, `watch` in numbers. The same folder again is
    answered from memory.
    """
    tell(say("walking.checking", language))
    watch(Progress(phase=TrialPhase.CHECKS))
    checked = tuple(check(files, language))
    if any(finding.severity == "error" for finding in checked):
        return Tried(checked=checked, walked=None, rehearsed=(), language=language)
    with _seldom_tidied():
        rehearsed = _rehearsed(files, tell, watch, language)
        tell(say("walking.walking", language))
        walked = walk_folder(
            files, most_acts=most_acts, watch=lambda extent: watch(_of_walk(extent))
        )
    for walk in walked.walks:
        tell(extent_of(walk, language))
    return Tried(checked=checked, walked=walked, rehearsed=rehearsed, language=language)


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """Let Python look for garbage less often: cases come and go by the thousand, and looking for
    what little they leave takes a tenth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(*TIDIED)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def refuse_what_sticks(
    files: Mapping[str, bytes],
    *,
    tell: Tell = lambda _: None,
    most_acts: Mapping[int, int] = MOST_ACTS,
    language: str = "id",
) -> list[str]:
    """What whoever publishes directly should know: a sentence of a language for each scenario that
    fails. Such a scenario may tell of the way as it was before it was changed on purpose.

    Raises DiagramRefused with every finding when the checks find an error or a case gets stuck.
    """
    tried = try_folder(files, tell=tell, most_acts=most_acts, language=language)
    failed = [finding for one in tried.rehearsed for finding in one.findings_in(language)]
    if any(each.severity == "error" for each in tried.findings if each not in failed):
        raise DiagramRefused(tried.findings)
    return [f"{finding.file}: {finding.message}" for finding in failed]


def _rehearsed(
    files: Mapping[str, bytes], tell: Tell, watch: Watch, language: str
) -> tuple[Rehearsed, ...]:
    return _played.get(sha256_of(files), lambda: tuple(_rehearsing(files, tell, watch, language)))


def _rehearsing(
    files: Mapping[str, bytes], tell: Tell, watch: Watch, language: str
) -> Iterator[Rehearsed]:
    total = sum(map(is_scenario, files))
    watch(Progress(phase=TrialPhase.SCENARIOS, total=total))
    for done, each in enumerate(rehearse(files, tell=tell, language=language), 1):
        watch(Progress(phase=TrialPhase.SCENARIOS, done=done, total=total))
        yield each


def _of_walk(extent: Extent) -> Progress:
    return Progress(
        phase=TrialPhase.WALK, done=extent.acts, total=extent.most, situations=extent.situations
    )
