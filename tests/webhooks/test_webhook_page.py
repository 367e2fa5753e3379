"""The page of webhooks: an administrator connects a system, tries it, and sees what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from processes.office import Office
from processes.store.tables import AccountRole, DeliveryStatus, WebhookDelivery
from tests.webhooks.forms import key_in
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
        assert kept.count("checked") == 2, "as they were chosen"
        good = {**form, "url": receiver.url, "events": ["task.opened", "case.ended"]}
        shown = client.post("/webhook", data=good).get_data(as_text=True)
        [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]+", shown)
        [row] = set(re.findall(r"/webhook/([0-9a-f]{32})/coba", shown))
        receiver.secrets = [secret]
        key = {"_kunci": key_in(shown)}
        assert client.post(f"/webhook/{row}/coba", data=key).status_code == 303
        deliver_events(office, clock())  # type: ignore[arg-type]
        assert receiver.kinds() == ["webhook.test"]
    again = client.get(f"/webhook/{row}").get_data(as_text=True)
    assert (secret in again, "Diterima" in again) == (False, True)
    park_everything(office)
    assert "HTTP 500" in client.get("/gangguan").get_data(as_text=True)
    delivery = re.findall(r"msg_[0-9a-f]{32}", again)[0]
    assert client.post(f"/webhook/kiriman/{delivery}", data=key).status_code == 303
    renewed = client.post(f"/webhook/{row}/kunci", data=key).get_data(as_text=True)
    assert re.findall(r"whsec_[A-Za-z0-9+/=]+", renewed) not in ([], [secret])
    acts = {"mati": 303, "coba": 409, "lain": 404, "hapus": 303}
    for act, status in acts.items():
        assert client.post(f"/webhook/{row}/{act}", data=key).status_code == status
    assert client.get(f"/webhook/{row}").status_code == 404


def park_everything(office: Office) -> None:
    with office.database.write() as session:
        session.query(WebhookDelivery).update(
            {"status": DeliveryStatus.PARKED, "last_error": "HTTP 500"}
        )


def test_only_administrators_of_the_region_see_the_page(signed_in: SignIn) -> None:
    assert signed_in(AccountRole.OWNER).get("/webhook").status_code == 403
    client = signed_in(AccountRole.ADMIN, "32.02")
    key = key_in(client.get("/webhook").get_data(as_text=True))
    form = {"_kunci": key, "region": "32.01", "direction": "masuk", "name": "SI"}
    assert client.post("/webhook", data=form).status_code == 403
    assert client.post("/webhook", data={**form, "region": "32.02"}).status_code == 201
    assert client.post("/webhook", data={**form, "_kunci": "x"}).status_code == 403
