"""Web servers in processes of their own, and a client that keeps its connection."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.servers import free_port, wait_for_port

ROOT = Path(__file__).parents[2]
PRODUCT = ("-P", "-m", "webhooks.cli", "web")
#: seconds a server has to come up, or to end
PATIENCE = 240


class Client:
    """One connection to one server."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Send JSON and read the whole answer, which has to be 200."""
        self._connection.request("POST", path, json.dumps(body), self._headers)
        self._read(self._connection.getresponse())

    def page(self, path: str) -> str:
        """A page, which has to be there."""
        self._connection.request("GET", path)
        return self._read(self._connection.getresponse())

    def send_form(self, path: str, fields: Mapping[str, str]) -> str:
        """Send a form as a browser does; the page that follows."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", path, urlencode(fields), headers)
        return self._read(self._connection.getresponse())

    @staticmethod
    def _read(answer: HTTPResponse) -> str:
        content = answer.read()
        assert answer.status == 200, (answer.status, content[:500])
        return content.decode()

    def is_served(self) -> bool:
        """Whether the server answers."""
        self._connection.request("GET", "/healthz")
        answer = self._connection.getresponse()
        answer.read()
        return answer.status == 200

    def close(self) -> None:
        self._connection.close()


def recipe_command(port: int, factory: str) -> tuple[str, ...]:
    """One of the recipe's apps on the same server, with the product's options."""
    server = ("-P", "-m", "granian", "--interface", "wsgi", "--factory", "--http", "1", "--no-ws")
    size = ("--workers", "1", "--blocking-threads", "128", "--log-level", "error")
    return (*server, *size, "--port", str(port), f"tests.bench.recipe_web:{factory}")


@contextmanager
def served(command: Sequence[str], port: int, url: str, folder: Path) -> Iterator[None]:
    """A web server on a database, ended in the end."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("KSDD_")}
    environ |= {"KSDD_ENV": "development", "KSDD_DATA": str(folder), "KSDD_PORT": str(port)}
    environ |= {"KSDD_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    with (folder / f"web-{port}.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *command], env=environ, cwd=folder, stderr=log)
    try:
        wait_for_port(port, process, PATIENCE)
        wait_until_served(port)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_until_served(port: int) -> None:
    """Return once the app answers: the port may be open before the app behind it is loaded."""
    give_up = time.monotonic() + PATIENCE
    while True:
        client = Client(port)
        try:
            if client.is_served():
                return
        except OSError:
            if time.monotonic() > give_up:
                raise
        finally:
            client.close()
        time.sleep(0.05)


@contextmanager
def product(url: str, folder: Path, token: str) -> Iterator[Client]:
    """A client of `ksdd web` on a database."""
    port = free_port()
    with served(PRODUCT, port, url, folder):
        client = Client(port, token)
        yield client
        client.close()


@contextmanager
def recipe(url: str, folder: Path, factory: str = "app") -> Iterator[Client]:
    """A client of one of the recipe's apps on a database."""
    port = free_port()
    with served(recipe_command(port, factory), port, url, folder):
        client = Client(port)
        yield client
        client.close()
