"""Links in a real Chromium: the address after the receipt, and robots with scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store.links import token_for
from processes.store.tables import Case, Link, LinkPurpose, Task, TaskStatus
from tests.journeys.answers import smooth
from tests.webhooks.official import PDF

pytestmark = pytest.mark.browser

#: how a script sends a form
WAYS = ("form.submit()", "form.requestSubmit()", "form.querySelector('button').click()")
CLERK = Actor(kind="account", name="administrator")


@pytest.fixture
def scanner(chromium: Browser) -> Iterator[Page]:
    """A robot with a browser that runs scripts."""
    context = chromium.new_context(java_script_enabled=True)
    yield context.new_page()
    context.close()


def open_case(office: Office, title: str = "Air bersih") -> str:
    now = datetime.now(UTC)
    return actions.open_case(
        office,
        procedure="ksdd",
        region="32.01",
        parties=["32.02"],
        title=title,
        actor=CLERK,
        now=now,
    )


def review(office: Office, case: str) -> str:
    """The case's task whether its request is complete."""
    now = datetime.now(UTC)
    kak = actions.add_document(
        office, BytesIO(PDF), "kak.pdf", actor=CLERK, region="32.01", now=now
    )
    answers: dict[str, Any] = smooth(now.date().isoformat(), parties=["32.01"])["tahap1_permohonan"]
    with office.database.read() as session:
        answers["judul"] = session.get_one(Case, case).title
    first = open_tasks(office, case)[0]
    actions.complete_task(
        office, first, {**answers, "kak": {"document": kak.id}}, actor=CLERK, now=now
    )
    return open_tasks(office, case)[0]


def open_tasks(office: Office, case: str) -> list[str]:
    with office.database.read() as session:
        found = select(Task.id).where(Task.case_id == case, Task.status == TaskStatus.OPEN)
        return list(session.scalars(found))


def link_to(office: Office, task: str) -> str:
    with office.database.read() as session:
        found = select(Link.id).where(Link.task_id == task, Link.purpose == LinkPurpose.ANSWER)
        link = session.scalars(found).first()
    return f"{office.settings.base_url}/t/{token_for(office.secret, str(link))}"


def choose_and_send(phone: Page) -> None:
    for name in phone.locator('input[type="radio"]').evaluate_all("all => all.map(i => i.name)"):
        phone.locator(f'[name="{name}"]').first.check()
    phone.get_by_role("button", name="Tinjau jawaban").click()
    phone.get_by_role("button", name="Kirim jawaban").click()


def test_the_receipt_has_an_address_without_the_secret_and_the_link_shows_it_is_done(
    phone: Page, office: Office
) -> None:
    tasks = [review(office, open_case(office, title)) for title in ("Air bersih", "Sampah")]
    links = [link_to(office, task) for task in tasks]
    told: list[tuple[str, str]] = []
    other = phone.context.new_page()
    for page in (phone, other):
        page.on("request", lambda r: told.append((r.url, r.headers.get("referer", ""))))
    phone.goto(links[0])
    other.goto(links[1])

    choose_and_send(phone)
    choose_and_send(other)

    for page, task, title in ((phone, tasks[0], "Air bersih"), (other, tasks[1], "Sampah")):
        assert page.url == f"{office.settings.base_url}/tugas/{task}"
        assert "Jawaban sudah diterima" in page.content()
        assert title in page.content()
        page.reload()
        assert "Jawaban sudah diterima" in page.content()
        for _ in ("the second look", "the form"):
            page.go_back()
            assert "Jawaban sudah diterima" in page.content()
        page.goto(f"{office.settings.base_url}/tugas/{task}")
    phone.context.clear_cookies()
    phone.reload()
    assert "buka kembali tautan" in phone.content()
    phone.goto(links[0])
    assert "Jawaban sudah diterima" in phone.content()
    assert [url for url, _ in told if not url.startswith(office.settings.base_url)] == []
    assert [referrer for _, referrer in told if referrer] == []


def test_a_robot_that_runs_scripts_finishes_nothing(scanner: Page, office: Office) -> None:
    case = open_case(office)
    tasks = [*open_tasks(office, case), review(office, open_case(office, "Sampah"))]
    for task in tasks:
        link = link_to(office, task)
        for send in (
            "form.submit()",
            "form.requestSubmit()",
            "form.querySelector('button').click()",
        ):
            scanner.goto(link)
            with scanner.expect_navigation():
                scanner.evaluate(f"() => {{ const form = document.forms[0]; {send} }}")
            assert scanner.locator('[role="alert"]').count() == 1
        scanner.goto(link)
        assert scanner.locator("form").count() >= 1
    with office.database.read() as session:
        states = {session.get_one(Task, task).status for task in tasks}
    assert states == {TaskStatus.OPEN}


def test_a_dead_link_takes_the_wish_for_a_new_one(phone: Page, office: Office) -> None:
    phone.goto(f"{office.settings.base_url}/t/{'x' * 43}")
    phone.get_by_role("button", name="Minta tautan baru").click()

    assert "Permintaan Anda diterima" in phone.content()
    assert phone.locator("html").evaluate("page => page.scrollWidth") <= 360
