"""Reading a JSON body that a stranger sent, strictly and within limits.

Used by the machine API and by the task links. What cannot be read is a 400 that says where; a body
that is too long is a 413; a body that is no JSON by its own words is a 415. Lone surrogates and NUL
are text like any other here: whoever takes a field refuses them by the field's name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from flask import Request
from werkzeug.wsgi import get_input_stream

from processes.errors import Malformed, TooLarge, WrongType

#: bytes of a JSON body, unless the caller says otherwise
JSON_LIMIT = 2 * 1024 * 1024
#: bytes that are read at a time
PIECE = 64 * 1024
#: how deep lists and objects may lie in each other
DEPTH_LIMIT = 64
#: digits of the longest number; a larger one is a mistake, and slow to read
DIGITS_LIMIT = 40

#: a string (closed or not, so that the search never looks at a byte twice) or a bracket
_TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def read_json(request: Request, *, limit: int = JSON_LIMIT) -> dict[str, Any]:
    """The JSON object in the request's body.

    Raises WrongType when the request does not say `application/json` in UTF-8 without compression,
    TooLarge over `limit` bytes, Malformed when it is no JSON object, repeats a key, holds NaN or
    infinity, or is nested deeper than 64 levels.
    """
    if not says_json(request):
        raise WrongType("api.json_type")
    return parse_json(read_body(request, limit))


def says_json(request: Request) -> bool:
    """Whether the request calls its body JSON that we can read."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    named = request.mimetype == "application/json" or (
        request.mimetype.startswith("application/") and request.mimetype.endswith("+json")
    )
    return named and charset in ("utf-8", "utf8", "us-ascii") and encoding == "identity"


def has_body(request: Request) -> bool:
    """Whether something was sent, in one piece or in chunks."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def parse_json(body: bytes) -> dict[str, Any]:
    """The JSON object written in `body`; raises Malformed as `read_json` does."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed("api.json_encoding") from None
    _check_depth(text)
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_not_a_number,
            parse_float=_float,
            parse_int=_int,
        )
    except json.JSONDecodeError as error:
        raise Malformed("api.json_syntax", line=error.lineno, column=error.colno) from None
    if not isinstance(found, dict):
        raise Malformed("api.json_object")
    return found


def read_body(request: Request, limit: int = JSON_LIMIT) -> bytes:
    """The raw body; never more than `limit` bytes and one piece are taken into memory.

    It is counted here, because a body in chunks has no length that could be looked at before.
    """
    if (request.content_length or 0) > limit:
        raise TooLarge("api.body_large", limit=in_megabytes(limit))
    stream = get_input_stream(request.environ, max_content_length=None)
    body = bytearray()
    while piece := stream.read(PIECE):
        body += piece
        if len(body) > limit:
            raise TooLarge("api.body_large", limit=in_megabytes(limit))
    return bytes(body)


def in_megabytes(size: int) -> str:
    """A limit as people read it, for example "2 MB"."""
    return f"{size // (1024 * 1024)} MB"


def _check_depth(text: str) -> None:
    """Raise Malformed when brackets lie deeper than allowed; looks at every character once."""
    depth = 0
    for match in _TOKENS.finditer(text):
        sign = match.group()
        if sign in ("[", "{"):
            depth += 1
            if depth > DEPTH_LIMIT:
                raise Malformed("api.json_depth", limit=DEPTH_LIMIT)
        elif sign in ("]", "}"):
            depth -= 1


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Malformed("api.json_twice", key=printable(key))
            seen.add(key)
    return found


def _not_a_number(word: str) -> NoReturn:
    raise Malformed("api.json_number", number=word)


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= DIGITS_LIMIT else math.inf
    if not math.isfinite(number):
        raise Malformed("api.json_number", number=digits[:DIGITS_LIMIT])
    return number


def _int(digits: str) -> int:
    if len(digits) > DIGITS_LIMIT:
        raise Malformed("api.json_number", number=f"{digits[:DIGITS_LIMIT]}…")
    return int(digits)


def printable(text: str, length: int = 60) -> str:
    """A stranger's word, fit to be quoted in a sentence: short, without control characters."""
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:length])
    return shown + ("…" if len(text) > length else "")
