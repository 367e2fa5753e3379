"""The timeline of a case: what happened and what was written to people, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from processes.store import ledger, questions
from processes.store.questions import PAGE_SIZE, Addressed, Event, Topic
from processes.store.tables import MessageEvent, Region
from processes.store.viewer import Viewer
from webhooks.about import titled
from webhooks.board.happenings import Happening, in_words
from webhooks.board.message_words import TONES, ledger_in_words
from webhooks.language import language
from webhooks.messages import ledger_of
from worker.summaries import kind_in_words


@dataclass(frozen=True, kw_only=True)
class LetterRow:
    """Something that was written to one person, with what is known of its way."""

    kind: str
    task: str
    to: str
    status: str
    tone: str
    #: made, prepared, taken by the server, refused, stated, its link asked for; as words
    lines: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """One thing on the timeline: an entry of the history, or a letter."""

    at: datetime
    entry: Happening | None
    letter: LetterRow | None


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """One page of it."""

    rows: Sequence[TimelineRow]
    #: what it is narrowed to; empty for everything
    topic: str
    topics: Sequence[str]
    number: int
    has_more: bool
    total: int


def read_timeline(
    session: Session,
    viewer: Viewer,
    case_id: str,
    regions: Mapping[str, Region],
    *,
    topic: str,
    page: int,
) -> Timeline:
    """The page of a case's timeline that was asked for; an unknown topic means everything."""
    wanted = Topic(topic) if topic in set(Topic) else None
    found = questions.page_of_timeline(session, viewer, case_id, wanted, page=page)
    letters = [event.letter.message.id for event in found.items if event.letter]
    lines = ledger.lines_of(session, letters) if letters else {}
    return Timeline(
        rows=[_row(event, regions, lines) for event in found.items],
        topic=wanted.value if wanted else "",
        topics=[each.value for each in Topic],
        number=page,
        has_more=found.total > page * PAGE_SIZE,
        total=found.total,
    )


def _row(
    event: Event, regions: Mapping[str, Region], lines: Mapping[str, list[MessageEvent]]
) -> TimelineRow:
    entry, letter = event.entry, event.letter
    return TimelineRow(
        at=event.at,
        entry=in_words(entry, regions) if entry else None,
        letter=_letter(letter, lines.get(letter.message.id, [])) if letter else None,
    )


def _letter(found: Addressed, lines: list[MessageEvent]) -> LetterRow:
    message, official, person = found.message, found.official, found.person
    named = [person.name if person else "", official.position if official else ""]
    return LetterRow(
        kind=kind_in_words(message.kind, language()),
        task=titled(found.task) if found.task else "",
        to=", ".join(part for part in named if part),
        status=message.status.value,
        tone=TONES[message.status],
        lines=[ledger_in_words(line) for line in ledger_of(message, lines)],
    )
