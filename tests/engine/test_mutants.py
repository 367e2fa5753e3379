"""Slips of an editor: what checks and walk say of them is what happens when they are run."""

from __future__ import annotations

import os

import pytest

from tests.engine.agreement import judge
from tests.engine.brute import wrong_with
from tests.engine.mutants import BASES, mutant

#: how many mutants `make test` looks at; `make mutants` looks at a thousand
COUNT = int(os.environ.get("KSDD_TEST_MUTANTS", "60"))


@pytest.mark.parametrize("base", sorted(BASES))
def test_what_the_mutants_are_made_of_is_sound(base: str) -> None:
    assert wrong_with(BASES[base]()) is None


def test_the_same_number_gives_the_same_mutant() -> None:
    assert mutant(17) == mutant(17)
    assert mutant(17).diagram != mutant(24).diagram


def test_no_sound_mutant_is_refused_by_the_walk_and_no_stuck_one_is_accepted() -> None:
    judged = [judge(mutant(number)) for number in range(COUNT)]
    assert [(j.mutant, j.walked, j.really) for j in judged if j.disagrees] == []
    assert any(j.verdict == "accepted, sound" for j in judged)
    assert any(j.verdict == "checks, wrong" for j in judged)
