"""What was found out last is not found out again, and only so much of it is kept."""

from __future__ import annotations

import pytest

from processes.engine.remembered import Remembered


def test_only_what_was_used_last_is_known() -> None:
    remembered: Remembered[str] = Remembered(2)
    asked: list[str] = []

    def found(about: str) -> str:
        asked.append(about)
        return about.upper()

    for about in ("a", "b", "a", "c", "a", "b"):
        assert remembered.get(about, lambda about=about: found(about)) == about.upper()  # type: ignore[misc]
    assert asked == ["a", "b", "c", "b"]


def test_a_failure_is_not_remembered() -> None:
    remembered: Remembered[int] = Remembered(2)
    with pytest.raises(ZeroDivisionError):
        remembered.get("a", lambda: 1 // 0)
    assert remembered.get("a", lambda: 1) == 1
