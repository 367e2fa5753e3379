"""What can happen next to a case, and what happens then.

Somebody answers an open task in one of the ways that matter, the next timer fires, or a message
comes. Of the answers only those are tried out that something read during the act or can still read
after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from processes.engine.calendar import NATIONAL_ZONE, WorkingCalendar
from processes.engine.procedure import Procedure
from processes.engine.run import Run
from processes.engine.told import OpenTask
from processes.engine.walking.choices import Asked, asked
from processes.engine.walking.habits import Habits
from processes.engine.walking.listening import Listening
from processes.engine.walking.outcome import Broken, Move, Outcome
from processes.engine.walking.reading import WORD, Reading
from processes.engine.walking.situation import Teller
from processes.engine.walking.steps import gone, messages_of, watch
from processes.engine.walking.undated import holds_word
from processes.errors import KsddError
from processes.sentences import say


class Mover:
    """Moves cases of one procedure."""

    def __init__(
        self,
        procedure: Procedure,
        ear: Listening,
        reading: Reading,
        parties: Sequence[str],
        *,
        contrary: bool = False,
    ) -> None:
        self.contrary = contrary
        self.procedure = procedure
        self.ear = ear
        self.reading = reading
        self.parties = list(parties)
        self.teller = Teller(reading=reading, language=procedure.language)
        zone = ZoneInfo(NATIONAL_ZONE)
        self.calendar = WorkingCalendar(lambda _: zone)
        self.messages = messages_of(reading)
        #: by task, which answers led to the same place
        self.habits: dict[str, Habits] = {}
        #: whether answers were left out because of them
        self.guessed = False
        #: how many acts were carried out
        self.acts = 0

    def start(self, entry: str, now: datetime) -> Outcome | Broken:
        """A new case, opened one way."""
        move = Move(kind="start", what=entry)

        def begin() -> Run:
            return self.procedure.start(
                parties=self.parties, now=now, calendar=self.calendar, entry=entry
            )

        return self._carried_out(move, begin, lambda _: None, None)

    def following(self, before: Outcome, *, quick: bool = False) -> Iterator[Outcome | Broken]:
        """Everything that can happen next; `quick` leaves messages out, which lead away from any
        place alike."""
        run = self._woken(before, before.now)
        closing = any(t.shape.closing for t in run.open_tasks())
        expected = [name for name in self.messages if not closing and run.expects(name)]
        for position, task in enumerate(run.open_tasks()):
            element, region = task.shape.element, task.region
            questions = self._asked(element, region, before.now)
            yield from self._answers(before, position, element, region, questions)
        if before.next_timer is not None:
            at = max(before.next_timer, before.now)
            yield self._act(before, Move(kind="time", at=at), at, lambda run: run.fire_timers())
        for name in expected if not quick else []:
            move = Move(kind="message", what=name)
            yield self._act(before, move, before.now, lambda run, name=name: run.send(name))

    def _asked(self, element: str, region: str, now: datetime) -> Asked:
        form = self.procedure.shapes[element].form
        today = self.calendar.today(now, region)
        return asked(
            form,
            self.reading,
            region=region,
            parties=self.parties,
            today=today,
            contrary=self.contrary,
        )

    def _answers(
        self, before: Outcome, position: int, element: str, region: str, questions: Asked
    ) -> Iterator[Outcome | Broken]:
        """The ways to answer one task that lead to different places.

        Begins with one way, looks which of the answers mattered, and varies only those. Answers
        that led to one and the same place wherever the task was met before are tried once.
        """
        names = [each.id for each in questions.fields]
        waiting: list[dict[str, Any]] = [{}]
        #: by what can be told apart of answers, the names of those that mattered
        tried: dict[Any, list[str]] = {}
        habits = self.habits.setdefault(element, Habits())
        while waiting:
            fixed = waiting.pop()
            answers = self._completed(fixed, names, questions)
            if answers is None:
                continue
            told = self.teller.answer(answers, before.now)
            if told not in tried:
                alike = habits.alike(told)
                if alike is None:
                    move = Move(kind="answer", what=element, region=region, answers=answers)
                    outcome = self._answered(before, position, move)
                    yield outcome
                    tried[told] = [n for n in names if self._matters(n, element, outcome)]
                    habits.note(told, outcome)
                else:
                    tried[told] = tried[alike]
                    self.guessed = True
            done = dict(fixed)
            for name in (n for n in tried[told] if n not in fixed):
                others = [v for v in questions.values[name] if v != answers[name]]
                waiting += [{**done, name: value} for value in reversed(others)]
                done[name] = answers[name]
        habits.end()

    def _completed(
        self, fixed: Mapping[str, Any], names: Sequence[str], questions: Asked
    ) -> dict[str, Any] | None:
        """The fixed answers with the first allowed ones for the rest; None when there are none."""
        language = self.procedure.language
        answers = {name: fixed.get(name, questions.values[name][0]) for name in names}
        answers |= fixed
        if questions.allowed(answers, language):
            return answers
        for name in [n for n in names if n not in fixed]:
            for value in questions.values[name]:
                changed = {**answers, name: value}
                if questions.allowed(changed, language):
                    return changed
        return None if fixed else answers

    def _matters(self, name: str, element: str, outcome: Outcome | Broken) -> bool:
        """Whether an answer was read during the act, or can still be read after it."""
        heard = self._heard_words
        if name in heard:
            return True
        if isinstance(outcome, Broken):
            return False
        return any(holds_word(pair, name) for _, pair in outcome.situation.details)

    def _answered(self, before: Outcome, position: int, move: Move) -> Outcome | Broken:
        def answer(run: Run) -> None:
            task = run.open_tasks()[position]
            run.complete(task.id, move.answers)

        return self._act(before, move, before.now, answer)

    def _act(self, before: Outcome, move: Move, now: datetime, act: Any) -> Outcome | Broken:
        return self._carried_out(move, lambda: self._woken(before, now), act, before)

    def _woken(self, before: Outcome, now: datetime) -> Run:
        return self.procedure.resume(
            before.state, region=self.parties[0], now=now, calendar=self.calendar
        )

    def _carried_out(
        self, move: Move, wake: Any, act: Any, before: Outcome | None
    ) -> Outcome | Broken:
        self.acts += 1
        self.ear.forget()
        outcome: Outcome | Broken
        try:
            run = wake()
            went = watch(run)
            act(run)
            outcome = self._outcome(move, run, went, before)
        except KsddError as fault:
            outcome = Broken(move=move, why=fault.say())
        except Exception as fault:  # noqa: BLE001 - whatever a drawing makes the engine raise
            told = str(fault).strip()[:300] or type(fault).__name__
            outcome = Broken(move=move, why=say("walking.engine", detail=told))
        self._heard_words = {w for text in self.ear.heard for w in WORD.findall(text)}
        return outcome

    def _outcome(
        self, move: Move, run: Run, went: set[tuple[str, str]], before: Outcome | None
    ) -> Outcome:
        tasks = run.open_tasks()
        for task in tasks:
            if before is None or task.id not in before.ids:
                _open(run, task)
        went |= gone(run)
        state = run.save()
        places = [(t.shape.element, t.region, t.concerns) for t in tasks]
        messages = (before.messages if before else 0) + (move.kind == "message")
        return Outcome(
            move=move,
            situation=self.teller.tell(run),
            state=state,
            now=run.surroundings.now,
            ids=frozenset(task.id for task in tasks),
            open=tuple((element, region) for element, region, _ in places),
            twice=tuple(sorted({p for p in places if places.count(p) > 1})),
            next_timer=run.next_timer,
            is_over=run.is_over,
            messages=messages,
            went=frozenset(went),
        )


def _open(run: Run, task: OpenTask) -> None:
    """Ask all that is asked when a task opens: what cannot be computed shows here."""
    run.due(task)
    shape = task.shape
    for text in (shape.due, shape.reminders, shape.escalations):
        run.wording(task, text)
