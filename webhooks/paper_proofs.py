"""`/v/<code>`: what the square on a letter or receipt leads to, for whoever holds the paper.

Nobody signs in. The page shows what stands beside the square in print, whether the paper is still
the current one, and compares a file by its hash; an uploaded file is hashed and never kept.
"""

from __future__ import annotations

import hashlib
import re

from flask import Blueprint, Response, make_response, render_template, request

from processes.actions.documents import MOST_BYTES
from processes.actions.paper_proofs import Checked, check_paper
from processes.errors import FieldError, NotFound
from webhooks.current import office
from webhooks.language import language
from webhooks.tries import count_failure
from webhooks.visitors import check_visitor

pages = Blueprint("proofs", __name__)

HASH, FILE = "sha256", "berkas"
#: bytes of a form around the file itself
ENVELOPE = 64 * 1024
#: characters of a mistyped hash that stand in the form again
MOST_SHOWN = 100
_BETWEEN = re.compile(r"[\s:\u200b-]+")


@pages.get("/v/<code>")
def show(code: str) -> Response:
    """What the paper is."""
    return make_response(_page(_find(code), code))


@pages.post("/v/<code>")
def compare(code: str) -> Response:
    """Whether a file, or a hash somebody typed, is that of the paper as it was made."""
    request.max_content_length = MOST_BYTES + ENVELOPE
    check_visitor()
    found = _find(code)
    typed = request.form.get(HASH, "").strip()
    try:
        given = _given(typed)
    except FieldError as error:
        page = _page(found, code, typed=typed[:MOST_SHOWN], error=error.say(language()))
        return make_response(page, error.status)
    return make_response(_page(found, code, typed=given, verdict=found.is_own(given)))


def _find(code: str) -> Checked:
    """The paper; every other text is one more try of whoever guesses."""
    with office().database.read() as session:
        try:
            return check_paper(session, office(), code)
        except NotFound:
            pass
    count_failure()
    raise NotFound("drafts.code_unknown")


def _given(typed: str) -> str:
    """The hash to compare, of the file where one was sent."""
    files = [file for file in request.files.getlist(FILE) if file.filename]
    if files:
        return hashlib.file_digest(files[0].stream, "sha256").hexdigest()  # type: ignore[arg-type]
    if not typed:
        raise FieldError("drafts.hash_none")
    found = _BETWEEN.sub("", typed).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", found):
        raise FieldError("drafts.hash_shape")
    return found


def _page(
    found: Checked, code: str, *, typed: str = "", error: str = "", verdict: bool | None = None
) -> str:
    return render_template(
        "proof.html",
        paper=found,
        code=code,
        zone=office().calendar.zone(found.region),
        hashes=[(f, known[-1]) for f, known in found.hashes.items() if known],
        typed=typed,
        error=error,
        verdict=verdict,
        names={"hash": HASH, "file": FILE},
    )
