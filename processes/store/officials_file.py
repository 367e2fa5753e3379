"""Reading a list of officials: all its rows, or every reason why not with its row number.

The columns are those of `ksdd officials import`. Commas, semicolons and tabs separate them, as
spreadsheets write them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from processes.errors import KsddError
from processes.sentences import say
from processes.store.channel_urls import ChannelRefused, check_channel_url
from processes.store.spreadsheet import UnreadableTableError, rows_of, under
from processes.store.tables import OfficialStatus

COLUMNS = ("region", "role", "name", "nip", "position", "status", "email", "phone", "channel")
NEEDED = ("region", "role", "name")
STATUSES = {status.value.casefold(): status for status in OfficialStatus}
#: how an acting official says it with dots: "Plt.", "Pj."
_ROLE = re.compile(r"[a-z][a-z0-9_]{1,59}")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,189}")


@dataclass(frozen=True, kw_only=True)
class OfficialRow:
    """One row that can be taken, its values in the form they are kept."""

    #: as a spreadsheet numbers it; the heading is row 1
    number: int
    region: str
    role: str
    name: str
    nip: str | None
    position: str
    status: OfficialStatus
    email: str | None
    phone: str | None
    #: an Apprise URL; a secret
    channel: str | None


@dataclass(frozen=True, kw_only=True)
class RowError:
    """What is wrong with one row."""

    number: int
    key: str
    values: Mapping[str, Any]

    def say(self, language: str = "id") -> str:
        """The error as a sentence that begins with its row."""
        what = say(f"people.{self.key}", language, **self.values)
        return say("people.row", language, number=self.number, what=what)


class OfficialsRefused(KsddError):
    """A list of officials cannot be taken; nothing of it was."""

    status = 422
    default_key = "people.refused"
    #: rows named in the message itself
    shown = 20

    def __init__(self, errors: list[RowError]) -> None:
        self.errors = sorted(errors, key=lambda error: error.number)
        super().__init__(count=len(errors))

    def say(self, language: str = "id") -> str:
        """How many rows are wrong, and what is wrong with the first twenty."""
        lines = [super().say(language)]
        lines += [error.say(language) for error in self.errors[: self.shown]]
        if len(self.errors) > self.shown:
            lines.append(say("people.more", language, count=len(self.errors) - self.shown))
        return "\n".join(lines)


def read_officials(
    text: str, known_regions: Mapping[str, str], *, is_trial: bool = False
) -> list[OfficialRow]:
    """The rows of a list; OfficialsRefused with every error when there is one.

    `known_regions` gives the name of each region by its code. In a trial a channel may lead to the
    own machine.
    """
    rows: list[OfficialRow] = []
    errors: list[RowError] = []
    for number, cells in _cells(text, errors):
        try:
            rows.append(read_official(cells, known_regions, number=number, is_trial=is_trial))
        except OfficialsRefused as refused:
            errors += refused.errors
    errors += _one_name_per_nip(rows)
    if not rows and not errors:
        errors.append(RowError(number=1, key="empty", values={}))
    if errors:
        raise OfficialsRefused(errors)
    return rows


def read_official(
    cells: Mapping[str, str],
    known_regions: Mapping[str, str],
    *,
    number: int = 1,
    is_trial: bool = False,
) -> OfficialRow:
    """One row by the names of its columns; OfficialsRefused with everything wrong with it, each
    error under the name of its column."""
    found = [
        *_errors(number, cells, known_regions),
        *_channel_errors(number, cells["channel"], is_trial),
    ]
    if found:
        raise OfficialsRefused(found)
    return _row(number, cells)


def _cells(text: str, errors: list[RowError]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not blank, with its number, as clean texts by column; rows that do not fit
    the heading join the errors, and the others are read nevertheless."""
    lines = rows_of(text)
    try:
        heading = [cell.casefold() for cell in next(lines, (1, []))[1]]
        _check_heading(heading)
        for number, cells in lines:
            named = under(heading, cells)
            if named is None:
                columns = {"columns": len([name for name in heading if name])}
                errors.append(RowError(number=number, key="too_many_cells", values=columns))
            elif any(cells):
                yield number, dict.fromkeys(COLUMNS, "") | named
    except UnreadableTableError as wrong:
        errors.append(RowError(number=wrong.number, key="unreadable", values={}))


def _check_heading(heading: list[str]) -> None:
    missing = [column for column in NEEDED if column not in heading]
    if not {"email", "phone"} & set(heading):
        missing.append("email/phone")
    if missing:
        raise _refused(1, "missing_columns", columns=", ".join(missing), all=",".join(COLUMNS))
    named = [column for column in heading if column]
    unknown = [column for column in named if column not in COLUMNS]
    twice = sorted({column for column in named if named.count(column) > 1})
    if unknown or twice:
        names = ", ".join(unknown or twice)
        raise _refused(1, "unknown_columns", columns=names, all=",".join(COLUMNS))


def _refused(number: int, key: str, **values: Any) -> OfficialsRefused:
    return OfficialsRefused([RowError(number=number, key=key, values=values)])


def _errors(number: int, cells: Mapping[str, str], regions: Mapping[str, str]) -> list[RowError]:
    """Everything wrong with one row."""
    wrong = {
        "region": region_code(cells["region"]) not in regions,
        "role": not _ROLE.fullmatch(cells["role"]),
        "name": not 2 <= len(cells["name"]) <= 200,
        "control": any(unicodedata.category(s)[0] == "C" for s in "".join(cells.values())),
        "nip": bool(cells["nip"]) and not re.fullmatch(r"[0-9]{18}", _nip(cells["nip"])),
        "position": len(cells["position"]) > 200,
        "status": _status(cells["status"]) is None,
        "email": bool(cells["email"]) and not is_email(cells["email"]),
        "phone": bool(cells["phone"]) and phone_number(cells["phone"]) is None,
        "no_address": not cells["email"] and not cells["phone"],
    }
    values = {key: cells.get(key, "") for key in wrong}
    return [
        RowError(number=number, key=key, values={"value": values[key]})
        for key, is_wrong in wrong.items()
        if is_wrong
    ]


def _channel_errors(number: int, url: str, is_trial: bool) -> list[RowError]:
    """What is wrong with a channel; never with the URL itself, which is a secret."""
    if not url:
        return []
    try:
        check_channel_url(url, is_trial=is_trial)
    except ChannelRefused as refused:
        key = refused.key.partition(".")[2]
        return [RowError(number=number, key=key, values=refused.values)]
    return []


def _row(number: int, cells: Mapping[str, str]) -> OfficialRow:
    return OfficialRow(
        number=number,
        region=region_code(cells["region"]),
        role=cells["role"],
        name=cells["name"],
        nip=_nip(cells["nip"]) or None,
        position=cells["position"] or cells["role"].replace("_", " ").title(),
        status=_status(cells["status"]) or OfficialStatus.DEFINITIF,
        email=cells["email"].lower() or None,
        phone=phone_number(cells["phone"]) if cells["phone"] else None,
        channel=cells["channel"] or None,
    )


def _one_name_per_nip(rows: list[OfficialRow]) -> Iterator[RowError]:
    """One NIP is one person: rows that share it have to agree on the name."""
    first: dict[str, OfficialRow] = {}
    for row in rows:
        if row.nip is None:
            continue
        other = first.setdefault(row.nip, row)
        if other.name.casefold() != row.name.casefold():
            values = {"value": row.nip, "other": other.number, "name": other.name}
            yield RowError(number=row.number, key="nip_name", values=values)


def region_code(text: str) -> str:
    """A region code as it is kept: spreadsheets turn `32.01` into `3201` or `32.1`, people too."""
    digits = text.replace(".", "")
    if not digits.isascii() or not digits.isdigit():
        return text
    if "." in text:
        province, _, rest = text.partition(".")
        # A spreadsheet that takes 32.10 for a number writes 32.1; a regency is never one digit.
        return f"{province}.{rest}0" if len(rest) == 1 else text
    return f"{digits[:2]}.{digits[2:]}" if len(digits) == 4 else text


def _nip(text: str) -> str:
    return text.replace(" ", "").lstrip("'")


def _status(text: str) -> OfficialStatus | None:
    return STATUSES.get(text.casefold().rstrip(".")) if text else OfficialStatus.DEFINITIF


def is_email(text: str) -> bool:
    """Whether this is one e-mail address that every server takes."""
    name, _, domain = text.rpartition("@")
    labels = [*name.split("."), *domain.split(".")]
    return (
        bool(_EMAIL.fullmatch(text))
        and text.isascii()
        and "." in domain
        and all(labels)
        and domain[-1].isalnum()
    )


def phone_number(text: str) -> str | None:
    """A telephone number as `+62…`, from the ways people write it; None when it is none."""
    bare = re.sub(r"[\s().'-]", "", text)
    if bare.startswith("0"):
        bare = "+62" + bare[1:]
    elif bare.startswith("62"):
        bare = "+" + bare
    elif bare.startswith("8"):
        bare = "+62" + bare  # a spreadsheet dropped the leading zero
    return bare if re.fullmatch(r"\+[0-9]{8,15}", bare) else None
