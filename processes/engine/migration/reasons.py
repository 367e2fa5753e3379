"""Why a case stays with its version, in the owner's words."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from processes.sentences import say


class Obstacle(enum.StrEnum):
    """What keeps a case from another version."""

    #: what is open there is not drawn any more
    REMOVED = "removed"
    #: it lies in, or outside of, another sub-process now
    ELSEWHERE = "elsewhere"
    #: it is something else than a task, sub-process or event of that kind
    KIND = "kind"
    #: it became a loop, or is none any more, or keeps its results under another name
    LOOP = "loop"
    #: it waits for something else, a message instead of a moment
    EVENT = "event"
    #: what is open side by side is not drawn side by side any more
    BESIDE = "beside"
    #: what is drawn behind it would wait for a branch that this case never entered
    STARVES = "starves"
    #: what is drawn behind it reads something that this case has never been told
    UNKNOWN = "unknown"
    #: whoever moves it sent it to a place that nothing can be sent to
    NOWHERE = "nowhere"
    #: the engine cannot go on with it
    FAULT = "fault"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason why a case stays."""

    obstacle: Obstacle
    element: str
    #: what the owner calls the shape
    name: str
    #: a name of the data, another shape, or what the engine said
    detail: str = ""

    def say(self, language: str = "id") -> str:
        """The reason as a sentence with a way out."""
        key = f"migrating.why_{self.obstacle.value}"
        return say(key, language, name=self.name, element=self.element, detail=self.detail)
