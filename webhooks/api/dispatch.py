"""From a request to a view: who asks, may he, is it well-formed; the same for all calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Flask, Response, request

from processes.errors import FieldError, InvalidAnswers, NotFound
from processes.office import Office
from webhooks import clock
from webhooks.api import (
    agreements,
    beside,
    bulk_repairs,
    calendar,
    case_files,
    case_matters,
    cases,
    documents,
    drafts,
    messages,
    migrations,
    officials,
    openapi,
    paperwork,
    partners,
    procedures,
    repairs,
    signed,
    substitutes,
    tasks,
    troubles,
    webhook_completions,
    webhooks,
)
from webhooks.api.answers import answer
from webhooks.api.caller import find_caller
from webhooks.api.calls import PATH_KINDS, PREFIX, Ask, Call
from webhooks.api.problems import language
from webhooks.bodies import has_body, parse_json, read_json

CALLS: tuple[Call, ...] = (
    *cases.CALLS,
    *agreements.CALLS,
    *case_matters.CALLS,
    *case_files.CALLS,
    *tasks.CALLS,
    *drafts.CALLS,
    *paperwork.CALLS,
    *beside.CALLS,
    *repairs.CALLS,
    *bulk_repairs.CALLS,
    *migrations.CALLS,
    *officials.CALLS,
    *substitutes.CALLS,
    *troubles.CALLS,
    *calendar.CALLS,
    *messages.CALLS,
    *partners.CALLS,
    *documents.CALLS,
    *procedures.CALLS,
    *webhooks.CALLS,
    *webhook_completions.CALLS,
)


def register(app: Flask, office: Office) -> None:
    """Hang every call, and the document that describes them, on the app."""
    api = Blueprint("api", "webhooks.api", url_prefix=PREFIX)
    for call in CALLS:
        api.add_url_rule(call.rule, call.name, _view(call, office), methods=[call.method])
    api.add_url_rule("/openapi.json", "openapi", _document(office), methods=["GET"])
    api.after_request(_name_language)
    app.register_blueprint(api)


def _view(call: Call, office: Office) -> Callable[..., Response]:
    """The view function of one call.

    1. Who asks? 401, 429 when too many unknown tokens came from there.
    2. May that role do this? 403.
    3. Is the address one that can exist? 404.
    4. Are query and body well-formed? 400, 413, 415, 422.
    """

    if call.signed:
        return _signed_view(call, office)

    def view(**path: str) -> Response:
        now = clock.now()
        caller = find_caller(office)
        caller.check_role(call.roles)
        names = _path(path)
        ask = Ask(
            office=office,
            caller=caller,
            now=now,
            language=language(),
            query=call.query.take(_query()),
            body=_body(call),
        )
        return call.view(ask, **names)

    return view


def _signed_view(call: Call, office: Office) -> Callable[..., Response]:
    """The view function of a call that is signed: the signature is judged before anything else."""

    def view(webhook_id: str) -> Response:
        now = clock.now()
        message = signed.open_message(office, webhook_id, now)
        ask = Ask(
            office=office,
            caller=message.caller,
            now=now,
            language=language(),
            query=call.query.take(_query()),
            body=call.json.take(parse_json(message.body)) if call.json else {},
            message=(message.id, message.sha256),
        )
        return call.view(ask, webhook_id)

    return view


def _path(given: Mapping[str, str]) -> dict[str, Any]:
    try:
        return {name: PATH_KINDS[name].take(value) for name, value in given.items()}
    except FieldError:
        raise NotFound from None


def _query() -> dict[str, str]:
    """The query by name; one without a value counts as not given."""
    repeated = {name for name, values in request.args.lists() if len(values) > 1}
    if repeated:
        raise InvalidAnswers({name: FieldError("api.field_once") for name in sorted(repeated)})
    return {name: value for name, value in request.args.items() if value}


def _body(call: Call) -> dict[str, Any]:
    if call.json is None:
        return {}
    if call.json_optional and not has_body(request):
        return {}
    return call.json.take(read_json(request))


def _document(office: Office) -> Callable[[], Response]:
    def view() -> Response:
        base_url = office.settings.base_url
        return answer(openapi.document(CALLS, base_url=base_url, language=language()))

    return view


def _name_language(response: Response) -> Response:
    """Say which language our words are in; documents and diagrams have their own."""
    if response.is_json:
        response.vary.add("Accept-Language")
        response.content_language.add(language())
    return response
