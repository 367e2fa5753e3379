"""What a draft may name: facts of the case, and answers that the diagram lets its reader see.

Answers of tasks that stay in their house (`membagikan` names them nowhere) belong into no draft but
that of the task itself: a letter goes out, and takes nothing internal with it. It may refer to
other letters of its own house, by number and date.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from processes.engine.drafting.facts import MORE
from processes.engine.fields import Field

#: folder of letter templates, and the ending of those that are drafts
FOLDER, ENDING = "surat/", ".docx"
NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
#: kinds of questions that letters refer to, whatever else stays in the house
QUOTABLE = ("nomor_surat", "tanggal_surat")
#: the lists of parties, each of which brings along what it answered
PARTIES = ("pihak[].", "mitra[].", "tujuan[].")
REGION = ("nama", "jabatan", "pejabat")
#: facts that every case has, with what belongs to each; `[]` marks a list
GIVEN: Mapping[str, Sequence[str]] = {
    "perkara": ("nomor", "judul", "kategori", "para_pihak", "jumlah_pihak", "alasan"),
    "hari_ini": MORE["date"],
    "daerah": REGION,
    "pemrakarsa": REGION,
    "mitra[]": REGION,
    "tujuan[]": REGION,
    "pihak[]": (*REGION, "sebutan"),
    "narahubung": ("nama", "jabatan", "telepon", "surel"),
}


def names_in(text: str) -> list[str]:
    """The templates that a property `konsep` names."""
    return [part.strip() for part in text.split(",") if part.strip()]


def file_of(name: str) -> str:
    """Where a template lies in an owner's folder."""
    return f"{FOLDER}{name}{ENDING}"


def name_of(file: str) -> str | None:
    """The template that a file is; None when it is something else."""
    if not (file.startswith(FOLDER) and file.endswith(ENDING)):
        return None
    return file.removeprefix(FOLDER).removesuffix(ENDING)


def writable(fields: Iterable[Field]) -> list[Field]:
    """The questions whose answers a draft can write: all but files."""
    return [field for field in fields if not field.is_file]


def forms_for(
    tasks: Mapping[str, Sequence[Field]], shared: Collection[str], own: Collection[str]
) -> dict[str, list[Field]]:
    """The questions, by element, whose answers a draft of the tasks `own` may name.

    `shared`: the elements whose answers the diagram lets others see. Of all other tasks only number
    and date of the letters that they sent or received.
    """
    open_ones = {*shared, *own}
    return {
        element: [f for f in writable(fields) if element in open_ones or f.jenis in QUOTABLE]
        for element, fields in tasks.items()
    }


def known_names(forms: Mapping[str, Sequence[Field]]) -> frozenset[str]:
    """Every name a draft may use that knows the answers to these tasks (by element)."""
    return frozenset(_given()) | frozenset(
        name for element, fields in forms.items() for name in _asked(element, fields)
    )


def _given() -> Iterator[str]:
    for name, parts in GIVEN.items():
        yield name
        yield name.removesuffix("[]")
        yield from (f"{name}.{part}" for part in parts)


def _asked(element: str, fields: Sequence[Field]) -> Iterator[str]:
    for before in ("", *PARTIES):
        yield f"{before}{element}"
        for field in writable(fields):
            if field.untuk is None or before:
                own = f"{before}{element}.{field.id}"
                yield own
                yield from (f"{own}.{more}" for more in MORE.get(field.type, ()))


def unknown(used: Iterable[tuple[str, str]], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """The names that nothing stands behind, each once, with the text of their paragraph."""
    told = set()
    for name, words in used:
        if name not in known and name not in told:
            told.add(name)
            yield name, words


def specimen(forms: Mapping[str, Sequence[Field]], fact: Mapping[str, str]) -> dict[str, Any]:
    """Facts in which every name has something behind it: two parties, and `fact` everywhere."""
    answers = {
        element: {field.id: fact for field in writable(fields)} for element, fields in forms.items()
    }
    found: dict[str, Any] = {**answers}
    for name, parts in GIVEN.items():
        one = {"=": fact["="], **dict.fromkeys(parts, fact["="])}
        if name.endswith("[]"):
            found[name.removesuffix("[]")] = [{**answers, **one}] * 2
        else:
            found[name] = one
    return found
