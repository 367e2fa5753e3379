"""From a typed code to its holder, or to a refusal that tells nothing and makes guessing slow."""

from __future__ import annotations

from datetime import datetime

from flask import request

from processes.actions import Actor, find_holder
from processes.actions.partners import Holder
from processes.errors import FieldError, NotFound, TooManyTries
from processes.store import codes, limits
from webhooks.current import address, office, user_agent
from webhooks.tries import count_failure

#: name of the field in which the code travels from page to page
FIELD = "kode"
#: characters of a mistyped code that stand in the form again
MOST_SHOWN = 40


def typed_code() -> str:
    """What was typed, or filled in by the square on the letter; short enough to be shown."""
    return request.values.get(FIELD, "").strip()[:MOST_SHOWN]


def enter(now: datetime) -> Holder:
    """The holder of the code in this request's form.

    Raises FieldError when it cannot be a code, NotFound when it is unknown or revoked, and
    TooManyTries after too many of these from one address: a code is short, so even a right one has
    to wait then.
    """
    typed = request.form.get(FIELD, "")
    if codes.read_code(typed) is None:
        raise FieldError("partners.code_shape")
    with office().database.read() as session:
        if limits.is_blocked(session, address(), now):
            raise TooManyTries
        holder = find_holder(session, office(), typed)
    if holder is None:
        count_failure()
        raise NotFound("partners.code_unknown")
    return holder


def actor_of(holder: Holder) -> Actor:
    """The holder as the one who acts, from where this request came."""
    return holder.actor(address(), user_agent())
