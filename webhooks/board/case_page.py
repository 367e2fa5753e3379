"""The page of one case: where it stands, who must act, what was answered, what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from processes import actions
from processes.actions.drafts import is_own
from processes.engine.picture import draw
from processes.engine.picture.path import path_taken
from processes.errors import NotFound
from processes.store import procedures, questions, whereabouts
from processes.store.tables import Case, TaskStatus
from processes.store.viewer import Viewer
from webhooks import documents, drafts
from webhooks.board.choices import choice_rows
from webhooks.board.code_rows import code_rows
from webhooks.board.linked import read_linked
from webhooks.board.open_task_rows import open_task_rows
from webhooks.board.paging import page_number
from webhooks.board.partners import TriedAct, partner_rows, reply_rows
from webhooks.board.rows import TONES
from webhooks.board.status_pages import read_status
from webhooks.board.timeline import read_timeline
from webhooks.case_facts import CaseFacts, read_facts
from webhooks.current import office
from webhooks.documents import DocumentRow
from webhooks.drafts import DraftRow
from webhooks.language import language
from webhooks.zooming import Mark, zoom_page


@dataclass(frozen=True, kw_only=True)
class MadeLink:
    """A link that was just made, to be shown once."""

    url: str
    #: whose it is
    holder: str


def show_case(
    viewer: Viewer,
    case_id: str,
    now: datetime,
    *,
    made_link: MadeLink | None = None,
    withdraw_error: str = "",
    typed: Mapping[str, str] | None = None,
    tried: TriedAct | None = None,
    status_url: str = "",
) -> Response:
    """The page as the viewer may see it; NotFound when the case is not for him."""
    with office().database.read() as session:
        case = _visible(session, viewer, case_id)
        facts = read_facts(session, office(), viewer, case)
        houses = [
            region
            for region in facts.regions.values()
            if viewer.sees_everything or region.code in (viewer.regions or ())
        ]
        version = procedures.get_version(session, case.version_id)
        return zoom_page(
            "case.html",
            version.key,
            version.number,
            _marks(facts, now),
            case=case,
            tone=TONES[case.status],
            version=version.number,
            stages=facts.stages,
            parties=facts.parties,
            contact=facts.contact,
            zone=office().calendar.zone(case.region_code),
            open_tasks=open_task_rows(session, viewer, facts, now),
            draft_rows=_drafts(session, viewer, facts, now),
            code_rows=code_rows(session, viewer, facts.tasks),
            done_tasks=facts.answered(),
            document_rows=_documents(facts, viewer),
            timeline=read_timeline(
                session,
                viewer,
                case_id,
                facts.regions,
                topic=request.args.get("jenis", ""),
                page=page_number(),
            ),
            moves=questions.moves_of_case(session, viewer, case_id),
            choice_rows=choice_rows(session, viewer, case, facts.procedure, facts.regions),
            comments=questions.comments_of_case(session, viewer, case_id),
            houses=houses,
            house_codes={region.code for region in houses},
            moment=now,
            own_houses=[] if viewer.sees_everything else [region.name for region in houses],
            region_names={code: region.name for code, region in facts.regions.items()},
            places=whereabouts.places_of(session, viewer, case.id),
            today=office().calendar.today(now, case.region_code),
            linked=read_linked(session, viewer, case),
            partner_rows=partner_rows(session, viewer, case),
            status=read_status(session, viewer, case, now),
            status_url=status_url,
            replies=reply_rows(session, viewer, case, facts.regions),
            tried=tried,
            made_link=made_link,
            may_end=case.region_code in {region.code for region in houses},
            withdraw_error=withdraw_error,
            typed=typed or {},
        )


def picture_of(viewer: Viewer, case_id: str, now: datetime) -> str:
    """The diagram of the case's version as SVG: what waits, what is late, what is done."""
    with office().database.read() as session:
        case = _visible(session, viewer, case_id)
        procedure = office().procedure(session, case.version_id)
        tasks = questions.tasks_of_case(session, viewer, case_id)
    waiting = [task for task in tasks if task.status is TaskStatus.OPEN]
    return draw(
        procedure.diagram,
        Counter(task.element for task in waiting),
        Counter(task.element for task in waiting if task.due_at and task.due_at < now),
        {task.element for task in tasks if task.status is TaskStatus.DONE}
        | path_taken(procedure.diagram, [task.element for task in tasks]),
        language=language(),
    )


def _marks(facts: CaseFacts, now: datetime) -> list[Mark]:
    """Where the case is, for the zoomed drawing."""
    waiting = [task for task in facts.tasks if task.status is TaskStatus.OPEN]
    late = Counter(task.element for task in waiting if task.due_at and task.due_at < now)
    count = Counter(task.element for task in waiting)
    return [Mark(element=e, open=n, late=late[e], here=True) for e, n in count.items()]


def _visible(session: Session, viewer: Viewer, case_id: str) -> Case:
    case = questions.find_case(session, viewer, case_id)
    if case is None:
        raise NotFound
    return case


def _drafts(
    session: Session, viewer: Viewer, facts: CaseFacts, now: datetime
) -> dict[str, list[DraftRow]]:
    """The drafts of every open task whose letters the viewer's own house writes, by its id."""
    return {
        task.id: drafts.rows(
            actions.drafts_of(session, office(), task, now),
            lambda f, own=task.id: url_for(  # type: ignore[misc]
                "board.draft", case_id=facts.case.id, task_id=own, file=f
            ),
        )
        for task in facts.tasks
        if task.status is TaskStatus.OPEN and is_own(viewer, task)
    }


def _documents(facts: CaseFacts, viewer: Viewer) -> Sequence[DocumentRow]:
    return documents.rows(
        facts,
        viewer,
        lambda doc: url_for("board.document", case_id=facts.case.id, document_id=doc),
    )
