"""What is kept for a while only is forgotten by the sweeps, and nothing sooner."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from processes.office import Office
from processes.store import repeats
from processes.store.tables import ConfirmationCode, FailedTry, Repeat
from tests.webhooks.coded import CodedCase
from tests.webhooks.conftest import Clock
from worker.sweeps import sweep_documents
from worker.tick import tick

MINUTE = timedelta(minutes=1)


def kept(office: Office) -> tuple[int, int, int]:
    """How many failed tries, answers to be repeated, and codes that could be made again."""
    with office.database.read() as session:
        codes = session.scalars(select(ConfirmationCode.salt)).all()
        return (
            len(session.scalars(select(FailedTry)).all()),
            len(session.scalars(select(Repeat)).all()),
            sum(salt is not None for salt in codes),
        )


def test_tries_answers_and_codes_are_forgotten_when_their_time_is_over(
    app: Flask, office: Office, clock: Clock
) -> None:
    coded = CodedCase(app, office, clock())
    begun = clock()
    coded.holder("utama", begun).send({"paraf": "paraf"})
    app.test_client().get("/t/unknown")
    with office.database.write() as session:
        repeats.keep_repeat(
            session, asker="a", key="k", request_sha256="0" * 64, status=200, body={}, at=begun
        )
    sweep_documents(office, lambda: begun + 9 * MINUTE)
    assert kept(office) == (1, 1, 1)
    sweep_documents(office, lambda: begun + 10 * MINUTE)
    assert kept(office) == (1, 1, 0)
    sweep_documents(office, lambda: begun + 62 * MINUTE)
    assert kept(office) == (0, 1, 0)
    tick(office, begun + timedelta(hours=25))
    assert kept(office) == (0, 0, 0)
