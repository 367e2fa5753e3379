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
