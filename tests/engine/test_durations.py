"""Lengths of time, reminders and escalations in the owner's words."""

from __future__ import annotations

import pytest

from processes.engine.durations import DurationError, Span, parse_span
from processes.engine.policies import Escalation, Reminder, parse_escalations, parse_reminders


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("5 hari kerja", 5, "hari_kerja"),
        (" 45  Hari   Kerja ", 45, "hari_kerja"),
        ("30 hari", 30, "hari"),
        ("30 hari kalender", 30, "hari"),
        ("2 minggu", 14, "hari"),
        ("6 bulan", 6, "bulan"),
        ("5 tahun", 60, "bulan"),
        ("24 jam", 24, "jam"),
        ("P10D", 10, "hari"),
        ("p2w", 14, "hari"),
        ("P6M", 6, "bulan"),
        ("P1Y6M", 18, "bulan"),
        ("PT24H", 24, "jam"),
        ("P1DT12H", 36, "jam"),
        ("PT30M", 0.5, "jam"),
        ("P0D", 0, "hari"),
    ],
)
def test_a_span_is_read_as_its_owner_wrote_it(text: str, count: float, unit: str) -> None:
    span = parse_span(text)
    assert (span.count, span.unit) == (count, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "besok",
        "5",
        "hari kerja",
        "lima hari",
        "5 hari kerja lagi",
        "5,5 hari",
        "1.5 jam",
        "P1.5D",
        "P10",
        "10D",
        "P10D kerja",
        "999999 hari",
        "\u0665 hari",
        "5\x00 hari",
        "2027-01-31",
        "tambah_hari(tanggal, 5)",
        "x" * 10_000,
    ],
)
def test_other_texts_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(DurationError, match="Tulis misalnya 5 hari kerja"):
        parse_span(text)


def test_a_span_that_runs_backwards_is_refused() -> None:
    with pytest.raises(DurationError, match="bertanda minus"):
        parse_span("-P1D")


@pytest.mark.parametrize("text", ["P1M10D", "P1Y1D", "P1MT1H", "P1WT1H"])
def test_months_and_days_do_not_mix(text: str) -> None:
    with pytest.raises(DurationError, match="mencampur"):
        parse_span(text)


def test_the_refusal_speaks_english_too() -> None:
    with pytest.raises(DurationError) as refused:
        parse_span("besok")
    assert refused.value.say("en").startswith("“besok” is not a length of time.")


def test_reminders_are_read_in_the_owners_order() -> None:
    assert parse_reminders("-2 hari kerja; 0; +2 hari kerja berulang 3") == [
        Reminder(offset_working_days=-2, repeat_every=None, repeat_count=None),
        Reminder(offset_working_days=0, repeat_every=None, repeat_count=None),
        Reminder(offset_working_days=2, repeat_every=2, repeat_count=3),
    ]


def test_a_repeated_reminder_comes_so_many_times_in_all() -> None:
    [reminder] = parse_reminders("+2 hari kerja berulang 3")
    assert reminder.offsets == (2, 4, 6)
    [daily] = parse_reminders("-3 hari kerja berulang 4 kali setiap 1 hari kerja")
    assert daily.offsets == (-3, -2, -1, 0)
    [once] = parse_reminders("-2 hari kerja")
    assert once.offsets == (-2,)


def test_no_text_means_no_reminder_and_a_last_semicolon_is_forgiven() -> None:
    assert parse_reminders("") == []
    assert len(parse_reminders("0; 1 hari kerja;")) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("besok", "tidak terbaca"),
        ("2", "tidak terbaca"),
        ("-2 hari", "tidak terbaca"),
        ("0;;1 hari kerja", "tidak terbaca"),
        ("0, 1 hari kerja", "tidak terbaca"),
        ("+2 hari kerja berulang", "tidak terbaca"),
        ("+2 hari kerja berulang 1", "2 sampai 50 kali"),
        ("+2 hari kerja berulang 999", "2 sampai 50 kali"),
        ("0 berulang 3", "jarak ulangnya"),
        ("-2 hari kerja berulang 3", "jarak ulangnya"),
        ("900 hari kerja", "terlalu jauh"),
        ("0; 0", "lebih dari sekali"),
        ("; ".join(f"{n} hari kerja" for n in range(1, 40)), "paling banyak 20"),
    ],
)
def test_a_reminder_that_cannot_be_meant_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DurationError, match=sentence):
        parse_reminders(text)


def test_escalations_tell_unless_they_hand_over() -> None:
    assert parse_escalations("+1 hari kerja: asisten; +5 hari kerja: sekda, alihkan") == [
        Escalation(offset=1, target_role="asisten", verb="beritahu"),
        Escalation(offset=5, target_role="sekda", verb="alihkan"),
    ]
    [early] = parse_escalations("-10 hari kerja : bagian_kerja_sama , Beritahu")
    assert (early.offset, early.verb) == (-10, "beritahu")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("+1 hari kerja", "tidak terbaca"),
        ("asisten", "tidak terbaca"),
        ("+1 hari kerja: ", "tidak terbaca"),
        ("+1 hari kerja: dua kata", "tidak terbaca"),
        ("+1 hari kerja: sekda, pecat", "beritahu, alihkan, atau peringatkan"),
        ("+300 hari kerja: sekda", "terlalu jauh"),
    ],
)
def test_an_escalation_that_cannot_be_meant_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DurationError, match=sentence):
        parse_escalations(text)


def test_a_span_is_a_fact() -> None:
    assert parse_span("P10D") == Span(count=10, unit="hari")
