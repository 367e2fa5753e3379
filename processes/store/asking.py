"""Questions that a transaction asks ahead, many in one statement, and answers from memory later.

An answer is good as long as nothing it depends on was written, or waits to be written, in the
session that asked: rows of its tables that came or went, or values of the columns that its words
compare or tell; and until the session locks anything. Otherwise the question is asked anew, like
any other. What other transactions do is not seen meanwhile: ask ahead what a lock protects, or what
may be as old as the act itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Column, Select, Table
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from processes.store import asking_together
from processes.store.touched import Touched, waiting_touches
from processes.store.worded import Names

#: where a session keeps what it was answered
ANSWERS = "answers"


class AskingSession(Session):
    """A session that may keep answers: it reads only, or says what it writes (`writing`)."""


Words = Callable[[Names], Any]


class Question:
    """A question in fixed words, which may be asked ahead; only its parameters differ.

    Its words hold no order, no limit and no DISTINCT; `order` sorts the rows. What a trigger keeps
    (`is_open`, `has_holder`, `stands_in`) may not stand in them. With `anew` its objects take over
    what the database holds now, also those that the session knew before. One that is never asked
    ahead may lock what it finds.
    """

    def __init__(self, words: Words, *, order: Sequence[Any] = (), anew: bool = False) -> None:
        self.words = words
        self.order = tuple(order)
        self.anew = anew

    def worded(self, prefix: str = "") -> Select[Any]:
        """The question without its order, its parameters named with a prefix."""
        worded: Select[Any] = self.words(Names(prefix))
        return worded

    @cached_property
    def reads(self) -> Touched:
        """On what its answer depends."""
        found = list(visitors.iterate(self.worded().order_by(*self.order)))
        return Touched(
            tables=frozenset(each.name for each in found if isinstance(each, Table)),
            columns=frozenset(
                (each.table.name, each.name)
                for each in found
                if isinstance(each, Column) and isinstance(each.table, Table)
            ),
        )

    def about(self, **parameters: Any) -> Asked:
        """The question with its parameters, to be asked ahead."""
        kept = tuple((name, _hashable(parameters[name])) for name in sorted(parameters))
        return Asked(question=self, parameters=kept)

    def rows(self, session: Session, **parameters: Any) -> list[Any]:
        """Its rows, from memory or from the database."""
        return self.about(**parameters).rows(session)

    def firsts(self, session: Session, **parameters: Any) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self.rows(session, **parameters)]

    def first(self, session: Session, **parameters: Any) -> Any:
        """The first value of the first row; None without one."""
        return next(iter(self.firsts(session, **parameters)), None)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with its parameters."""

    question: Question
    parameters: tuple[tuple[str, Hashable], ...]

    @property
    def values(self) -> dict[str, Any]:
        """The parameters by name, as the database takes them."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.parameters
        }

    def rows(self, session: Session) -> list[Any]:
        """Its rows, from memory or from the database."""
        answers = _answers(session)
        if waiting_touches(session, self.question.reads):
            if session.autoflush:
                session.flush()
        elif (known := answers.get(self)) is not None:
            return list(known)
        found = asking_together.ask_alone(session, self.question, self.values)
        if type(session) is AskingSession:
            # it sees one moment: what it was told once stays true
            answers[self] = found
        return list(found)


def ask_ahead(session: Session, asked: Iterable[Asked]) -> None:
    """Ask several questions in one statement and keep the answers for the session, if it can."""
    known = _answers(session)
    wanted = [each for each in dict.fromkeys(asked) if each not in known]
    if not wanted or not isinstance(session, AskingSession):
        return
    if any(waiting_touches(session, each.question.reads) for each in wanted):
        session.flush()
    parts = [(each.question, each.values) for each in wanted]
    found = asking_together.ask(session, parts)
    known |= dict(zip(wanted, found, strict=True))


def forget(session: Session, touched: Touched | None) -> None:
    """Keep no answer that depends on what was written; none at all when that is not known."""
    answers = _answers(session)
    for asked in list(answers):
        if touched is None or asked.question.reads.meets(touched):
            del answers[asked]


def _answers(session: Session) -> dict[Asked, list[Any]]:
    found: dict[Asked, list[Any]] = session.info.setdefault(ANSWERS, {})
    return found


def _hashable(value: Any) -> Hashable:
    return tuple(value) if isinstance(value, Collection) and not isinstance(value, str) else value
