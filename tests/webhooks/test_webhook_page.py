"""The page of webhooks: an administrator connects a system, tries it, and sees what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from processes.office import Office
from processes.store.tables import AccountRole, DeliveryStatus, WebhookDelivery
from tests.webhooks.test_board import key_in
from tests.worker.receiver import Receiver
from worker.webhook_delivery import deliver_events

SignIn = Callable[..., FlaskClient]


def test_an_administrator_connects_a_system_and_tries_it(
    office: Office, signed_in: SignIn, clock: Callable[[], object]
) -> None:
    client = signed_in()
    page = client.get("/webhook").get_data(as_text=True)
    form = {"_kunci": key_in(page), "region": "32.01", "direction": "keluar", "name": "SI Bogor"}
    with Receiver() as receiver:
        wrong = client.post("/webhook", data={**form, "url": "ftp://x", "events": ["task.opened"]})
        assert wrong.status_code == 422
        kept = wrong.get_data(as_text=True)
        assert 'value="ftp://x"' in kept
        assert kept.count("checked") == 2, "one direction, one event, as they were chosen"
        good = {**form, "url": receiver.url, "events": ["task.opened", "case.ended"]}
        made = client.post("/webhook", data=good)
        assert made.status_code == 201
        shown = made.get_data(as_text=True)
        [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]+", shown)
        [row] = set(re.findall(r"/webhook/([0-9a-f]{32})/coba", shown))
        receiver.secrets = [secret]
        key = {"_kunci": key_in(shown)}
        assert client.post(f"/webhook/{row}/coba", data=key).status_code == 303
        deliver_events(office, clock())  # type: ignore[arg-type]
        assert receiver.kinds() == ["webhook.test"]
    again = client.get(f"/webhook/{row}").get_data(as_text=True)
    assert secret not in again
    assert "Diterima" in again
    with office.database.write() as session:
        session.query(WebhookDelivery).update(
            {"status": DeliveryStatus.PARKED, "last_error": "HTTP 500"}
        )
    assert "HTTP 500" in client.get("/gangguan").get_data(as_text=True)
    delivery = re.findall(r"msg_[0-9a-f]{32}", again)[0]
    assert client.post(f"/webhook/kiriman/{delivery}", data=key).status_code == 303
    renewed = client.post(f"/webhook/{row}/kunci", data=key).get_data(as_text=True)
    assert re.findall(r"whsec_[A-Za-z0-9+/=]+", renewed) not in ([], [secret])
    assert client.post(f"/webhook/{row}/mati", data=key).status_code == 303
    assert client.post(f"/webhook/{row}/coba", data=key).status_code == 409
    assert client.post(f"/webhook/{row}/lain", data=key).status_code == 404
    assert client.post(f"/webhook/{row}/hapus", data=key).status_code == 303
    assert client.get(f"/webhook/{row}").status_code == 404


def test_only_administrators_of_the_region_see_the_page(signed_in: SignIn) -> None:
    assert signed_in(AccountRole.OWNER).get("/webhook").status_code == 403
    client = signed_in(AccountRole.ADMIN, "32.02")
    key = key_in(client.get("/webhook").get_data(as_text=True))
    form = {"_kunci": key, "region": "32.01", "direction": "masuk", "name": "SI"}
    assert client.post("/webhook", data=form).status_code == 403
    assert client.post("/webhook", data={**form, "region": "32.02"}).status_code == 201
    assert client.post("/webhook", data={**form, "_kunci": "x"}).status_code == 403
