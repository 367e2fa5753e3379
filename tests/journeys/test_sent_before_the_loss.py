"""Between a backup and the loss the old installation went on sending."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.settings import Settings
from processes.store import outbox
from processes.store.tables import (
    Message,
    MessageStatus,
    Webhook,
    WebhookDelivery,
    WebhookDirection,
)
from tests.journeys.town import Town

KEEPER = Actor(kind="account", name="administrator")


def test_what_was_due_after_the_backup_may_have_gone_out_before_the_loss(
    both: Town, tmp_path: Path
) -> None:
    now = both.now
    soon, failed, far = timedelta(minutes=5), timedelta(hours=20), timedelta(days=40)
    with both.office.database.write() as session:
        endpoint = Webhook(
            region_code="32.01",
            name="SIKDA",
            direction=WebhookDirection.OUT,
            salt="garam",
            active_since=now,
            created_by="uji",
            created_at=now,
        )
        session.add(endpoint)
        session.flush()
        for key, ahead in (("soon", soon), ("failed", failed), ("far", far)):
            message = outbox.put(
                session,
                key=key,
                kind="kabar",
                address="x@x.example",
                now=now,
                not_before=now + ahead,
            )
            assert message is not None
            message.attempts = int(key == "failed")
            session.add(
                WebhookDelivery(
                    id=key,
                    webhook_id=endpoint.id,
                    key=key,
                    kind="case.opened",
                    at=now,
                    facts={},
                    created_at=now,
                    not_before=now + ahead,
                    attempts=message.attempts,
                )
            )
    file = tmp_path / "cadangan.zip"
    actions.back_up(both.office, file, now=now)
    folder = tmp_path / "lain"
    url = f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}"
    settings = Settings(env="development", data=folder, database_url=url)
    lost = now + timedelta(hours=6)
    actions.restore(settings, file, now=lost)
    with closing(Office.open(settings)) as office:
        with office.database.write() as session:
            outbox.put(session, key="new", kind="kabar", address="y@x.example", now=lost + soon)
        actions.resume_sending(office, actor=KEEPER, everything=False, now=lost + soon)
        with office.database.read() as session:
            letters = dict(session.execute(select(Message.key, Message.status)).all())
            events = dict(session.execute(select(WebhookDelivery.id, WebhookDelivery.status)).all())
    waiting, aside = MessageStatus.WAITING, MessageStatus.PARKED
    assert letters == {"soon": aside, "failed": aside, "far": waiting, "new": waiting}
    assert {key: status.value for key, status in events.items()} == {
        "soon": "parked",
        "failed": "parked",
        "far": "waiting",
    }
