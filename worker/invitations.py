"""The letter of an invitation to an account: the product's own words, not those of a procedure."""

from __future__ import annotations

from sqlalchemy.orm import Session

from processes.engine.texts import Text
from processes.office import Office
from processes.sentences import say
from processes.sentences.dates import moment
from processes.store import accounts
from processes.store.regions import find_region
from processes.store.tables import Account, Message, SignIn


def write_invitation(office: Office, session: Session, message: Message) -> Text:
    """Who is invited, as what, and the link; its token is made here and stands in no table."""
    account = session.get_one(Account, message.values["akun"])
    link = session.get_one(SignIn, message.values["sidik"])
    token = accounts.invitation_token(office.secret, message.values["undangan"])
    codes = sorted(account.regions or ())
    names = [find_region(session, code).name for code in codes]
    body = say(
        "accounts.invitation_text",
        name=account.name,
        role=say(f"accounts.role_{account.role.value}"),
        regions=", ".join(names) or say("accounts.everywhere"),
        url=f"{office.settings.base_url}/masuk/{token}",
        until=moment(link.expires_at, office.calendar.zone(account.region_code)),
    )
    return Text(subject=say("accounts.invitation_subject"), body=body.strip() + "\n")
