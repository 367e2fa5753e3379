"""Each party may hand in 50 files of 100 MB together for one case within a year."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from processes.errors import TooLarge
from processes.store.allowance import check_allowance
from processes.store.database import Database
from tests.store.cast import BOGOR, SUKABUMI, a_case, a_document, an_answered_task


def test_a_party_hands_in_at_most_fifty_files(database: Database, now: datetime) -> None:
    with database.write() as session:
        task = an_answered_task(session, a_case(session, now), BOGOR, now)
        for _ in range(50):
            a_document(session, now, BOGOR, task)
        check_allowance(session, task.case_id, BOGOR, now=now)
        a_document(session, now, BOGOR, task)
        check_allowance(session, task.case_id, SUKABUMI, now=now)
        with pytest.raises(TooLarge, match="51 berkas"):
            check_allowance(session, task.case_id, BOGOR, now=now)


def test_a_party_hands_in_at_most_a_hundred_megabytes(database: Database, now: datetime) -> None:
    with database.write() as session:
        task = an_answered_task(session, a_case(session, now), BOGOR, now)
        check_allowance(session, task.case_id, BOGOR, now=now)
        a_document(session, now, BOGOR, task).size = 100 * 1024 * 1024
        check_allowance(session, task.case_id, BOGOR, now=now)
        a_document(session, now, BOGOR, task).size = 1
        with pytest.raises(TooLarge, match="100 MB"):
            check_allowance(session, task.case_id, BOGOR, now=now)


def test_what_was_handed_in_more_than_a_year_ago_counts_no_more(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        task = an_answered_task(session, a_case(session, now), BOGOR, now)
        for _ in range(50):
            a_document(session, now, BOGOR, task)
        a_document(session, now + timedelta(days=300), BOGOR, task)
        in_time = now + timedelta(days=364)
        with pytest.raises(TooLarge, match="51 berkas"):
            check_allowance(session, task.case_id, BOGOR, now=in_time)
        check_allowance(session, task.case_id, BOGOR, now=now + timedelta(days=365))
