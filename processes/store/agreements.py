"""Whether an agreement binds on a given day: the row knows the decision, the date the rest."""

from __future__ import annotations

from datetime import date

from processes.store.tables import AgreementStatus, Case


def status_on(case: Case, today: date) -> AgreementStatus:
    """`berakhir` from its end date on, even while its last reports are still awaited."""
    ends = case.agreement_ends_on
    if case.agreement_status is AgreementStatus.BERLAKU and ends is not None and ends <= today:
        return AgreementStatus.BERAKHIR
    return case.agreement_status


def ended_by_date(case: Case, today: date) -> bool:
    """Whether the agreement ran its full term, rather than being ended before."""
    return case.agreement_ends_on is not None and case.agreement_ends_on <= today
