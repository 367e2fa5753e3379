"""Plays that a process keeps open, so that the next step need not begin with all those before it.

Nothing depends on them: what is not kept, or is kept by another process, is played again from its
steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from processes.actions.playing import Play
from processes.actions.procedures import check
from processes.engine.findings import Finding
from processes.engine.scenario import Scenario
from processes.engine.scenario_file import is_scenario
from processes.errors import KsddError
from processes.store.procedures import sha256_of

#: plays that a process keeps open
MOST_PLAYS = 4


class StepRefused(KsddError):
    """A step of a play cannot be taken; `number` counts from 1."""

    status = 422
    default_key = "playing.step_refused"

    def __init__(self, number: int, why: KsddError) -> None:
        self.number, self.why = number, why
        super().__init__(number=number, why=why.say())


@dataclass(frozen=True, kw_only=True)
class _Kept:
    mark: str
    play: Play


class KeptPlays:
    """The open plays of one process; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: list[_Kept] = []

    @contextmanager
    def played(self, files: Mapping[str, bytes], scenario: Scenario) -> Iterator[Play]:
        """A scenario with all its steps taken; after the block it is kept for the next request.

        Raises InvalidAnswers when the case cannot be opened, and StepRefused. After an exception
        in the block the play is closed.
        """
        mark = _mark(files)
        play = self._take(mark, scenario) or Play(_played(files), scenario)
        try:
            for step in scenario.steps[len(play.steps) :]:
                try:
                    play.take(step)
                except KsddError as why:
                    raise StepRefused(len(play.steps) + 1, why) from why
            yield play
        except BaseException:
            play.close()
            raise
        self._keep(_Kept(mark=mark, play=play))

    def close(self) -> None:
        """Close every play that is kept."""
        with self._lock:
            kept, self._kept = self._kept, []
        for each in kept:
            each.play.close()

    def _take(self, mark: str, scenario: Scenario) -> Play | None:
        """The play that has gone furthest along the scenario; nobody else gets it meanwhile."""
        with self._lock:
            fitting = [each for each in self._kept if _fits(each, mark, scenario)]
            if not fitting:
                return None
            best = max(fitting, key=lambda each: len(each.play.steps))
            self._kept.remove(best)
        return best.play

    def _keep(self, kept: _Kept) -> None:
        with self._lock:
            self._kept.append(kept)
            over, self._kept = self._kept[:-MOST_PLAYS], self._kept[-MOST_PLAYS:]
        for each in over:
            each.play.close()


def errors_of(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """The errors that the checks find in a folder, those of its scenarios left out."""
    return tuple(each for each in check(_played(files)) if each.severity == "error")


def _fits(kept: _Kept, mark: str, scenario: Scenario) -> bool:
    steps = kept.play.steps
    begun = kept.play.begun
    return (
        kept.mark == mark
        and (begun.title, begun.starts, begun.parties, begun.entry)
        == (scenario.title, scenario.starts, scenario.parties, scenario.entry)
        and tuple(steps) == tuple(scenario.steps[: len(steps)])
    )


def _played(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that a play depends on."""
    return {path: content for path, content in files.items() if not is_scenario(path)}


def _mark(files: Mapping[str, bytes]) -> str:
    return sha256_of(_played(files))
