"""The owner's roles (`peran.toml`): what each is called, and who is chosen anew for every case.

A role is one line, `sekda = "Sekretaris Daerah"`, or a table where there is more to say:
`asisten = { nama = "Asisten", pilih_per_perkara = true }`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processes.errors import KsddError

#: who shepherds a house's cases: told of what is late and how cases end, records from paper
SHEPHERD = "bagian_kerja_sama"
#: whose tasks are never handed to the executive: the council decides for itself
COUNCIL = "sekretaris_dprd"
#: who is told by a digest and never reproved by an escalation
HEAD = "kepala_daerah"

FILE = "peran.toml"
NAME, CHOSEN = "nama", "pilih_per_perkara"


class RolesRefused(KsddError):
    """The file of roles cannot be read as it is written; `line` counts from 1, 0 is the file."""

    status = 422
    default_key = "checks.roles.unreadable"

    def __init__(self, code: str, line: int = 0, **values: Any) -> None:
        self.code = code
        self.line = line
        self.details = values
        super().__init__(f"checks.{code}", **values)


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The roles that the diagram may use."""

    #: what each role is called on pages and in letters
    titles: Mapping[str, str]
    #: roles of which one holder is chosen for each case, where a region has several
    chosen: frozenset[str]


def read_roles(content: bytes) -> Roles:
    """The roles of a file; raises RolesRefused."""
    try:
        raw = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise RolesRefused("roles.encoding") from None
    except tomllib.TOMLDecodeError as error:
        raise RolesRefused("roles.unreadable", detail=str(error)) from None
    text = content.decode("utf-8")
    titles: dict[str, str] = {}
    chosen = set()
    for role, value in raw.items():
        titles[role], is_chosen = _read_one(role, value, _line_of(text, role))
        if is_chosen:
            chosen.add(role)
    return Roles(titles=titles, chosen=frozenset(chosen))


def _read_one(role: str, value: Any, line: int) -> tuple[str, bool]:
    """Title of a role, and whether its holder is chosen for each case."""
    settings = value if isinstance(value, Mapping) else {NAME: value}
    for name in settings:
        if name not in (NAME, CHOSEN):
            raise RolesRefused("roles.unknown_setting", line, role=role, name=name)
    title, is_chosen = settings.get(NAME), settings.get(CHOSEN, False)
    if not isinstance(title, str) or not title.strip():
        raise RolesRefused("roles.no_title", line, role=role)
    if not isinstance(is_chosen, bool):
        raise RolesRefused("roles.not_yes_or_no", line, role=role, name=CHOSEN)
    return title.strip(), is_chosen


def _line_of(text: str, role: str) -> int:
    """The line on which a role is written; 0 when it cannot be told."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip().strip("[]\"'").startswith(role):
            return number
    return 0
