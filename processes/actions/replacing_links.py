"""Giving the holders of an open task new links in place of all that were handed out before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from processes.actions.handing_over import names_of
from processes.actions.inviting import send_link
from processes.actions.orders import Order, opened_task
from processes.actions.task_entries import tell_of_task
from processes.actions.unheld import held_by_nobody
from processes.sentences import say
from processes.store import links, questions

if TYPE_CHECKING:
    from processes.office import Office


def replace_links(office: Office, task_id: str, *, order: Order, now: datetime) -> None:
    """Kill every link that answers an open task, and send each holder a fresh one at once.

    For a link that went to the wrong place, or was lost. Raises Conflict when nobody holds it.
    """
    with opened_task(office, task_id, order, now) as (session, case, task, _run):
        holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
        if not holders:
            raise held_by_nobody(session, office, case, task)
        died = links.revoke(session, task.id, now=now)
        for official, person in holders:
            note = say("repairing.relink_note")
            send_link(session, office, task, official, person, now, note=note)
        told = {"to": names_of(holders), "died": died, "reason": order.note}
        tell_of_task(session, case, task, "link.replaced", order.actor, now, told)
