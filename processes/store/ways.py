"""The ways to a person: his channel, else his mail, else somebody of the house with a telephone.

A channel that refuses hands over to his mail at once; without one it is tried on the schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from processes.store.tables import Person

MAIL: Final = "email"
CHANNEL: Final = "apprise"
#: by the clerk's own telephone, with the page "Pesan"
HAND: Final = "hand"


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a message goes to one person."""

    channel: str
    #: of the mail; the person's id for a channel, so that its secret stays in one place; the
    #: telephone number by hand
    address: str


def way_to(person: Person) -> Way | None:
    """The best way to a person; None when he has no address at all."""
    if person.channel_url:
        return Way(channel=CHANNEL, address=person.id)
    if person.email:
        return Way(channel=MAIL, address=person.email)
    if person.phone:
        return Way(channel=HAND, address=person.phone)
    return None


def is_written_to(person: Person) -> bool:
    """Whether the installation itself can write to him, without anybody's hand."""
    return bool(person.channel_url or person.email)
