"""How the look at a file ends before its end."""

from __future__ import annotations

from typing import NoReturn


class Refused(Exception):
    """The file is not taken; `word` says why."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)


def refuse(word: str, *_: object) -> NoReturn:
    """End the look; what else is given, as by a reader of XML, does not matter."""
    raise Refused(word)
