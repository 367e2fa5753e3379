"""The SQL of an act, written down while it runs and sent again without the act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

#: what begins a transaction or sets up a connection; not counted as a statement
FRAME = ("BEGIN", "PRAGMA")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing the driver was asked: a statement, or to end a transaction."""

    #: "sql", "commit" or "rollback"
    kind: str
    sql: str = ""
    parameters: Any = None
    many: bool = False

    @property
    def counts(self) -> bool:
        """Whether it asks the database something."""
        return self.kind == "sql" and not self.sql.startswith(FRAME)


class Recorder:
    """Writes down what an engine sends to its driver. The pool's own pings are not seen."""

    def __init__(self, engine: Engine) -> None:
        self._steps: list[Step] = []
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", lambda _: self._steps.append(Step(kind="commit")))
        event.listen(engine, "rollback", lambda _: self._steps.append(Step(kind="rollback")))

    def take(self) -> list[Step]:
        """What was sent since the last time."""
        taken, self._steps = self._steps, []
        return taken

    def _statement(
        self, _connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        self._steps.append(Step(kind="sql", sql=sql, parameters=parameters, many=many))


class Replayer:
    """Sends written-down steps through one bare connection of the driver."""

    def __init__(self, engine: Engine) -> None:
        self._pooled = engine.raw_connection()
        self._cursor: Any = self._pooled.cursor()

    def send(self, steps: list[Step]) -> None:
        """Ask the same, read every answer, end every transaction alike."""
        for step in steps:
            if step.kind == "sql":
                self._ask(step)
            else:
                # also where only was read: a rollback would have everything prepared anew
                self._pooled.commit()

    def close(self) -> None:
        self._pooled.close()

    def _ask(self, step: Step) -> None:
        # rows that were put into one statement come as one flat sequence
        rows = step.many and isinstance(next(iter(step.parameters), None), (tuple, list, dict))
        ask = self._cursor.executemany if rows else self._cursor.execute
        ask(step.sql, step.parameters)
        if not rows and self._cursor.description is not None:
            self._cursor.fetchall()
