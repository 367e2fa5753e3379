"""What every answer says to the browser, and whose requests are taken."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from processes.office import Office
from tests.webhooks.conftest import Clock
from tests.webhooks.official import Official, complete_isian
from webhooks.app import create_app

Holder = Callable[[str], Official]


@pytest.mark.parametrize("path", ["/", "/masuk", "/t/x", "/healthz", "/nowhere", "/mailbox"])
def test_no_answer_goes_without_its_headers(browser: FlaskClient, path: str) -> None:
    headers = browser.get(path).headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_pages_load_nothing_from_elsewhere_and_run_no_script_but_ours(holder: Holder) -> None:
    answer = holder("isian").look()
    page = answer.text

    assert "http://" not in page.replace("http://127.0.0.1:8000", "")
    assert "https://" not in page
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert page.count("<script") == page.count('<script src="/static/draft.js?v=') == 1
    assert " style=" not in page
    assert " onclick=" not in page


def test_the_style_sheet_may_be_kept_by_the_browser(browser: FlaskClient) -> None:
    answer = browser.get("/static/style.css", buffered=True)

    assert answer.status_code == 200
    assert "no-store" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "evil.test:8000", "a b"])
@pytest.mark.parametrize("path", ["/masuk", "/t/x", "/healthz", "/api/v1/cases"])
def test_a_foreign_host_is_refused(browser: FlaskClient, host: str, path: str) -> None:
    answer = browser.get(path, headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "127.0.0.1", "localhost"])
def test_this_machine_may_always_ask(browser: FlaskClient, host: str) -> None:
    assert browser.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_forwarded_host_changes_nothing(browser: FlaskClient) -> None:
    answer = browser.get("/", headers={"X-Forwarded-Host": "evil.test"})

    assert "evil" not in answer.headers["Location"]


def test_a_declared_proxy_tells_who_called(office: Office, clock: Clock) -> None:
    settings = replace(office.settings, proxies=1)
    app = create_app(replace(office, settings=settings))
    app.config["CLOCK"] = clock

    def guess(path: str, told: str) -> int:
        return app.test_client().get(path, headers={"X-Forwarded-For": told}).status_code

    guesser = [guess(f"/t/{n}", "10.9.9.9, 203.0.113.5") for n in range(22)]

    assert guesser == [404] * 20 + [429] * 2
    assert guess("/t/x", "203.0.113.5, 203.0.113.6") == 404
    assert guess("/t/x", ", ".join(["10.0.0.1"] * 1000)) == 404


def test_without_a_declared_proxy_nobody_says_who_he_is(browser: FlaskClient) -> None:
    told = ({"X-Forwarded-For": f"203.0.113.{n}"} for n in range(22))

    statuses = [browser.get("/t/x", headers=each).status_code for each in told]

    assert statuses == [404] * 20 + [429] * 2
    assert browser.get("/t/x").headers["Retry-After"] == "60"


def test_over_https_cookies_travel_on_nothing_else(office: Office, clock: Clock) -> None:
    settings = replace(office.settings, base_url="https://ksdd.example.test")
    app = create_app(replace(office, settings=settings))
    app.config["CLOCK"] = clock
    headers = {"Host": "ksdd.example.test"}

    answer = app.test_client().get("/masuk?lang=en", headers=headers)

    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize("path", ["/ksdd/masuk", "/masuk"], ids=["kept", "cut off"])
def test_a_base_url_may_have_a_path(office: Office, path: str) -> None:
    settings = replace(office.settings, base_url="http://127.0.0.1:8000/ksdd")
    app = create_app(replace(office, settings=settings))

    answer = app.test_client().get(path)

    assert answer.status_code == 200
    assert 'href="/ksdd/static/style.css' in answer.text


def test_an_unforeseen_error_is_one_plain_sentence(
    app: Flask, holder: Holder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    official = holder("isian")

    def burst(*_args: object, **_options: object) -> None:
        raise RuntimeError("inner secret")

    monkeypatch.setattr("webhooks.task_links.showing.read_page", burst)
    with caplog.at_level(logging.DEBUG):
        answer = official.look()

    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "inner secret" not in answer.text
    assert "tidak ada yang disimpan" in answer.text
    assert "RuntimeError" in caplog.text
    assert official.path not in caplog.text


def test_what_fails_after_the_answer_is_logged_without_its_path(
    app: Flask, holder: Holder, caplog: pytest.LogCaptureFixture
) -> None:
    official = holder("isian")

    def burst(_answer: object) -> None:
        raise RuntimeError("after the answer")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.after_request_funcs.setdefault(None, []).append(burst)  # type: ignore[arg-type]
    with caplog.at_level(logging.DEBUG):
        answer = official.look()

    assert answer.status_code == 500
    assert "failed at GET task_links" in caplog.text
    assert "after the answer" in caplog.text
    assert official.path.removeprefix("/t/") not in caplog.text


def test_no_token_reaches_the_log(holder: Holder, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        official = holder("isian")
        official.look()
        official.send({})
        official.send(complete_isian())
        official.client.put(official.path)

    assert official.path.removeprefix("/t/") not in caplog.text


def test_robots_are_sent_away(browser: FlaskClient) -> None:
    assert "Disallow: /" in browser.get("/robots.txt").text
