"""The owner's roles (`peran.toml`): what each is called, and who is chosen anew for every case.

A role is one line, `sekda = "Sekretaris Daerah"`, or a table where there is more to say:
`asisten = { nama = "Asisten", pilih_per_perkara = true, atasan = "sekda" }`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processes.engine.toml_file import MOST_BYTES, TomlRefused, read_toml
from processes.errors import KsddError

#: who shepherds a house's cases: told of what is late and how cases end, records from paper
SHEPHERD = "bagian_kerja_sama"
#: who carries an agreement out, and is told that it is in force
EXECUTOR = "pelaksana"
#: whose tasks are never handed to the executive: the council decides for itself
COUNCIL = "sekretaris_dprd"
#: who is told by a digest and never reproved by an escalation
HEAD = "kepala_daerah"

FILE = "peran.toml"
NAME, CHOSEN, SUPERIOR = "nama", "pilih_per_perkara", "atasan"


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
    #: by role, who is told instead where a house has nobody in it
    superiors: Mapping[str, str]


def read_roles(content: bytes) -> Roles:
    """The roles of a file; raises RolesRefused."""
    if len(content) > MOST_BYTES:
        raise RolesRefused("roles.too_long", most=MOST_BYTES // 1024)
    try:
        text = content.decode("utf-8-sig")
        raw = read_toml(text)
    except UnicodeDecodeError:
        raise RolesRefused("roles.encoding") from None
    except TomlRefused as wrong:
        raise RolesRefused("roles.unreadable", wrong.line, detail=wrong) from None
    titles: dict[str, str] = {}
    chosen = set()
    superiors: dict[str, str] = {}
    for role, value in raw.items():
        titles[role], is_chosen, superior = _read_one(role, value, _line_of(text, role))
        if is_chosen:
            chosen.add(role)
        if superior is not None:
            superiors[role] = superior
    for role in superiors:
        _check_ladder(role, superiors, titles, _line_of(text, role))
    return Roles(titles=titles, chosen=frozenset(chosen), superiors=superiors)


def _check_ladder(
    role: str, superiors: Mapping[str, str], titles: Mapping[str, str], line: int
) -> None:
    """A ladder leads over known roles to an end, and not to a head of region."""
    rung, passed = superiors[role], {role}
    if rung not in titles:
        raise RolesRefused("roles.unknown_superior", line, role=role, superior=rung)
    if rung == HEAD:
        raise RolesRefused("roles.head_superior", line, role=role)
    while rung in superiors and rung not in passed:
        passed.add(rung)
        rung = superiors[rung]
    if rung in passed:
        raise RolesRefused("roles.superior_circle", line, role=role)


def _read_one(role: str, value: Any, line: int) -> tuple[str, bool, str | None]:
    """Title of a role, whether its holder is chosen for each case, and its superior if any."""
    settings = value if isinstance(value, Mapping) else {NAME: value}
    for name in settings:
        if name not in (NAME, CHOSEN, SUPERIOR):
            raise RolesRefused("roles.unknown_setting", line, role=role, name=name)
    title, is_chosen = settings.get(NAME), settings.get(CHOSEN, False)
    superior = settings.get(SUPERIOR)
    if not isinstance(title, str) or not title.strip():
        raise RolesRefused("roles.no_title", line, role=role)
    if not isinstance(is_chosen, bool):
        raise RolesRefused("roles.not_yes_or_no", line, role=role, name=CHOSEN)
    if superior is not None and not isinstance(superior, str):
        raise RolesRefused("roles.unknown_superior", line, role=role, superior=str(superior))
    return title.strip(), is_chosen, superior


def _line_of(text: str, role: str) -> int:
    """The line on which a role is written; 0 when it cannot be told."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip().strip("[]\"'").startswith(role):
            return number
    return 0
