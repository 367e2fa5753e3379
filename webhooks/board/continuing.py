"""What an administrator does with agreements: look at the register, and continue one."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.errors import Conflict, FieldError, InvalidAnswers, NotFound
from processes.store import questions
from processes.store.tables import Relation
from webhooks.board.case_page import show_case
from webhooks.board.partners import TriedAct
from webhooks.board.register import Wanted, read_register
from webhooks.board.views import page_number, pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer

#: name of the form on the case page
FORM = "lanjutan"


@pages.get("/register")
def register() -> str:
    """The agreements that came into force, as far as the viewer may see them."""
    wanted = Wanted.from_request()
    with office().database.read() as session:
        found = read_register(session, viewer(), wanted, page_number(), now())
    return render_template("register.html", register=found, wanted=wanted)


@pages.post("/perkara/<case_id>/lanjutan")
def follow_up(case_id: str) -> Response:
    """Open a case that continues this one, and show it; this page again when that cannot be."""
    check_act(Right.OPEN)
    with office().database.read() as session:
        if questions.find_case(session, viewer(), case_id) is None:
            raise NotFound
    title = request.form.get("title", "")
    try:
        opened = actions.follow_up(
            office(),
            case_id,
            _relation(request.form.get("relation", "")),
            title=title if title.strip() else None,
            actor=actor(),
            now=now(),
        )
    except InvalidAnswers as error:
        sentence, status = " ".join(error.sentences(language()).values()), error.status
    except Conflict as error:
        sentence, status = error.say(language()), error.status
    else:
        return make_response(redirect(url_for("board.case", case_id=opened), 303))
    tried = TriedAct(form=FORM, error=sentence, reason=title)
    return make_response(show_case(viewer(), case_id, now(), tried=tried), status)


def _relation(word: str) -> Relation:
    if word not in set(Relation):
        raise InvalidAnswers({"relation": FieldError("web.choice_missing")})
    return Relation(word)
