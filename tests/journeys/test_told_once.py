"""Nobody is told the same twice, or of what is no longer so: after a pause, an extension, a slip
in the owner's words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from processes import actions
from processes.store.tables import AccountRole, Alarm, Message, MessageStatus
from tests.journeys.answers import Journey
from tests.journeys.test_calendar_changes import token
from tests.journeys.test_reminders import WIB, live, mails, told
from tests.journeys.test_repairs import BOGOR, SUKABUMI, act, open_task
from tests.journeys.town import Town
from tests.test_settings_have_effect import FIRST, publish
from worker.tick import tick


def go(town: Town, day: int, hour: int = 10, *, month: int = 7) -> None:
    """A look of all sweeps at an hour in Jakarta."""
    town.now = datetime(2026, month, day, hour, tzinfo=WIB).astimezone(UTC)
    tick(town.office, town.now)


def ring(town: Town, day: int) -> None:
    """Everything due at eight that morning rings; nothing is delivered yet."""
    town.now = datetime(2026, 7, day, 8, 1, tzinfo=WIB).astimezone(UTC)
    for kinds in (actions.REMINDERS, actions.ESCALATIONS):
        actions.fire_alarms(town.office, kinds=kinds, now=town.now)


def since(town: Town, count: int) -> list[tuple[str, str, str]]:
    """Receiver, subject and text of the mails after the first `count`."""
    return [(to.split("@")[0], subject, body) for _, to, subject, body in mails(town)][count:]


def test_what_rang_before_a_pause_does_not_ring_or_take_the_task_again(both: Town) -> None:
    publish(
        both,
        {FIRST: {"eskalasi": "+1 hari kerja: sekda, alihkan; +2 hari kerja: kabag"}},
    )
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, FIRST)
    live(both, date(2026, 7, 14))
    [clerk] = both.call("GET", f"/officials?region={BOGOR}&role=bagian_kerja_sama").get_json()[
        "items"
    ]
    act(both, task, "reassign", official=clerk["id"])
    for day in (15, 16):
        go(both, day, 11)
        act(both, task, "pause")
        go(both, day, 12)
        act(both, task, "resume")
        go(both, day, 13)
    assert open_task(journey, FIRST)["holder"]["id"] == clerk["id"]
    assert sum(told(both, "Mohon informasi").values()) == 1
    act(both, task, "extend", due_on="2026-07-20")
    live(both, date(2026, 7, 22))
    assert open_task(journey, FIRST)["holder"]["id"] != clerk["id"], "a new deadline rings anew"
    assert sum(told(both, "Mohon informasi").values()) == 2


def test_what_still_waits_to_be_sent_is_let_go_when_the_clock_stops_or_moves(both: Town) -> None:
    publish(both, {FIRST: {"eskalasi": "-3 hari kerja: kabag; +1 hari kerja: kabag"}})
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, FIRST)
    live(both, date(2026, 7, 9))
    [early] = [(s, b) for _, _, s, b in mails(both) if s.startswith("Mohon informasi")]
    assert "mendekati tenggat" in early[0]
    assert "melewati" not in early[0] + early[1]
    assert "belum selesai pada tenggatnya" not in early[1]
    before = len(list(mails(both)))
    go(both, 13)
    ring(both, 14)
    act(both, task, "pause")
    both.read_mail()
    assert not [s for to, s, _ in since(both, before) if to.startswith("kabag")]
    act(both, task, "resume")
    go(both, 14)
    [(_, subject, _)] = [each for each in since(both, before) if each[0].startswith("kabag")]
    assert "melewati tenggat" in subject, "nobody had got it yet"
    act(both, task, "extend", due_on="2026-07-15")
    ring(both, 15)
    act(both, task, "extend", working_days=1)
    before = len(list(mails(both)))
    both.read_mail()
    assert not since(both, before), "what was early for the old day is not said for the new one"


def test_words_that_mean_the_same_ring_once_and_move_together(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, FIRST)
    both.token = token(both, "adm", AccountRole.ADMIN)
    with both.office.database.write() as session:
        # as published before such words were refused
        [kept] = session.query(Alarm).filter_by(task_id=task["id"], label="0")
        session.add(
            Alarm(
                kind=kept.kind,
                case_id=kept.case_id,
                task_id=kept.task_id,
                label="0",
                due_at=kept.due_at,
                set_at=kept.set_at,
            )
        )
    day = {"day": "2026-07-09", "kind": "libur_daerah", "region": BOGOR}
    answer = both.call("POST", "/calendar/days", {**day, "name": "HJ", "decree": "SK 1"})
    assert answer.status_code == 201
    live(both, date(2026, 7, 14))
    assert told(both, "Pengingat") == {
        (date(2026, 7, 10), "bagian-kerja-sama.3201"): 1,
        (date(2026, 7, 14), "bagian-kerja-sama.3201"): 1,
    }


@pytest.mark.parametrize(
    "words",
    [
        {"pengingat": "+2 hari kerja berulang 3; +4 hari kerja"},
        {"eskalasi": "+1 hari kerja: sekda; 1 hari kerja: sekda, beritahu"},
    ],
)
def test_words_that_mean_the_same_are_refused_at_publish(town: Town, words: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="lebih dari sekali"):
        publish(town, {FIRST: words})


def test_a_link_that_goes_by_hand_is_kept_through_a_pause(town: Town) -> None:
    from tests.journeys.test_messages import leave_only_a_telephone

    leave_only_a_telephone(town, BOGOR, "bagian_kerja_sama")
    task = open_task(Journey(town, [BOGOR, SUKABUMI]), FIRST)
    ring(town, 9)
    act(town, task, "pause")
    with town.office.database.read() as session:
        [left] = session.query(Message).filter_by(status=MessageStatus.BY_HAND, task_id=task["id"])
        assert (left.kind, left.link_id is not None) == ("tugas_baru", True)
