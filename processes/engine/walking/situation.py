"""How a case stands, told so that two cases that must go on alike are told alike.

A situation is the tokens of a case (which shape, whose region, how far) with what can still be read
of their data. Values count only as far as something tells them apart: a text nobody mentions is any
text, a date is before today, today, or later in the order of what lies ahead, a number is compared
with the numbers the owner mentions, and the answers that only a decision table reads are what that
table decides. Partners are told by their part in the case, not by their code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

from processes.engine.calendar import NATIONAL_ZONE
from processes.engine.decisions import Decision, DecisionError
from processes.engine.language import SafeLanguage
from processes.engine.run import Run
from processes.engine.specs import is_loop
from processes.engine.surroundings import REGION
from processes.engine.walking.reading import NONE, Names, Reading, plain_path
from processes.engine.walking.undated import CODE, Moment, Naming, kept, renamed
from processes.engine.workflow import OPEN
from processes.errors import UnsafeExpression

ISO = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")
ZONE = ZoneInfo(NATIONAL_ZONE)
#: numbers that may be years: they are compared with the year of the day
YEARS = range(1990, 2200)
#: larger counts than this are "many" unless the owner mentions larger numbers
MANY = 3
#: most partners whose order is tried; more are told apart by their place
MOST_SWAPPED = 3


#: what tells one token: shape, region, state, and (name, value) pairs
Token = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Situation:
    """How a case stands. Equal situations go on alike, as far as the words above tell."""

    #: a digest of everything
    key: bytes
    #: only where the tokens are
    places: tuple[Any, ...]
    #: what the data of the tokens say, one by one
    details: frozenset[Any]


@dataclass(kw_only=True)
class Teller:
    """Tells how cases of one drawing stand."""

    reading: Reading
    language: SafeLanguage
    #: decisions whose inputs are fields of one answered task, and read by nothing else
    collapsed: list[tuple[tuple[str, ...], str, Decision]] = field(default_factory=list)
    _instances: dict[str, Names] = field(default_factory=dict)
    #: by the text of a value, what is told of it
    _known: dict[str, Any] = field(default_factory=dict)
    #: the same with its name before it
    _pairs: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        decided_elsewhere = {
            word for text in self.reading.deciding for word in re.findall(r"\w+", text)
        }
        for decision in self.reading.decisions.values():
            paths = [plain_path(column.text) for column in decision.inputs]
            roots = {path[0] for path in paths if path}
            if None in paths or len(roots) != 1:
                continue
            leaves = tuple(path[1] for path in paths if path)
            if not decided_elsewhere & set(leaves):
                self.collapsed.append((leaves, roots.pop(), decision))

    def tell(self, run: Run) -> Situation:
        """How the case stands now."""
        now = run.surroundings.now
        tokens = [self._token(task) for task in _live(run)]
        moments = {m.at for m in _moments(tokens) if m.at > now}
        ranks = {at: place for place, at in enumerate(sorted(moments), start=1)}
        told = [_placed(token, ranks, now) for token in tokens]
        namings = list(_namings(_parties(run)))
        named = [sorted((renamed(t, names) for t in told), key=repr) for names in namings]
        best = min(named, key=repr) if len(named) > 1 else named[0]
        places = tuple(token[:3] for token in best)
        details = frozenset((token[:2], pair) for token in best for pair in token[3])
        key = blake2b(repr((run.is_over, best)).encode(), digest_size=20).digest()
        return Situation(key=key, places=(run.is_over, places), details=details)

    def answer(self, answers: Mapping[str, Any], now: datetime) -> Any:
        """What can be told apart of the answers to one task."""
        return _placed(self._value(dict(answers)), {}, now, ranked=False)

    def _token(self, task: Any) -> Token:
        spec = task.task_spec
        element, data = spec.bpmn_id or spec.name, task.data
        names = self._names(task, element)
        waits = getattr(getattr(spec, "event_definition", None), "due", None)
        due = waits(task) if waits else None
        pairs = tuple(self._pair(name, data) for name in sorted(names))
        region = data.get(REGION) or ""
        mark = Moment(at=due.astimezone(UTC)) if due else ("never" if waits else "")
        return (spec.name, ("region", region), task._state, (*pairs, ("@", mark)))

    def _names(self, task: Any, element: str) -> Names:
        spec = task.task_spec
        if is_loop(spec):
            output = getattr(spec.data_output, "bpmn_id", None)
            own = frozenset((output,)) if output else NONE
            return own | self.reading.after.get(element, NONE)
        if hasattr(spec, "spec") and not spec.manual:
            return NONE  # a sub-process: its inside tells everything
        if spec.name.endswith("[child]"):
            if element not in self._instances:
                self._instances[element] = self.reading.of_instance(element)
            return self._instances[element]
        return self.reading.at.get(element, NONE)

    def _pair(self, name: str, data: Mapping[str, Any]) -> Any:
        key = (name, repr(data[name]) if name in data else "")
        if key not in self._pairs:
            told = self._value(data[name]) if name in data else "?"
            self._pairs[key] = kept((name, told))
        return self._pairs[key]

    def _value(self, value: Any) -> Any:
        text = repr(value)
        if text not in self._known:
            self._known[text] = kept(self._told(value))
        return self._known[text]

    def _told(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self._object(value)
        if isinstance(value, (list, tuple)):
            return ("list", tuple(sorted((self._value(each) for each in value), key=repr)))
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, (int, float)):
            return self._number(value)
        return self._text(value)

    def _object(self, value: Mapping[str, Any]) -> Any:
        kept = {n: v for n, v in value.items() if n in self.reading.words or CODE.fullmatch(n)}
        decided: list[Any] = []
        for leaves, root, decision in self.collapsed:
            if all(leaf in kept for leaf in leaves):
                answer = self._decided(decision, root, value)
                if answer is None:
                    continue
                decided.append((decision.id, leaves, answer))
                kept = {name: v for name, v in kept.items() if name not in leaves}
        pairs = sorted(((_name(n), self._value(v)) for n, v in kept.items()), key=repr)
        return ("object", tuple(pairs), tuple(decided))

    def _decided(self, decision: Decision, root: str, value: Mapping[str, Any]) -> str | None:
        try:
            return repr(sorted(decision.decide(self.language, {root: value}).items()))
        except (DecisionError, UnsafeExpression):
            return None

    def _number(self, value: float) -> Any:
        if value in YEARS:
            return ("year", value)
        return min(value, max((MANY, *(n + 1 for n in self.reading.numbers if n < 1000))))

    def _text(self, value: Any) -> Any:
        text = str(value)
        if ISO.fullmatch(text):
            return Moment(at=_moment(text))
        told = text in self.reading.words or CODE.fullmatch(text)
        return ("text", text if told else "*")


def _name(name: str) -> Any:
    return ("region", name) if CODE.fullmatch(name) else name


def _moment(text: str) -> datetime:
    if len(text) == 10:
        return datetime.combine(date.fromisoformat(text), time(), ZONE).astimezone(UTC)
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(UTC)


def _live(run: Run) -> Iterator[Any]:
    for level in run.workflow.levels():
        for task in level.tasks.values():
            if task._state & OPEN and task._parent is not None:
                yield task


def _moments(value: Any) -> Iterator[Moment]:
    if isinstance(value, Moment):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _moments(each)


def _placed(
    value: Any, ranks: Mapping[datetime, int], now: datetime, *, ranked: bool = True
) -> Any:
    """With moments as places in the order, and years as this one, an earlier or a later."""
    if isinstance(value, Moment):
        if value.at <= now:
            return (
                "past"
                if value.at.astimezone(ZONE).date() < now.astimezone(ZONE).date()
                else ("today")
            )
        return ("ahead", ranks[value.at] if ranked else value.at)
    if isinstance(value, tuple):
        if len(value) == 2 and value[0] == "year" and isinstance(value[1], int):
            year = now.astimezone(ZONE).year
            return "this year" if value[1] == year else "earlier" if value[1] < year else "later"
        return tuple(_placed(each, ranks, now, ranked=ranked) for each in value)
    return value


def _parties(run: Run) -> list[str]:
    data = run.workflow.task_tree.data
    return [str(each.get("kode")) for each in data.get("pihak") or []]


def _namings(parties: Sequence[str]) -> Iterator[Naming]:
    """The parties by their part; partners in every order, as nothing but their order tells them."""
    if not parties:
        yield Naming({})
        return
    first, partners = parties[0], parties[1:]
    orders = permutations(partners) if len(partners) <= MOST_SWAPPED else iter([tuple(partners)])
    for order in orders:
        others = {code: f"p{place}" for place, code in enumerate(order, start=1)}
        yield Naming({first: "p0", **others})
