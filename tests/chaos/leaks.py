"""Every route and every failure is driven with living tokens; then they are looked for everywhere.

Looked at are the log at its most talkative, every answer's header, and all that the database and
the data folder hold, but for the letters themselves.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text, update

from processes import actions
from processes.office import Office
from processes.store.links import token_for
from processes.store.tables import Base, Case, Document, Link
from tests.chaos import crowd
from tests.chaos.proof import Proof, broken
from tests.chaos.strangers import SHORT, opened, short_diagram
from worker.tick import tick

METHODS = ("GET", "POST", "PUT", "HALO")
#: nothing listens there
NO_MAIL_SERVER = "smtp://127.0.0.1:9"


def leaks(url: str, where: str, folder: Path, tokens: int) -> Proof:
    """Drive that many tokens over everything, and count where they are found afterwards."""
    began = time.monotonic()
    office, app, clock = opened(url, folder)
    living = _living_tokens(office, tokens)
    with _everything_logged() as said:
        tick(replace(office, settings=replace(office.settings, mail_url=NO_MAIL_SERVER)), clock())
        tick(office, clock())
        driven, in_headers = _drive(app, living)
        _provoke(office, app, living)
    in_logs = _found(living, "\n".join(said))
    in_database = _found(living, _rows(office))
    office.close()
    in_files = sum(_found(living, content) for content in _files(folder, url))
    return Proof(
        key="leaks",
        what="tokens on every route and error, then looked for",
        where=where,
        figures={"tokens": len(living), "requests": driven, "log lines": len(said)}
        | {"in logs": in_logs, "in headers": in_headers, "in rows": in_database}
        | {"in files": in_files, "lost": 0, "doubled": 0},
        seconds=time.monotonic() - began,
        broken=broken(
            every_token_was_driven=len(living) == tokens,
            failures_were_logged=any("Traceback" in line for line in said),
            none_in_logs=in_logs == 0,
            none_in_headers=in_headers == 0,
            none_in_the_database=in_database == 0,
            none_in_files=in_files == 0,
        ),
    )


def _living_tokens(office: Office, number: int) -> list[str]:
    """Tokens of links to open tasks, half of them on a procedure that one text finishes."""
    diagram = {f"{SHORT}.bpmn": short_diagram()}
    actions.publish(
        office, diagram, note="Satu saja", actor=crowd.ACTOR, now=crowd.MONDAY, key=SHORT
    )
    found: list[str] = []
    while len(found) < number:
        crowd.open_cases(office, max(number // 8, 1), crowd.MONDAY)
        crowd.open_cases(office, max(number // 8, 1), crowd.MONDAY, procedure=SHORT)
        with office.database.read() as session:
            ids = session.scalars(select(Link.id).order_by(Link.id)).all()
        found = [token_for(office.secret, each) for each in ids][:number]
    return found


def _drive(app: Flask, tokens: list[str]) -> tuple[int, int]:
    """Put each token wherever a caller can put one, on every route; how many requests were made,
    and how many answers had a token in a header."""
    driven = spoiled = 0
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    for number, token in enumerate(tokens):
        caller = {"REMOTE_ADDR": f"10.1.{number // 250}.{number % 250}"}
        for rule in rules:
            path = re.sub(r"<[^>]+>", token, rule)
            for method in METHODS if number == 0 else METHODS[:2]:
                answer = app.test_client(use_cookies=False).open(
                    path,
                    method=method,
                    query_string={"kode": token, "token": token},
                    data={"kode": token, "_kunci": token} if method == "POST" else None,
                    headers={"Authorization": f"Bearer {token}", "Cookie": f"ksdd={token}"}
                    | {"Referer": f"http://127.0.0.1:8000/t/{token}", "Idempotency-Key": token},
                    environ_base=caller,
                    buffered=True,
                )
                driven += 1
                spoiled += token in str(answer.headers)
    return driven, spoiled


def _provoke(office: Office, app: Flask, tokens: list[str]) -> None:
    """Finish what can be finished; then spoil states and lose files, and ask again."""
    body = {"answers": {"catatan": "sudah"}}
    for token in tokens[::2]:
        app.test_client().post(f"/t/{token}", json=body)
    with office.database.write() as session:
        session.execute(update(Case).values(state=b"rusak"))
        files = session.scalars(select(Document.id)).all()
    for token in tokens:
        client = app.test_client()
        for path in ("", "/dokumen/x", "/konsep/x.docx", *(f"/dokumen/{each}" for each in files)):
            client.get(f"/t/{token}{path}", buffered=True)
        client.post(f"/t/{token}", json=body)
        client.post(f"/t/{token}", data=b"\xff", content_type="multipart/form-data")
        client.get(f"/t/{token}", headers={"Host": "evil.test"})
    app.before_request_funcs.setdefault(None, []).insert(0, _fail)
    app.test_client().get(f"/t/{tokens[0]}")


def _fail() -> None:
    raise RuntimeError("rusak")


@contextmanager
def _everything_logged() -> Iterator[list[str]]:
    """Every line that any logger says, with tracebacks."""
    said: list[str] = []
    form = logging.Formatter("%(name)s %(message)s")

    class _Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(form.format(record))

    root, keep = logging.getLogger(), _Keep()
    before = root.level
    root.addHandler(keep)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.removeHandler(keep)
        root.setLevel(before)


def _rows(office: Office) -> str:
    """Everything that stands in every table, as text."""
    with office.database.read() as session:
        if office.database.is_postgres:
            whole = [f'SELECT t::text FROM "{name}" t' for name in Base.metadata.tables]
        else:
            whole = [f'SELECT * FROM "{name}"' for name in Base.metadata.tables]
        return "\n".join(str(row) for query in whole for row in session.execute(text(query)))


def _files(folder: Path, url: str) -> Iterator[str]:
    """What lies in the data folder, but for letters; and the database file itself."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".eml":
            yield path.read_bytes().decode("latin-1")
    if url.startswith("sqlite"):
        database = Path(url.partition(":///")[2])
        for path in database.parent.glob(f"{database.name}*"):
            yield path.read_bytes().decode("latin-1")


def _found(tokens: list[str], where: str) -> int:
    return sum(token in where for token in tokens)
