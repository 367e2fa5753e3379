"""Bytes that no client library sends, at the real server: refused, and no token in what it prints.

Numbers are those of reliability.md 7 A.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.store.links import token_for
from processes.store.tables import Link, Task, TaskStatus
from tests.servers import free_port, wait_for_port
from tests.webhooks.conftest import ADMINISTRATOR, Clock, settings_in

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Server:
    """`ksdd web` on a port of its own, with a living link."""

    port: int
    token: str
    printed: Path
    office: Office

    def say(self, *parts: bytes, pause: float = 0, hang_up: bool = False) -> bytes:
        """Send the parts one after the other; what came back until the server closed or 5 s."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            for part in parts:
                with suppress(BrokenPipeError, ConnectionResetError):
                    line.sendall(part)
                time.sleep(pause)
            if hang_up:
                return b""
            heard = b""
            with suppress(TimeoutError, ConnectionResetError):
                while piece := line.recv(65536):
                    heard += piece
            return heard

    def is_open(self) -> bool:
        """Whether the link's task still waits, and the pages still answer."""
        with urlopen(f"http://127.0.0.1:{self.port}/t/{self.token}", timeout=60) as answer:
            alive = answer.status == 200
        with self.office.database.read() as session:
            return (
                alive
                and not session.scalars(select(Task.id).where(Task.status != TaskStatus.OPEN)).all()
            )


@pytest.fixture(scope="module")
def server(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("mentah")
    data, port, printed = folder / "data", free_port(), folder / "printed.txt"
    shutil.copytree(filled_folder, data)
    office = Office.open(settings_in(data))
    actions.open_case(
        office,
        procedure="uji",
        region="32.01",
        parties=["32.02"],
        title="Air bersih",
        actor=ADMINISTRATOR,
        now=Clock()(),
    )
    with office.database.read() as session:
        link = session.scalars(select(Link.id).order_by(Link.created_at)).first()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "KSDD_ENV": "development"}
    environ |= {"KSDD_DATA": str(data), "KSDD_PORT": str(port)}
    environ["KSDD_DATABASE_URL"] = office.settings.database_url
    with printed.open("wb") as out:
        web = subprocess.Popen(
            [sys.executable, "-P", "-m", "webhooks.cli", "web"],
            env=environ,
            stdout=out,
            stderr=out,
        )
    try:
        wait_for_port(port, web, 60)
        token = token_for(office.secret, str(link))
        yield Server(port=port, token=token, printed=printed, office=office)
    finally:
        web.terminate()
        web.wait(15)
        office.close()


def head(server: Server, *lines: str) -> bytes:
    first = (f"POST /t/{server.token} HTTP/1.1", f"Host: 127.0.0.1:{server.port}")
    return "\r\n".join((*first, *lines, "", "")).encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"
CLOSE = "Connection: close"


def silent(server: Server, number: int, *, body: bool = True) -> ExitStack:
    """That many callers from this machine who begin a form, or only a line of a head, and stop."""
    begun = head(server, FORM, "Content-Length: 1000") + b"a=" if body else b"GET / HTTP/1.1\r\nHo"
    with ExitStack() as lines:
        for _ in range(number):
            line = socket.create_connection(("127.0.0.1", server.port), timeout=60)
            lines.enter_context(line)
            line.sendall(begun)
        return lines.pop_all()


def sign_in_from(server: Server, address: str) -> bytes:
    """What somebody at another address of this machine hears who sends a short form."""
    body = b"name=Rina&password=salah"
    lines = (f"Content-Length: {len(body)}", FORM, CLOSE, f"Host: 127.0.0.1:{server.port}")
    request = "\r\n".join(("POST /masuk HTTP/1.1", *lines, "", "")).encode() + body
    from_there = {"source_address": (address, 0)}
    with socket.create_connection(("127.0.0.1", server.port), 60, **from_there) as line:
        line.sendall(request)
        heard = b""
        while piece := line.recv(65536):
            heard += piece
    return heard


def test_a_program_that_sends_all_before_it_looks_reads_why_it_was_refused(server: Server) -> None:
    for path, status in (("/api/v1/documents", 401), (f"/t/{server.token}", 413)):
        line = HTTPConnection("127.0.0.1", server.port, timeout=60)
        with closing(line):
            line.request("POST", path, bytes(30_000_000), {"Content-Type": "application/json"})
            with line.getresponse() as answer:
                assert answer.status == status, answer.read()
    assert server.is_open()


def test_one_who_sends_nothing_keeps_no_other_form_waiting(server: Server) -> None:
    with silent(server, 1):
        assert status(sign_in_from(server, "127.0.0.1")) == 403


@pytest.mark.skipif(sys.platform != "linux", reason="only there every 127.x.x.x is this machine")
@pytest.mark.parametrize("number", [150, 1000])
def test_many_who_send_nothing_stop_only_the_forms_of_their_own_address(
    server: Server, number: int
) -> None:
    with silent(server, number):
        assert server.is_open()
        assert status(sign_in_from(server, "127.0.0.2")) == 403
        refused = sign_in_from(server, "127.0.0.1")

    assert status(refused) == 503
    assert b"retry-after: 10" in refused.lower()
    assert b"Terlalu banyak kiriman sedang diterima" in refused
    assert server.is_open()


def test_more_silent_lines_than_the_server_takes_by_itself_keep_nobody_out(server: Server) -> None:
    with silent(server, 1100, body=False):
        assert server.is_open()


def test_what_is_no_clean_request_moves_nothing_and_is_printed_nowhere(server: Server) -> None:
    body = b'{"answers":{}}'
    refused = {
        "28 two lengths": server.say(
            head(server, JSON, "Content-Length: 14", "Content-Length: 3"), body
        ),
        "29 chunks and a length": server.say(
            head(server, JSON, CLOSE, "Content-Length: 3", "Transfer-Encoding: chunked"),
            b"e\r\n" + body + b"\r\n0\r\n\r\n",
        ),
        "30 a header of 64 kB": server.say(head(server, JSON, CLOSE, "X-Long: " + "a" * 65536)),
        "30 a thousand headers": server.say(
            head(server, CLOSE, *(f"X-{n}: {n}" for n in range(1000)))
        ),
        "no method": server.say(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
        "no host": server.say(f"GET /t/{server.token} HTTP/1.1\r\n{CLOSE}\r\n\r\n".encode()),
        "an evil host": server.say(
            f"GET /t/{server.token} HTTP/1.1\r\nHost: evil.test\r\n{CLOSE}\r\n\r\n".encode()
        ),
        "a whole address": server.say(
            f"GET http://evil.test/t/{server.token} HTTP/1.1\r\nHost: evil.test\r\n"
            f"{CLOSE}\r\n\r\n".encode()
        ),
        "38 a gzip body": server.say(
            head(server, JSON, CLOSE, "Content-Encoding: gzip", "Content-Length: 3"),
            b"\x1f\x8b\x08",
        ),
        "a length below nothing": server.say(head(server, FORM, CLOSE, "Content-Length: -1")),
        "a length beyond all": server.say(head(server, FORM, CLOSE, "Content-Length: " + "9" * 40)),
        "404 with a NUL": server.say(
            f"GET /t/{server.token}%00 HTTP/1.1\r\nHost: localhost\r\n{CLOSE}\r\n\r\n".encode()
        ),
    }
    for name, answer in refused.items():
        assert status(answer) < 500, (name, answer[:300])
        assert status(answer) not in (200, 303), (name, answer[:300])
        assert server.token.encode() not in answer, name

    server.say(head(server, FORM, "Content-Length: 5000"), b"_kunci=", hang_up=True)
    slow = server.say(
        head(server, JSON, CLOSE, "Content-Length: 14"),
        *(body[n : n + 1] for n in range(14)),
        pause=0.1,
    )
    assert status(slow) == 422
    with ExitStack() as hanging:
        for _ in range(40):
            line = socket.create_connection(("127.0.0.1", server.port), timeout=5)
            hanging.enter_context(line)
            line.sendall(head(server, JSON, "Content-Length: 14") + b"{")
        assert server.is_open(), "36 who sends slowly keeps others waiting"

    assert server.is_open()
    assert server.token not in server.printed.read_text(errors="replace")
