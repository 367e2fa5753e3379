"""Numbers and days in words, as they stand in minutes and agreements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.sentences.numbers import MOST, spelled

DIGITS = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7,
    "delapan": 8, "sembilan": 9,
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (5, "lima"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (60, "enam puluh"),
        (99, "sembilan puluh sembilan"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (200, "dua ratus"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1000, "seribu"),
        (1001, "seribu satu"),
        (1945, "seribu sembilan ratus empat puluh lima"),
        (2026, "dua ribu dua puluh enam"),
        (11_000, "sebelas ribu"),
        (101_000, "seratus satu ribu"),
        (201_000, "dua ratus satu ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (2_500_000, "dua juta lima ratus ribu"),
        (1_000_000_000, "satu miliar"),
        (1_000_000_000_000, "satu triliun"),
        (10**15, "seribu triliun"),
        (-7, "minus tujuh"),
    ],
)
def test_a_number_is_spelled_out(number: int, words: str) -> None:
    assert spelled(number) == words


@pytest.mark.parametrize("number", [MOST + 1, -MOST - 1])
def test_a_number_beyond_what_a_form_takes_is_not_spelled(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        spelled(number)


@given(st.integers(0, MOST))
def test_the_words_mean_the_number(number: int) -> None:
    assert read(spelled(number)) == number


@given(st.integers(0, MOST))
def test_no_word_is_lost_or_doubled_between_blanks(number: int) -> None:
    words = spelled(number)
    assert words == " ".join(words.split())
    assert ("nol" in words) == (number == 0)
    assert "satu ratus" not in words
    assert "satu belas" not in words


def read(words: str) -> int:
    """The number that words mean, read by other rules than they were written by."""
    total, group, last = 0, 0, 0
    for word in words.split():
        if word in DIGITS:
            last = DIGITS[word]
        elif word in ("sepuluh", "sebelas"):
            group += {"sepuluh": 10, "sebelas": 11}[word]
        elif word in ("belas", "puluh", "ratus"):
            group += {"belas": last + 10, "puluh": last * 10, "ratus": last * 100}[word]
            last = 0
        elif word == "seratus":
            group += 100
        elif word == "seribu":
            group += 1000
        else:
            size = {"ribu": 3, "juta": 6, "miliar": 9, "triliun": 12}[word]
            total += (group + last) * 10**size
            group = last = 0
    return total + group + last
