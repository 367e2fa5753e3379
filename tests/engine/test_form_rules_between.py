"""What the answers of one form ask of each other, of each region's own, and of earlier tasks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from processes.engine.forms import Form
from processes.errors import InvalidAnswers
from tests.engine.form_fields import BOGOR, CONTEXT, SUKABUMI, asked

SIGNING = Form.read(
    [
        asked("status", "enum", options=["definitif", "Plt"], untuk="pihak"),
        asked("dasar", untuk="pihak", wajib_jika='status != null and status != "definitif"'),
        asked("kuasa", hanya_jika='tahap1.jenis == "pks"'),
        asked("rangkap", "long"),
        asked("bermeterai", "long", paling_banyak="rangkap"),
        asked("pemetaan", ingatkan_jika="rangkap == 2"),
    ]
)


def refused(answers: dict[str, Any], **earlier: Any) -> dict[str, str]:
    context = replace(CONTEXT, earlier=lambda: earlier)
    with pytest.raises(InvalidAnswers) as raised:
        SIGNING.check(answers, context=context)
    return raised.value.sentences()


def test_a_condition_of_a_question_per_region_looks_at_that_regions_answers() -> None:
    acting = {"status": {BOGOR: "definitif", SUKABUMI: "Plt"}}
    assert list(refused(acting)) == ["dasar"]
    assert SUKABUMI in refused(acting)["dasar"]
    assert BOGOR not in refused(acting)["dasar"]
    named = {**acting, "dasar": {SUKABUMI: "SK 131/2020"}}
    assert SIGNING.check(named, context=CONTEXT)["dasar"] == {SUKABUMI: "SK 131/2020"}


def test_a_question_that_does_not_arise_in_this_case_may_not_be_answered() -> None:
    answers = {"kuasa": "180/2019"}
    assert list(refused(answers, tahap1={"jenis": "kb"})) == ["kuasa"]
    allowed = replace(CONTEXT, earlier=lambda: {"tahap1": {"jenis": "pks"}})
    assert SIGNING.check(answers, context=allowed)["kuasa"] == "180/2019"


def test_a_question_whose_condition_nobody_can_compute_may_be_answered() -> None:
    assert SIGNING.check({"kuasa": "180/2019"}, context=CONTEXT)["kuasa"] == "180/2019"


def test_a_part_is_not_larger_than_the_whole() -> None:
    assert list(refused({"rangkap": 2, "bermeterai": 3})) == ["bermeterai"]
    assert SIGNING.check({"rangkap": 4, "bermeterai": 2}, context=CONTEXT)["bermeterai"] == 2


def test_what_should_have_been_answered_is_a_warning_only() -> None:
    taken = SIGNING.check({"rangkap": 2}, context=CONTEXT)
    assert list(SIGNING.warnings(taken, context=CONTEXT)) == ["pemetaan"]
    taken = SIGNING.check({"rangkap": 2, "pemetaan": "Ada"}, context=CONTEXT)
    assert SIGNING.warnings(taken, context=CONTEXT) == {}


AGREED = Form.read(
    [
        asked("mulai", "date"),
        asked(
            "berakhir",
            "date",
            setelah="mulai",
            ingatkan_lewat_bulan="tahap1.jangka_waktu_bulan",
        ),
    ]
)


@pytest.mark.parametrize(
    ("mulai", "berakhir", "bulan", "paling_lambat"),
    [
        ("2026-08-01", "2031-08-01", 60, None),
        ("2026-08-01", "2031-08-02", 60, "2031-08-01"),
        ("2026-08-31", "2027-02-28", 6, None),
        ("2026-08-31", "2027-03-01", 6, "2027-02-28"),
        ("2026-08-01", "2099-01-01", None, None),
        ("2026-08-01", "2099-01-01", "lama", None),
        ("2026-08-01", "2099-01-01", 99_999, None),
        (None, "2099-01-01", 60, None),
        ("2026-08-01", None, 60, None),
    ],
)
def test_an_end_later_than_the_agreed_months_is_kept_with_a_warning(
    mulai: str | None, berakhir: str | None, bulan: Any, paling_lambat: str | None
) -> None:
    context = replace(CONTEXT, earlier=lambda: {"tahap1": {"jangka_waktu_bulan": bulan}})
    kept = AGREED.check({"mulai": mulai, "berakhir": berakhir}, context=context)

    warned = AGREED.warnings(kept, context=context)

    assert list(warned) == (["berakhir"] if paling_lambat else [])
    if paling_lambat:
        assert f"paling lambat {paling_lambat}" in warned["berakhir"].say()


def test_an_end_is_not_judged_by_a_task_that_nobody_answered() -> None:
    context = replace(CONTEXT, earlier=lambda: {"tahap1": None})
    kept = AGREED.check({"mulai": "2026-08-01", "berakhir": "2099-01-01"}, context=context)

    assert AGREED.warnings(kept, context=context) == {}
