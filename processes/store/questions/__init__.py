"""What pages, API and sweeps ask of the database; every question about cases knows its viewer."""

from processes.store.questions.agreements import (
    Agreement,
    AgreementFilters,
    agreements_of,
    follow_ups_of,
    page_of_agreements,
    parent_of,
)
from processes.store.questions.board import Counts, StageCount, counts, counts_by_stage
from processes.store.questions.cases import (
    CaseFilters,
    cases_with_due_timers,
    find_case,
    history_of_case,
    page_of_cases,
    parties_of_case,
    party_codes,
    proposed_answers,
)
from processes.store.questions.documents import documents_of_case, find_document
from processes.store.questions.pages import PAGE_SIZE, Page
from processes.store.questions.partners import (
    contacts_by_code,
    find_reply,
    replies_of_case,
    without_contact,
)
from processes.store.questions.people import (
    Holder,
    contact_of,
    has_officials,
    holders_of,
    holders_of_tasks,
    keeper_of,
    page_of_officials,
    regions_by_code,
    regions_with_officials,
)
from processes.store.questions.procedures import newest_procedures
from processes.store.questions.tasks import (
    TaskFilters,
    answers_by_element,
    deadlines_of_task,
    find_task,
    open_tasks,
    overdue,
    page_of_tasks,
    tasks_of_case,
)
from processes.store.questions.troubles import (
    FailedAlarm,
    failed_alarms,
    find_failed_alarm,
    halted_cases,
)

__all__ = [
    "PAGE_SIZE",
    "Agreement",
    "AgreementFilters",
    "CaseFilters",
    "Counts",
    "FailedAlarm",
    "Holder",
    "Page",
    "StageCount",
    "TaskFilters",
    "agreements_of",
    "answers_by_element",
    "cases_with_due_timers",
    "contact_of",
    "contacts_by_code",
    "counts",
    "counts_by_stage",
    "deadlines_of_task",
    "documents_of_case",
    "failed_alarms",
    "find_case",
    "find_document",
    "find_failed_alarm",
    "find_reply",
    "find_task",
    "follow_ups_of",
    "halted_cases",
    "has_officials",
    "history_of_case",
    "holders_of",
    "holders_of_tasks",
    "keeper_of",
    "newest_procedures",
    "open_tasks",
    "overdue",
    "page_of_agreements",
    "page_of_cases",
    "page_of_officials",
    "page_of_tasks",
    "parent_of",
    "parties_of_case",
    "party_codes",
    "proposed_answers",
    "regions_by_code",
    "regions_with_officials",
    "replies_of_case",
    "tasks_of_case",
    "without_contact",
]
