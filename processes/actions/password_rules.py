"""What a password must be: long, and not one that everybody tries first; nothing else.

At least 15 characters, as NIST SP 800-63B-4 asks where a password is the only proof; any signs,
spaces too, and no rules about their kinds.
"""

from __future__ import annotations

import enum
import re
from functools import cache
from importlib.resources import files

from processes.errors import FieldError, InvalidAnswers
from processes.store.passwords import normal

SHORTEST, LONGEST = 15, 200
#: shorter parts of a name are in too many words
SHORTEST_PART = 4
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm")
_REPEATED = re.compile(r"(.{1,8}?)\1+.{0,2}")


@cache
def common() -> frozenset[str]:
    """Those of the passwords that leak most often which are long enough, with the Indonesian ones;
    without signs and spaces."""
    text = (files("processes") / "actions" / "common_passwords.txt").read_text("utf-8")
    return frozenset(text.split())


class Strength(enum.StrEnum):
    """How well a password that is taken withstands guessing, in words."""

    FAIR = "cukup"
    STRONG = "kuat"
    VERY_STRONG = "sangat_kuat"


def check_password(password: str, *, name: str, email: str | None, field: str = "password") -> None:
    """Raise InvalidAnswers at `field` when it may not be the password of this account."""
    refusal = _refusal(normal(password), name, email)
    if refusal is not None:
        raise InvalidAnswers({field: refusal})


def strength(password: str) -> Strength:
    """By length, less where few different signs are used."""
    text = normal(password)
    worth = min(len(text), 3 * len(set(text)))
    if worth >= 28:
        return Strength.VERY_STRONG
    return Strength.STRONG if worth >= 20 else Strength.FAIR


def _refusal(text: str, name: str, email: str | None) -> FieldError | None:
    if len(text) < SHORTEST:
        return FieldError("accounts.password_short", least=SHORTEST)
    if len(text) > LONGEST:
        return FieldError("accounts.password_long", most=LONGEST)
    if any(part in _plain(text) for part in _own_words(name, email)):
        return FieldError("accounts.password_names")
    if _is_common(_plain(text)):
        return FieldError("accounts.password_common")
    return None


def _own_words(name: str, email: str | None) -> set[str]:
    """The account's name, whole and in its parts, and what stands before the @ of its mail."""
    parts = [*re.split(r"[^\w]+", name), name, (email or "").partition("@")[0]]
    return {word for word in map(_plain, parts) if len(word) >= SHORTEST_PART}


def _is_common(plain: str) -> bool:
    """Whether it is on the list, one thing over and over, or a row of the keyboard."""
    if plain in common() or _REPEATED.fullmatch(plain) or not plain:
        return True
    return any(plain in row + row or plain in (row + row)[::-1] for row in _ROWS)


def _plain(text: str) -> str:
    """Small letters and digits only; what has none of them stays as it is."""
    folded = text.casefold()
    return "".join(sign for sign in folded if sign.isalnum()) or folded.strip()
