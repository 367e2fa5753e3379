"""What lies in the mailboxes of a town, as the officials read it."""

from __future__ import annotations

import email
from dataclasses import dataclass
from email import policy

from tests.journeys.town import Town


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail."""

    to: str
    subject: str
    text: str


class Mailbox:
    """The mails of a whole town; each is read once."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._read: set[str] = set()

    def fresh(self) -> list[Mail]:
        """What came since this was asked last."""
        self.town.read_mail()
        found = []
        for path in sorted((self.town.folder / "mail").glob("*.eml")):
            if path.name in self._read:
                continue
            self._read.add(path.name)
            mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            assert body is not None
            text = str(body.get_content())
            found.append(Mail(to=str(mail["To"]), subject=str(mail["Subject"]), text=text))
        return found

    def to(self, address: str) -> list[Mail]:
        """What came for one address; what came for the others counts as read too."""
        return [mail for mail in self.fresh() if mail.to == address]
