"""The OpenAPI 3.1 document of the machine API, made from the calls themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from processes.sentences import say
from processes.store.webhook_events import TEST, TYPES
from processes.store.webhook_keys import ID, SIGNATURE, TIMESTAMP
from webhooks.api.beside_schemas import BESIDE
from webhooks.api.calls import PATH_KINDS, PREFIX, Call, Content
from webhooks.api.json_schema import ref
from webhooks.api.problems import MEDIA_TYPE, title
from webhooks.api.schemas import COMPONENTS


def document(calls: Iterable[Call], *, base_url: str, language: str) -> dict[str, Any]:
    """The whole document; summaries are in the reader's language."""
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = operation(call, language)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": say("api.spec_title", language),
            "description": say("api.spec_description", language),
            "version": "1",
        },
        "servers": [{"url": base_url + PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "webhooks": {kind: _event(kind, language) for kind in (*TYPES, TEST)},
        "components": {
            "schemas": {**COMPONENTS, **BESIDE},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": SIGNATURE,
                    "description": say("webhooks.spec_signature", language),
                },
            },
        },
    }


def _event(kind: str, language: str) -> dict[str, Any]:
    """An event that a region's own system is sent, as what it has to understand."""
    return {
        "post": {
            "summary": say(f"web.event_{kind.replace('.', '_')}", language),
            "security": [{"signature": []}],
            "parameters": [
                {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
                for name in (ID, TIMESTAMP, SIGNATURE)
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": ref("Event")}},
            },
            "responses": {
                "2XX": {"description": say("webhooks.spec_taken", language)},
                "410": {"description": say("webhooks.spec_gone", language)},
                "default": {"description": say("webhooks.spec_tried_again", language)},
            },
        }
    }


def operation(call: Call, language: str) -> dict[str, Any]:
    """One call as an operation object."""
    roles = ", ".join(sorted(role.value for role in call.roles))
    who = "webhooks.spec_signature" if call.signed else "api.spec_roles"
    found: dict[str, Any] = {
        "operationId": call.name,
        "tags": [call.path.split("/")[1]],
        "summary": say(f"api.do_{call.name}", language),
        "description": say(who, language, roles=roles),
        "parameters": [*_path(call), *_query(call), *_headers(call)],
        "responses": _responses(call, language),
    }
    if call.signed:
        found["security"] = [{"signature": []}]
    if call.bodies:
        found["requestBody"] = {
            "required": not call.json_optional,
            "content": _content(call.bodies),
        }
    return found


def _path(call: Call) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": PATH_KINDS[name].schema()}
        for name in call.names
    ]


def _query(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": name in call.query.required,
            "schema": kind.schema(),
        }
        for name, kind in call.query.kinds.items()
    ]


def _headers(call: Call) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "required": call.signed, "schema": kind.schema()}
        for name, kind in call.headers.items()
    ]


def _responses(call: Call, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        str(status): {"description": say("api.spec_done", language), "content": _content((one,))}
        for status, one in call.answers.items()
    }
    problem = {MEDIA_TYPE: {"schema": ref("Problem")}}
    for status in call.refusals:
        found[str(status)] = {"description": title(status, language), "content": problem}
    return found


def _content(contents: Iterable[Content]) -> Mapping[str, Any]:
    return {content.media_type: {"schema": content.schema} for content in contents}
