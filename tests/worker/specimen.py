"""A letter to a sekda, for tests that only care about the way it goes."""

from __future__ import annotations

from datetime import UTC, datetime

from worker.letters import Letter

SEKDA = "sekda.bogor@example.test"


def letter(**changes: str) -> Letter:
    words = {
        "message_id": "<0123abcd@ksdd.localhost>",
        "sender": "Kerja Sama Daerah <ksdd@localhost>",
        "address": SEKDA,
        "subject": "Tugas: Paraf Sekretaris Daerah",
        "text": "Yth. Sekretaris Daerah\n\nSilakan membuka https://ksdd.example.test/t/abc.\n",
        **changes,
    }
    return Letter(written_at=datetime(2026, 3, 2, 2, 0, tzinfo=UTC), **words)
