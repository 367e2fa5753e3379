"""The page "Pesan": what waits, what is put aside, what is to be sent from somebody's telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.errors import Conflict, InvalidAnswers, NotFound
from processes.store import ledger, questions
from processes.store.kinds import CODE
from processes.store.questions import Addressed
from processes.store.questions.messages import WANTED
from processes.store.tables import MessageEvent, MessageStatus, Region
from processes.store.ways import HAND
from webhooks.about import titled
from webhooks.board.message_words import TONES, ledger_in_words
from webhooks.board.paging import page_number
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, text
from webhooks.messages import for_the_telephone, ledger_of
from webhooks.rights import Right
from webhooks.sessions import account, actor, check_act, viewer
from worker.summaries import kind_in_words

#: what the list shows unless something else is asked for
USUAL = "menunggu"


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    """A message in the list, without its words and its link."""

    id: str
    kind: str
    #: whom it is for; empty when it is for no official
    name: str
    position: str
    region: str
    phone: str
    task: str
    case_id: str
    case_number: str
    created_at: datetime
    status: str
    tone: str
    #: what may be done about it
    is_unsent: bool
    may_again: bool
    #: whether it waits for a later try and may be tried now
    may_now: bool
    may_state: bool
    lines: list[str]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A statement that could not be taken, to be shown again beside its message."""

    id: str
    by: str
    error: str


@pages.get("/pesan")
def messages() -> str:
    """What wants somebody, or the messages in one state."""
    return _listing()


@pages.get("/pesan/cetak")
def messages_to_print() -> str:
    """All that waits, on paper, without any link."""
    with office().database.read() as session:
        found = questions.wanted_messages(session, viewer())
        lines = ledger.lines_of(session, [each.message.id for each in found])
        regions = questions.regions_by_code(session)
    rows = [_row(each, lines.get(each.message.id, []), _region(each, regions)) for each in found]
    return render_template("messages_to_print.html", rows=rows, printed_at=now())


@pages.post("/pesan/<message_id>/whatsapp")
def take_by_hand(message_id: str) -> Response:
    """The words of a message with a fresh link, to be opened in one's own WhatsApp."""
    check_act(Right.SHEPHERD)
    found = _find(message_id)
    try:
        actions.take_by_hand(office(), message_id, actor=actor(), now=now())
    except Conflict as error:
        return make_response(_listing(error=error.say(language())), error.status)
    with office().database.read() as session:
        taken = questions.find_message(session, viewer(), message_id) or found
        made = for_the_telephone(office(), session, taken, now())
    html = render_template(
        "message_by_hand.html",
        made=made,
        id=message_id,
        name=taken.person.name if taken.person else "",
        phone=(taken.person.phone or "") if taken.person else "",
        by=account().name,
    )
    return make_response(html)


@pages.post("/pesan/<message_id>/lagi")
def send_again(message_id: str) -> Response:
    """Let the installation try anew."""
    check_act(Right.SHEPHERD)
    _find(message_id)
    try:
        actions.send_again(office(), message_id, actor=actor(), now=now())
    except Conflict as error:
        return make_response(_listing(error=error.say(language())), error.status)
    return make_response(redirect(url_for("board.messages"), 303))


@pages.post("/pesan/sekarang")
def send_all_now() -> Response:
    """Let everything that was refused and waits be tried now."""
    check_act(Right.SHEPHERD)
    count = actions.send_all_now(office(), actor=actor(), now=now())
    return make_response(redirect(url_for("board.messages", tried=count), 303))


@pages.post("/pesan/<message_id>/sampai")
def state_delivered(message_id: str) -> Response:
    """Note who states that it arrived."""
    check_act(Right.SHEPHERD)
    _find(message_id)
    by = request.form.get("by", "")
    try:
        actions.state_delivered(office(), message_id, by=by, actor=actor(), now=now())
    except InvalidAnswers as error:
        sentence = " ".join(error.sentences(language()).values())
        tried = Tried(id=message_id, by=by, error=sentence)
        return make_response(_listing(tried=tried), error.status)
    except Conflict as error:
        return make_response(_listing(error=error.say(language())), error.status)
    return make_response(redirect(url_for("board.messages"), 303))


def _find(message_id: str) -> Addressed:
    with office().database.read() as session:
        found = questions.find_message(session, viewer(), message_id)
    if found is None:
        raise NotFound
    return found


def _listing(*, error: str = "", tried: Tried | None = None) -> str:
    wanted = request.args.get("status", USUAL)
    statuses = (MessageStatus(wanted),) if wanted in set(MessageStatus) else WANTED
    number = page_number()
    with office().database.read() as session:
        found = questions.page_of_messages(session, viewer(), statuses=statuses, page=number)
        lines = ledger.lines_of(session, [each.message.id for each in found.items])
        regions = questions.regions_by_code(session)
        refused = questions.count_refused(session, viewer(), now())
    choices = [USUAL, *(status.value for status in MessageStatus)]
    return render_template(
        "messages.html",
        rows=[
            _row(each, lines.get(each.message.id, []), _region(each, regions))
            for each in found.items
        ],
        error=error,
        tried=tried,
        tried_now=request.args.get("tried", type=int),
        refused=refused,
        status=wanted,
        choices=[{"value": each, "label": text(f"message_{each}")} for each in choices],
        page=number,
        has_more=found.total > number * questions.PAGE_SIZE,
        default_name=account().name,
    )


def _region(found: Addressed, regions: dict[str, Region]) -> str:
    return regions[found.official.region_code].name if found.official else ""


def _row(found: Addressed, lines: list[MessageEvent], region: str) -> MessageRow:
    message, official, person = found.message, found.official, found.person
    unsent = message.status in WANTED
    return MessageRow(
        id=message.id,
        kind=kind_in_words(message.kind, language()),
        name=person.name if person else "",
        position=official.position if official else "",
        region=region,
        phone=(person.phone or "") if person else "",
        task=titled(found.task) if found.task else "",
        case_id=message.case_id or "",
        case_number=found.case.number if found.case else "",
        created_at=message.created_at,
        status=message.status.value,
        tone=TONES[message.status],
        is_unsent=unsent,
        may_again=message.status is MessageStatus.PARKED
        or (message.status is MessageStatus.BY_HAND and message.channel != HAND),
        may_now=message.status is MessageStatus.WAITING
        and message.last_error is not None
        and message.kind != CODE,
        may_state=unsent or message.status is MessageStatus.SENT,
        lines=[ledger_in_words(line) for line in ledger_of(message, lines)],
    )
