"""Questions whose answer depends on who asks, in the same words for every bounded viewer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import cast, null
from sqlalchemy.orm import Session

from processes.store.asking import Asked, Question
from processes.store.questions.sight import Asker, Eyes
from processes.store.tables import Moment
from processes.store.viewer import Viewer
from processes.store.worded import Names

#: nothing, where a viewer of everything has no moment at which his regions left
NEVER = cast(null(), Moment()).label("until")


class SeenQuestion:
    """A question with a viewer; its words hold no order, and no regions but those of whoever looks
    (`sight.own`)."""

    def __init__(self, words: Callable[[Names, Eyes], Any], *, order: Sequence[Any] = ()) -> None:
        everything = Viewer.system()
        self._of_all = Question(lambda p: words(p, everything), order=order)
        self._of_some = Question(lambda p: words(p, Asker(p)), order=order)

    def about(self, viewer: Viewer, **parameters: Any) -> Asked:
        """The question with its viewer and its parameters, to be asked ahead."""
        if viewer.regions is None:
            return self._of_all.about(**parameters)
        return self._of_some.about(regions=sorted(viewer.regions), **parameters)

    def rows(self, session: Session, viewer: Viewer, **parameters: Any) -> list[Any]:
        """Its rows, from memory or from the database."""
        return self.about(viewer, **parameters).rows(session)

    def firsts(self, session: Session, viewer: Viewer, **parameters: Any) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self.rows(session, viewer, **parameters)]
