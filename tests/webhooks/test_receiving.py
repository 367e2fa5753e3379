"""How many bodies are received at once: whose place it is, and when it is given back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Semaphore, Thread

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from processes.office import Office
from tests.webhooks.conftest import Clock
from webhooks.app import create_app
from webhooks.receiving import AT_ONCE, OF_ONE_ADDRESS, THREADS


class Silence:
    """A body of which nothing comes until its sender hangs up."""

    def __init__(self, begun: Semaphore, hung_up: Event) -> None:
        self.begun, self.hung_up = begun, hung_up

    def read(self, _size: int = -1) -> bytes:
        self.begun.release()
        assert self.hung_up.wait(30)
        return b""


@pytest.fixture
def behind_a_proxy(office: Office, clock: Clock) -> Flask:
    app = create_app(replace(office, settings=replace(office.settings, proxies=1)))
    app.config["CLOCK"] = clock
    return app


def post(app: Flask, address: str, body: Silence | None = None) -> TestResponse:
    """A form that somebody at this address sends through the proxy."""
    options = {} if body is None else {"environ_overrides": {"wsgi.input": body}}
    return app.test_client().post(
        "/masuk",
        data={"name": "Rina", "password": "salah"},
        headers={"X-Forwarded-For": address},
        **options,  # type: ignore[arg-type]
    )


@contextmanager
def silent(app: Flask, addresses: list[str]) -> Iterator[None]:
    """Somebody at each of these addresses has begun a form, and sends no more of it."""
    begun, hung_up = Semaphore(0), Event()
    senders = [
        Thread(target=post, args=(app, address, Silence(begun, hung_up))) for address in addresses
    ]
    for sender in senders:
        sender.start()
    for _ in senders:
        assert begun.acquire(timeout=30)
    try:
        yield
    finally:
        hung_up.set()
        for sender in senders:
            sender.join()


def test_there_are_threads_left_for_those_who_only_look() -> None:
    assert OF_ONE_ADDRESS < AT_ONCE < THREADS


def test_an_address_has_its_own_places_and_the_proxy_is_none(behind_a_proxy: Flask) -> None:
    with silent(behind_a_proxy, ["203.0.113.5"] * OF_ONE_ADDRESS):
        assert post(behind_a_proxy, "203.0.113.5").status_code == 503
        assert post(behind_a_proxy, "203.0.113.6").status_code == 403
        assert behind_a_proxy.test_client().get("/masuk").status_code == 200

    assert post(behind_a_proxy, "203.0.113.5").status_code == 403


def test_whoever_owns_a_whole_network_is_one_address(behind_a_proxy: Flask) -> None:
    senders = [f"2001:db8:0:1::{n:x}" for n in range(OF_ONE_ADDRESS)]
    with silent(behind_a_proxy, senders):
        assert post(behind_a_proxy, "2001:db8:0:1::ffff").status_code == 503
        assert post(behind_a_proxy, "2001:db8:0:2::1").status_code == 403


def test_all_addresses_together_leave_threads_for_looking(behind_a_proxy: Flask) -> None:
    with silent(behind_a_proxy, [f"203.0.113.{n}" for n in range(AT_ONCE)]):
        refused = post(behind_a_proxy, "198.51.100.1")
        assert behind_a_proxy.test_client().get("/masuk").status_code == 200

    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "10"
    assert post(behind_a_proxy, "198.51.100.1").status_code == 403
