"""Signed papers from which tasks were recorded; the paper is the legal act, the row its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.asking import Question
from processes.store.tables import Paper, PaperResponse, Task, Verdict


@dataclass(frozen=True, kw_only=True)
class PaperGiven:
    """A signed paper as somebody enters it."""

    #: number as it stands on the paper
    number: str
    #: the paper's own date, which is not the day of the entry
    dated_on: date
    #: who signed it, as it is printed there
    signatory: str
    #: id of the scan
    document_id: str
    #: whether it records the following tasks of the same chain (property `rantai`) as well
    whole_chain: bool = False


def record(
    session: Session,
    task: Task,
    given: PaperGiven,
    *,
    recorded_by: str,
    recorded_for: str,
    now: datetime,
) -> Paper:
    """Note that the task was recorded from this paper, by whom and for which region (code)."""
    paper = Paper(
        case_id=task.case_id,
        task_id=task.id,
        number=given.number,
        dated_on=given.dated_on,
        signatory=given.signatory,
        document_id=given.document_id,
        recorded_by=recorded_by,
        recorded_for=recorded_for,
        recorded_at=now,
    )
    session.add(paper)
    session.flush()
    return paper


def papers_of(session: Session, task_ids: Sequence[str]) -> dict[str, Paper]:
    """The papers of several tasks by task id; a task that nobody recorded is not among the keys."""
    rows = session.scalars(select(Paper).where(Paper.task_id.in_(task_ids)))
    return {paper.task_id: paper for paper in rows}


#: the papers of a `case`
OF_CASE = Question(lambda p: select(Paper).where(Paper.case_id == p.one("case")))


def respond(
    session: Session,
    paper: Paper,
    region: str,
    *,
    verdict: Verdict,
    note: str,
    by: str,
    now: datetime,
) -> None:
    """Keep what a region (code) says of a paper, in place of what it said before."""
    own = session.get(PaperResponse, (paper.id, region))
    if own is None:
        own = PaperResponse(paper_id=paper.id, region_code=region)
        session.add(own)
    own.verdict, own.note, own.by, own.at = verdict, note, by, now
    session.flush()


def responses_of(session: Session, papers: Sequence[Paper]) -> dict[str, list[PaperResponse]]:
    """What other regions said, by task id, the oldest first; only papers with an answer."""
    tasks = {paper.id: paper.task_id for paper in papers}
    if not tasks:
        return {}
    rows = session.scalars(
        select(PaperResponse).where(PaperResponse.paper_id.in_(tasks)).order_by(PaperResponse.at)
    )
    found: dict[str, list[PaperResponse]] = {}
    for response in rows:
        found.setdefault(tasks[response.paper_id], []).append(response)
    return found
