"""After a restore the board says that nothing goes out, and an administrator lets it go on."""

from __future__ import annotations

from datetime import timedelta

from processes.office import Office
from processes.store import pauses
from processes.store.tables import AccountRole
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from worker.delivery import deliver_due


def test_the_board_says_that_sending_is_held_back_and_an_administrator_resumes_it(
    office: Office, signed_in: SignIn, clock: Clock
) -> None:
    with office.database.write() as session:
        pauses.begin(session, made_at=clock() - timedelta(hours=5), now=clock())
    browser, clerk = signed_in(), signed_in(role=AccountRole.CLERK)
    assert "/pengiriman" in browser.get("/").text
    page = browser.get("/pengiriman").text
    assert "ditahan sejak pemulihan" in page
    assert "Lanjutkan pengiriman" not in clerk.get("/pengiriman").text
    key = key_in(clerk.get("/").text)
    assert clerk.post("/pengiriman", data={"_kunci": key}).status_code == 403
    assert deliver_due(office, clock()) == 0
    answer = browser.post("/pengiriman", data={"_kunci": key_in(page)})
    assert answer.status_code == 303
    assert "seperti biasa" in browser.get("/pengiriman").text
    assert "/pengiriman" not in browser.get("/").text
    again = browser.post("/pengiriman", data={"_kunci": key_in(page)})
    assert again.status_code == 409
    assert "tidak sedang ditahan" in again.text
