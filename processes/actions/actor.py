"""Who acts, and what he is shown for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody or something that changes a case."""

    kind: Literal["official", "token", "account", "clock", "code"]
    #: as it is printed: a person's name, a token's name, "jam sistem"
    name: str
    official_id: str | None = None
    link_id: str | None = None
    #: the short code of a letter package, when that is all there is to go by
    code_id: str | None = None
    #: codes of the regions it may act for; None = all
    regions: frozenset[str] | None = None
    address: str = ""
    user_agent: str = ""

    @classmethod
    def clock(cls) -> Self:
        """The passing of time: timers, reminders."""
        return cls(kind="clock", name="jam sistem")

    def may_act_for(self, region: str) -> bool:
        """Whether its scope covers the region."""
        return self.regions is None or region in self.regions

    def as_entry(self) -> dict[str, Any]:
        """What the history keeps of it."""
        return {k: v for k, v in vars(self).items() if v and k != "regions"}


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What somebody who finished a task is shown, now and whenever he asks again."""

    case_id: str
    case_number: str
    case_title: str
    task_id: str
    task_name: str
    #: code of the region that the task is about, where another one does it
    about: str | None = None
    done_by: str
    #: ISO 8601, UTC
    done_at: str
    answers: dict[str, Any]
    #: open task of the same person in the same case, if there is one
    next_task_id: str | None
    #: SHA-256 over the answers, to compare with the record
    digest: str
    #: what looks wrong in the answers but did not stop them, as sentences
    warnings: list[str] = field(default_factory=list)
    #: the signed paper it was recorded from: nomor, tanggal, penanda_tangan, dokumen (an id)
    recorded: dict[str, Any] | None = None
    #: names of the tasks that the same paper finished too
    chained: list[str] = field(default_factory=list)
    #: number of the linked case that the answers opened (property `membuka_lanjutan`)
    continued_by: str | None = None
    #: with which proof of person it was finished: kind, and where known way, by, weak
    proof: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON shape of the receipt."""
        return dict(vars(self))

    @classmethod
    def read(cls, saved: Mapping[str, Any]) -> Self:
        """The receipt as it was kept in the task's row."""
        known = {each.name for each in fields(cls)}
        return cls(**{key: value for key, value in saved.items() if key in known})
