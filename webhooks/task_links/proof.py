"""The proof in a link's form: it is bound to the link, its task and the version of the form."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from sqlalchemy import select

from processes.errors import NotAllowed
from processes.store.tables import ProcedureVersion
from webhooks.current import office
from webhooks.nonces import FIELD, matches
from webhooks.security import check_same_site
from webhooks.task_links.entry import Entry


def purpose(entry: Entry, version_id: str | None = None) -> tuple[str, ...]:
    """What a page's proof is made for: this link, this task, and the version its form is of."""
    return "link", entry.link.id, entry.task.id, version_id or entry.case.version_id


def is_of_this_version(entry: Entry, form: Mapping[str, str] | None = None) -> bool:
    """Whether the form in this request is the one that the link's page shows now.

    `form` is what could be read of one that did not arrive whole.

    False for one that the page showed before its case moved to another version of the procedure.
    Raises NotAllowed when it did not come from this link's own page.
    """
    given, secret = (request.form if form is None else form).get(FIELD, ""), office().secret
    is_current = matches(secret, given, *purpose(entry))
    is_ours = is_current or any(
        matches(secret, given, *purpose(entry, version)) for version in _versions(entry)
    )
    check_same_site(lambda: is_ours)
    if not is_ours:
        raise NotAllowed("web.foreign_form")
    return is_current


def _versions(entry: Entry) -> list[str]:
    """Every version of the case's procedure (ids)."""
    now = select(ProcedureVersion.key).where(ProcedureVersion.id == entry.case.version_id)
    with office().database.read() as session:
        return list(
            session.scalars(
                select(ProcedureVersion.id).where(ProcedureVersion.key == now.scalar_subquery())
            )
        )
