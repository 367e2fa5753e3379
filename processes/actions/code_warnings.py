"""Warning whoever publishes a diagram or imports officials of those whom no code could reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.second_channel import WithoutSecondChannel, without_second_channel
from processes.sentences import say
from processes.store import procedures

if TYPE_CHECKING:
    from processes.office import Office


def warnings_of(
    session: Session, office: Office, key: str | None = None, language: str = "id"
) -> list[str]:
    """A sentence for each active official who would have no second channel where a task of the
    newest version asks for a code; of one procedure (`key`), or of all."""
    keys = procedures.keys(session) if key is None else [key]
    said: dict[str, None] = {}
    for each in keys:
        newest = procedures.latest(session, each)
        if newest is not None:
            procedure = office.procedure(session, newest.id)
            for found in without_second_channel(session, procedure):
                said.setdefault(_sentence(found, language))
    return list(said)


def _sentence(found: WithoutSecondChannel, language: str) -> str:
    return say(
        "confirming.warn_weak" if found.weak else "confirming.warn_none",
        language,
        name=found.person.name,
        position=found.official.position,
        region=found.region.name,
        tasks=", ".join(found.tasks),
    )
