"""What the address of a report says: region, procedure, version, category, period, trend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from flask import request

from processes.errors import NotFound
from processes.store.questions.performance import ReportFilters
from processes.store.tables import Region
from webhooks.board.register import code_of
from webhooks.language import report_text
from webhooks.rendering import iso
from webhooks.reports.counting import Period

CATEGORIES = ("wajib", "sukarela")
#: months that the trend may go back
MONTHS = (12, 24)
#: a report goes back no further, in years
FURTHEST = 20


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The filters as typed; what makes no sense does not narrow."""

    region: str = ""
    procedure: str = ""
    version: str = ""
    category: str = ""
    since: str = ""
    until: str = ""
    months: str = ""

    @classmethod
    def from_request(cls) -> Wanted:
        """The filters in the address."""
        given = {name: request.args.get(name, "").strip()[:100] for name in asdict(cls())}
        return cls(**given)

    def address(self) -> dict[str, str]:
        """What an address has to say to get the same again."""
        return {name: value for name, value in asdict(self).items() if value}

    def filters(self, regions: Mapping[str, Region]) -> tuple[ReportFilters, str]:
        """The same for the questions, and what is wrong with the region."""
        code, problem = code_of(self.region, regions)
        version = self.version if self.version.isdecimal() and len(self.version) < 7 else ""
        filters = ReportFilters(
            region=code or None,
            procedure=self.procedure or None,
            version=int(version) if version and self.procedure else None,
            category=self.category if self.category in CATEGORIES else None,
        )
        return filters, problem

    def period(self, today: date) -> tuple[Period, str]:
        """The days that are counted, and what is wrong with those typed.

        Without any: from the first day of the month eleven months ago up to today.
        """
        months = int(self.months) if self.months in map(str, MONTHS) else MONTHS[0]
        last = iso(self.until) or today
        begins = last.year * 12 + last.month - 1 - 11
        first = iso(self.since) or date(begins // 12, begins % 12 + 1, 1)
        if first > last or first.year < today.year - FURTHEST or last.year > today.year + 1:
            return Wanted(months=self.months).period(today)[0], report_text("period_wrong")
        return Period(first=first, last=last, months=months), ""


def known_region(typed: str, regions: Mapping[str, Region]) -> str | None:
    """The code of the region that a file is asked for, None without one; NotFound when it is
    unknown, because nobody would see on a file that it was not narrowed."""
    code, problem = code_of(typed.strip()[:100], regions)
    if problem:
        raise NotFound("web.region_unknown", name=typed[:80])
    return code or None
