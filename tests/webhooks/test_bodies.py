"""A JSON body from a stranger is read strictly, quickly and within limits."""

from __future__ import annotations

from contextlib import suppress

import pytest
from flask import Flask, Request

from processes.errors import KsddError, Malformed, TooLarge, WrongType
from processes.sentences import area
from webhooks.bodies import DEPTH_LIMIT, JSON_LIMIT, parse_json, read_json


def request_with(body: bytes, content_type: str = "application/json", **headers: str) -> Request:
    app = Flask("a stranger")
    builder = app.test_request_context(
        "/", method="POST", data=body, content_type=content_type, headers=headers
    )
    return builder.request


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (nested(5_000), "api.json_depth"),
        (b"[" * 100_000, "api.json_depth"),
        (b'{"a":' * 100_000, "api.json_depth"),
        (nested(DEPTH_LIMIT + 1), "api.json_depth"),
        (b'{"a": NaN}', "api.json_number"),
        (b'{"a": -Infinity}', "api.json_number"),
        (b'{"a": 1e400}', "api.json_number"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "api.json_number"),
        (b'{"a": 1, "a": 2}', "api.json_twice"),
        (b'{"x": {"a": 1, "\\u0061": 2}}', "api.json_twice"),
        (b"", "api.json_syntax"),
        (b'{"a": 1', "api.json_syntax"),
        (b'{"a": 1} {}', "api.json_syntax"),
        (b"{'a': 1}", "api.json_syntax"),
        (b'{"a": "\x00"}', "api.json_syntax"),
        (b"[1]", "api.json_object"),
        (b"null", "api.json_object"),
        ('{"a": 1}'.encode("utf-16"), "api.json_encoding"),
        (b'{"a": "\xff"}', "api.json_encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(body: bytes, key: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_json(request_with(body))
    assert refused.value.key == key
    assert refused.value.status == 400
    assert refused.value.say("en") != refused.value.say("id")


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "' + b'\\"' * 900_000,
        b'{"a": "' + b"[" * 1_900_000 + b'"}',
        b'"' * 1_900_000,
        b"\\" * 1_900_000,
        b'{"a": [' + b"[]," * 600_000,
    ],
)
def test_every_body_within_the_limit_is_read_to_its_end(body: bytes) -> None:
    with suppress(KsddError):
        parse_json(body)


def test_brackets_inside_text_do_not_count_as_depth() -> None:
    deep = "[{" * 500 + '\\"'
    assert parse_json(f'{{"catatan": "{deep}"}}'.encode()) == {"catatan": "[{" * 500 + '"'}


def test_a_body_as_deep_as_allowed_is_read() -> None:
    assert parse_json(nested(DEPTH_LIMIT))


def test_a_byte_order_mark_is_forgiven() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("", {}),
        ("application/json; charset=utf-16", {}),
        ("application/json", {"Content-Encoding": "gzip"}),
    ],
)
def test_a_body_that_is_not_called_plain_json_is_a_wrong_type(
    content_type: str, headers: dict[str, str]
) -> None:
    with pytest.raises(WrongType):
        read_json(request_with(b"{}", content_type, **headers))


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/JSON; charset=UTF-8", "application/ld+json"]
)
def test_every_way_to_say_json_is_taken(content_type: str) -> None:
    assert read_json(request_with(b'{"a": 1}', content_type)) == {"a": 1}


def test_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge) as refused:
        read_json(request_with(b" " * (JSON_LIMIT + 1)))
    assert "2 MB" in refused.value.say()


def test_every_sentence_of_the_machine_api_exists_in_both_languages() -> None:
    assert area("id", "api").keys() == area("en", "api").keys()
