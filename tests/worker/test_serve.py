"""`ksdd serve`, the real one: it serves, heals, delivers, and leaves nobody behind."""

from __future__ import annotations

import http.client
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processes.store import outbox
from processes.store.database import Database
from tests.servers import free_port
from tests.worker.served import Served, wait_until

KSDD = [sys.executable, "-P", "-m", "webhooks.cli"]

pytestmark = pytest.mark.slow


class Product(Served):
    """The whole product on a folder and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.data = folder / "data"
        environ = {
            "KSDD_ENV": "development",
            "KSDD_DATA": str(self.data),
            "KSDD_PORT": str(self.port),
            "KSDD_BUNDLE": "0",
        }
        super().__init__([*KSDD, "serve"], folder, environ)

    def is_healthy(self) -> bool:
        call = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with closing(call), suppress(OSError, http.client.HTTPException):
            call.request("GET", "/healthz")
            return call.getresponse().status == 200
        return False

    def becomes_healthy(self) -> None:
        wait_until(lambda: self.is_healthy() or self.process.poll() is not None, seconds=60)
        assert self.is_healthy(), self.printed.read_text()

    def delivers(self, name: str) -> None:
        """Put a message in the outbox and wait until the worker has written it down."""
        database = Database.open(f"sqlite+pysqlite:///{self.data / 'ksdd.sqlite3'}")
        with database.write() as session:
            moment = datetime.now(UTC)
            address = f"{name}@example.test"
            assert outbox.put(session, key=name, kind="kabar", address=address, now=moment)
        database.close()
        mail = self.data / "mail"
        wait_until(lambda: any(name in f.read_text() for f in mail.glob("*.eml")), seconds=40)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    served = Product(tmp_path_factory.mktemp("serve"))
    served.becomes_healthy()
    yield served
    served.clear_away()


def test_it_says_where_it_is_and_how_to_sign_in(product: Product) -> None:
    wait_until(lambda: product.says(f"Siap di http://127.0.0.1:{product.port}"))
    assert product.says("KSDD development")
    assert product.says(str(product.data))
    assert product.says(f"http://127.0.0.1:{product.port}/masuk/")


def test_messages_are_delivered(product: Product) -> None:
    product.delivers("pesan-pertama")


@pytest.mark.parametrize("name", ["wsgi", "worker", "beat", "valkey"])
def test_it_heals_when_a_part_is_killed(product: Product, name: str) -> None:
    wait_until(lambda: len(product.parts()) == 4)
    (victim,) = (p for p in product.parts() if name in p.cmdline()[0] + p.cmdline()[-1])
    victim.kill()
    wait_until(lambda: len(product.parts()) == 4 and victim not in product.parts())
    product.becomes_healthy()
    product.delivers(f"sesudah-{name}")


def test_a_second_one_on_the_same_port_or_folder_is_refused(
    product: Product, tmp_path: Path
) -> None:
    def refused(port: int, data: Path) -> str:
        environ = {"KSDD_PORT": str(port), "KSDD_DATA": str(data)}
        second = Served([*KSDD, "serve"], tmp_path, environ)
        assert second.process.wait(30) == 1
        return second.printed.read_text().splitlines()[-1]

    assert f"Port {product.port}" in refused(product.port, tmp_path / "other")
    assert "KSDD_DATA" in refused(free_port(), product.data)


def test_term_stops_everything_and_the_next_start_keeps_the_data(
    tmp_path: Path,
) -> None:
    first = Product(tmp_path)
    try:
        first.becomes_healthy()
        wait_until(lambda: len(first.family()) >= 4)
        first.process.send_signal(signal.SIGTERM)
        assert first.process.wait(10) == 0
        assert first.left_over() == []
    finally:
        first.clear_away()
    again = Product(tmp_path)
    try:
        again.becomes_healthy()
        assert not again.says("/masuk/")
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(10) == 0
    finally:
        again.clear_away()
