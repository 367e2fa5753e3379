"""Reading a list of agreements that were signed before, one a row.

The columns of the parties and the title have their own names; every other one is a question of the
task that records such an agreement, under a short name or under the question's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from processes.engine.fields import Field
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.sentences import say
from processes.store.officials_file import region_code
from processes.store.spreadsheet import UnreadableTableError, rows_of, under

#: who made the agreement and what it is about, and a remark for the own house
REGION, PARTNERS, TITLE, NOTE = "region", "partners", "title", "note"
#: columns by the questions they answer in the shipped diagram
SHORT = {
    "type": "jenis_naskah",
    "numbers": "nomor",
    "signed_on": "tanggal_tanda_tangan",
    "starts_on": "tanggal_berlaku",
    "ends_on": "tanggal_berakhir",
    "evaluation_months": "evaluasi_bulan",
    "category": "kategori_naskah",
    "affair": "urusan",
    "proposed_by": "pd_pemrakarsa",
    "scope": "ruang_lingkup",
    "signatories": "penanda_tangan",
    "copies": "rangkap",
    "stamped_copies": "rangkap_bermeterai",
    "originals": "lokasi_asli",
}
COLUMNS = (REGION, PARTNERS, TITLE, *SHORT, NOTE)
#: rows a list may have: so many are written in one piece while others wait
MOST_ROWS = 1000
#: how people shorten a choice
WORDS = {"kb": "kesepakatan_bersama", "pks": "perjanjian_kerja_sama", "addendum": "adendum"}


#: row, column and what is wrong there
RowError = tuple[int, str, KsddError]


class AgreementsRefused(KsddError):
    """A list of agreements cannot be taken; nothing of it was."""

    status = 422
    default_key = "old_agreements.refused"
    #: rows named in the message itself
    shown = 20

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = sorted(errors, key=lambda error: error[0])
        super().__init__(count=len(errors))

    def lines(self, language: str = "id", most: int | None = None) -> list[str]:
        """One sentence per error."""
        return [
            say(
                "old_agreements.row" if column else "old_agreements.whole_row",
                language,
                number=number,
                column=column,
                what=error.say(language),
            )
            for number, column, error in self.errors[:most]
        ]

    def say(self, language: str = "id") -> str:
        """How many rows are wrong, and what is wrong with the first twenty."""
        said = [super().say(language), *self.lines(language, self.shown)]
        if len(self.errors) > self.shown:
            more = len(self.errors) - self.shown
            said.append(say("old_agreements.more", language, count=more))
        return "\n".join(said)


@dataclass(frozen=True, kw_only=True)
class OldAgreement:
    """One row, its answers in the form in which a task takes them."""

    number: int
    region: str
    partners: Sequence[str]
    title: str
    note: str
    #: by field of the task
    known: Mapping[str, Any]


def cells_of(text: str) -> tuple[list[tuple[int, dict[str, str]]], list[RowError]]:
    """Each row that is not blank, by the names of its columns, and what is wrong with those that do
    not fit the heading; AgreementsRefused where it is no such list at all."""
    lines = rows_of(text)
    found: list[tuple[int, dict[str, str]]] = []
    errors: list[RowError] = []
    try:
        heading = [cell.casefold() for cell in next(lines, (1, []))[1]]
        _check_heading(heading)
        for number, cells in lines:
            named = under(heading, cells)
            if named is None:
                columns = len([name for name in heading if name])
                wrong = FieldError("old_agreements.too_many_cells", columns=columns)
                errors.append((number, "", wrong))
            elif any(cells):
                found.append((number, named))
    except UnreadableTableError as unreadable:
        errors.append((unreadable.number, "", FieldError("people.unreadable")))
    if not found and not errors:
        raise _refused(1, "old_agreements.empty")
    if len(found) > MOST_ROWS:
        raise _refused(found[MOST_ROWS][0], "old_agreements.too_many_rows", most=MOST_ROWS)
    return found, errors


def column_of(field: str, heading: Mapping[str, str]) -> str:
    """The column that a question is answered in, as the list calls it."""
    return next((short for short, own in SHORT.items() if own == field and short in heading), field)


def read_agreement(
    number: int, cells: Mapping[str, str], fields: Mapping[str, Field]
) -> OldAgreement:
    """One row; InvalidAnswers with a sentence for each column that cannot be read."""
    errors: dict[str, KsddError] = {}
    known: dict[str, Any] = {}
    for column, text in cells.items():
        asked = fields.get(SHORT.get(column, column))
        if column in (REGION, PARTNERS, TITLE, NOTE) or not text:
            continue
        if asked is None or asked.is_file:
            errors[column] = FieldError("old_agreements.no_question")
            continue
        try:
            known[asked.id] = _answer(asked, text)
        except FieldError as wrong:
            errors[column] = wrong
    if errors:
        raise InvalidAnswers(errors)
    return OldAgreement(
        number=number,
        region=region_code(cells.get(REGION, "")),
        partners=[region_code(part) for part in _parts(cells.get(PARTNERS, ""))],
        title=cells.get(TITLE, ""),
        note=cells.get(NOTE, ""),
        known=known,
    )


def _answer(asked: Field, text: str) -> Any:
    if asked.untuk is None:
        return _value(asked, text)
    found = {}
    for part in _parts(text):
        code, sign, value = part.partition("=")
        if not sign or not value.strip():
            raise FieldError("old_agreements.by_region")
        found[region_code(code.strip())] = _value(asked, value.strip())
    return found


def _value(asked: Field, text: str) -> Any:
    if asked.type == "date":
        return _day(text).isoformat()
    if asked.type == "long" and text.isascii() and text.isdecimal():
        return int(text)
    if asked.type == "enum":
        word = text.casefold()
        named = {label.casefold(): code for code, label in asked.options}
        return named.get(word, WORDS.get(word, word.replace(" ", "_")))
    return text


def _day(text: str) -> date:
    """A day as `2024-07-06`, or as people and spreadsheets write it: `6/7/2024`, `06-07-2024`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        parts = text.replace("-", "/").replace(".", "/").split("/")
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        raise FieldError("old_agreements.day", value=text[:40]) from None


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in text.replace("|", ";").split(";") if part.strip())


def _check_heading(heading: Sequence[str]) -> None:
    missing = [name for name in (REGION, PARTNERS, TITLE) if name not in heading]
    if missing:
        names = ", ".join(missing)
        raise _refused(1, "people.missing_columns", columns=names, all=",".join(COLUMNS))
    twice = sorted({name for name in heading if name and heading.count(name) > 1})
    if twice:
        names = ", ".join(twice)
        raise _refused(1, "people.unknown_columns", columns=names, all=",".join(COLUMNS))


def _refused(number: int, key: str, **values: Any) -> AgreementsRefused:
    return AgreementsRefused([(number, "", FieldError(key, **values))])
