"""The page of a dead link: the same for all, and a new link for the registered address only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from processes import actions
from processes.actions import Order
from processes.office import Office
from processes.store import links
from processes.store.kinds import RENEWED
from processes.store.tables import Link, Message, Person
from processes.store.tables import Official as OfficialRow
from tests.webhooks.conftest import ADMINISTRATOR, Clock
from tests.webhooks.official import Official, complete_isian
from worker.tick import tick

Holder = Callable[[str], Official]
WISH = {"_tautan_baru": "ya"}


def wishes(office: Office) -> list[Message]:
    with office.database.read() as session:
        found = select(Message).where(Message.kind == RENEWED).order_by(Message.created_at)
        return list(session.scalars(found))


def revoke(office: Office, official: Official, clock: Clock) -> None:
    with office.database.write() as session:
        links.revoke(session, official.task_id, now=clock())


def letters(office: Office) -> list[str]:
    folder = office.settings.mail_folder
    return [path.read_text() for path in sorted(folder.glob("*.eml"))]


def test_every_dead_link_shows_one_page_and_takes_one_wish(
    holder: Holder, office: Office, browser: FlaskClient, clock: Clock
) -> None:
    finished = holder("isian")
    finished.send(complete_isian())
    clock.pass_days(8)
    revoked = holder("putusan")
    revoke(office, revoked, clock)
    unknown = Official(revoked.client.application, "/t/" + "x" * 43, "")

    pages = [each.look() for each in (finished, revoked, unknown)]
    said = [each.client.post(each.path, data=WISH) for each in (finished, revoked, unknown)]

    assert [page.status_code for page in pages] == [410, 410, 404]
    assert len({page.text for page in pages}) == 1
    assert "Minta tautan baru" in pages[0].text
    assert [answer.status_code for answer in said] == [200] * 3
    assert len({answer.text for answer in said}) == 1
    assert all("Set-Cookie" not in answer.headers for answer in (*pages, *said))


def test_the_new_link_goes_to_the_registered_address_and_says_how_old_the_other_one_was(
    holder: Holder, office: Office, clock: Clock
) -> None:
    official = holder("isian")
    with office.database.read() as session:
        row = (
            select(Person.email)
            .join(OfficialRow)
            .join(Link)
            .where(Link.task_id == official.task_id)
        )
        registered = session.scalars(row).first()
    clock.pass_days(78)
    revoke(office, official, clock)

    official.client.post(official.path, data={**WISH, "email": "evil@evil.test"})
    tick(office, clock())

    [wish] = wishes(office)
    assert wish.address == registered
    [letter] = [text for text in letters(office) if "Tautan baru" in text]
    words = letter.replace("=\n", "")
    assert "78 hari yang lalu" in words
    assert "sudah diganti" in words
    assert "evil" not in letter
    with office.database.read() as session:
        token = links.token_for(office.secret, str(wish.link_id))
    assert token in words
    assert (
        Official(official.client.application, f"/t/{token}", official.task_id).look().status_code
        == 200
    )


def test_whoever_no_longer_has_the_task_gets_word_but_no_link(
    holder: Holder, office: Office, clock: Clock
) -> None:
    done = holder("isian")
    done.send(complete_isian())
    clock.pass_days(8)
    handed = holder("putusan")
    actions.reassign_task(
        office,
        handed.task_id,
        [another(office, handed)],
        order=Order(actor=ADMINISTRATOR, reason="Cuti"),
        now=clock(),
    )

    for each in (done, handed):
        each.client.post(each.path, data=WISH)

    told = [(wish.link_id, wish.values["kabar"]) for wish in wishes(office)]
    assert [link for link, _ in told] == [None, None]
    assert {("selesai dijawab" in word, "dialihkan" in word) for _, word in told} == {
        (True, False),
        (False, True),
    }


def another(office: Office, official: Official) -> str:
    """An official of the same house who does not hold the task."""
    with office.database.read() as session:
        holding = session.scalars(
            select(Link.official_id).where(Link.task_id == official.task_id)
        ).all()
        person = select(OfficialRow.person_id).where(OfficialRow.id.in_(holding))
        found = session.scalars(
            select(OfficialRow.id).where(
                OfficialRow.region_code == "32.01",
                OfficialRow.active,
                OfficialRow.person_id.not_in(person),
            )
        )
        return str(found.first())


def test_wishing_too_often_sends_nothing_more_and_nobody_can_tell(
    holder: Holder, office: Office, clock: Clock
) -> None:
    official = holder("isian")
    revoke(office, official, clock)

    answers = set()
    for _ in range(8):
        clock.moment += timedelta(seconds=1)
        answers.add(official.client.post(official.path, data=WISH).text)
    assert len(answers) == 1
    assert len(wishes(office)) == 3
    for _ in range(24):
        clock.moment += timedelta(minutes=61)
        for _ in range(3):
            clock.moment += timedelta(seconds=1)
            official.client.post(official.path, data=WISH)
    hours = [wish.created_at for wish in wishes(office)]
    day = timedelta(days=1)
    assert max(sum(start <= at < start + day for at in hours) for start in hours) == 20


def test_wishing_with_unknown_tokens_is_guessing(browser: FlaskClient) -> None:
    statuses = [browser.post(f"/t/{'x' * 42}{n % 10}", data=WISH).status_code for n in range(22)]

    assert statuses == [200] * 20 + [429] * 2


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}], ids=str)
def test_another_site_cannot_wish(
    holder: Holder, office: Office, clock: Clock, headers: dict[str, str]
) -> None:
    official = holder("isian")
    revoke(office, official, clock)

    assert official.client.post(official.path, data=WISH, headers=headers).status_code == 403
    assert wishes(office) == []


def test_revoked_tokens_are_no_guesses_and_a_blocked_guesser_writes_nothing(
    holder: Holder, office: Office, clock: Clock, browser: FlaskClient
) -> None:
    official = holder("isian")
    revoke(office, official, clock)

    assert {official.look().status_code for _ in range(30)} == {410}
    assert browser.get("/t/" + "x" * 43).status_code == 404
