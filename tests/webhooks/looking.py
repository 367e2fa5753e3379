"""Looking around everywhere: each address of the product, with each id that there is."""

from __future__ import annotations

import functools
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import RowMapping, Table, func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from processes.actions.tokens import ROLES
from processes.store import accounts
from processes.store.tables import Account, AccountRole, Base, Case, Official, Party, Task, Webhook
from tests.webhooks.forms import key_in
from tests.webhooks.houses import MARK, Houses
from webhooks.api import fields
from webhooks.api.dispatch import CALLS
from webhooks.reports.report_sheets import NAMES

#: names in addresses that stand for rows, and the table of those rows
ROWS = {
    "case_id": "case_file",
    "task_id": "task",
    "document_id": "document",
    "reply_id": "party_reply",
    "message_id": "message",
    "alarm_id": "alarm",
    "delivery_id": "webhook_delivery",
    "webhook_id": "webhook",
    "official_id": "official",
    "substitution_id": "substitution",
    "row_id": "substitution",
    "enquiry_id": "enquiry",
    "day_id": "calendar_day",
    "link_id": "status_link",
    "account_id": "account",
    "view_id": "saved_view",
    "job_id": "repair_job",
    "move_id": "move_request",
    "token_id": "api_token",
    "draft_id": "folder_draft",
    "request_id": "publication_request",
}
#: names in addresses that stand for a word, and the words to try
WORDS = {
    "region": ("32.02",),
    "code": ("32.02",),
    "file": ("permohonan.docx",),
    "draft": ("permohonan",),
    "key": ("ksdd",),
    "number": ("1",),
    "step": ("0",),
    "act": ("hapus",),
    "side": ("sebelum", "sesudah"),
    "kind": ("xlsx", "csv"),
    "name": (*NAMES, "kesediaan"),
    "path": ("ksdd.bpmn", "peran.toml"),
}
#: addresses that whoever knows a secret in them, or nobody but a trial, may open
BY_SECRET = {
    "task_links.": "the link's token is the right",
    "proofs.": "the code stands on the paper",
    "status_pages.": "the link's token is the right",
    "sign_in.": "the token is the right",
    "mailbox.": "only in a trial, for whoever may see everything",
    "static": "the same for everybody",
    "bundle.": "the same for everybody",
}


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A row, the case it belongs to, and whose people may open it (codes); None = everybody's."""

    id: str
    case_id: str | None
    regions: frozenset[str] | None


class Things:
    """Every row with an id of its own, by table, and whose it is."""

    def __init__(self, session: Session) -> None:
        self.parties: dict[str, set[str]] = {}
        for case_id, code in session.execute(select(Party.case_id, Party.region_code)):
            self.parties.setdefault(case_id, set()).add(code)
        self._cases = dict(session.execute(select(Task.id, Task.case_id)).all())
        self._officials = dict(session.execute(select(Official.id, Official.region_code)).all())
        self._webhooks = dict(session.execute(select(Webhook.id, Webhook.region_code)).all())
        self._keepers = dict(session.execute(select(Case.id, Case.region_code)).all())
        self._seen_by_accounts = {
            account.id: account.regions or frozenset()
            for account in session.scalars(select(Account))
        }
        self.by_table = {
            table.name: list(self._rows(session, table))
            for table in Base.metadata.sorted_tables
            if [column.name for column in table.primary_key] == ["id"]
        }

    def _rows(self, session: Session, table: Table) -> Iterator[Thing]:
        for row in session.execute(select(table)).mappings():
            case_id = row["id"] if table.name == "case_file" else row.get("case_id")
            case_id = case_id or self._cases.get(row.get("task_id"))
            yield Thing(id=row["id"], case_id=case_id, regions=self._regions(table, row, case_id))

    def _regions(self, table: Table, row: RowMapping, case_id: str | None) -> frozenset[str] | None:
        """Whose people may open a row; those of several regions are not among the viewers."""
        if table.name == "move_request":
            return frozenset({self._keepers[str(case_id)]})
        if case_id is not None:
            return frozenset(self.parties[case_id])
        if table.name == "account":
            seen = self._seen_by_accounts[row["id"]]
            return seen if len(seen) == 1 else frozenset()
        if table.name == "saved_view":
            return frozenset()
        if table.name == "repair_job":
            ordered = row["actor"]["regions"] or []
            return frozenset(ordered) if len(ordered) == 1 else frozenset()
        code = row.get("region_code") or self._officials.get(row.get("official_id"))
        code = code or self._webhooks.get(row.get("webhook_id"))
        return None if code is None else frozenset({code})

    def foreign(self, table: str, region: str) -> list[Thing]:
        """Rows that nobody of the region may open: of cases in which it has no part, of other
        regions, or of single persons."""
        return [
            thing
            for thing in self.by_table[table]
            if thing.regions is not None and region not in thing.regions
        ]

    def near(self, table: str, region: str) -> list[Thing]:
        """All the other rows."""
        far = {thing.id for thing in self.foreign(table, region)}
        return [thing for thing in self.by_table[table] if thing.id not in far]

    def own_case(self, region: str) -> str:
        return next(case for case, codes in sorted(self.parties.items()) if region in codes)


def rules_of(app: Flask, method: str) -> list[Rule]:
    """The addresses to look at, those behind a secret left out."""
    return [
        rule
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        if method in (rule.methods or ()) and not rule.endpoint.startswith(tuple(BY_SECRET))
    ]


def addresses(rule: Rule, things: Iterable[Thing], case_ids: Iterable[str] = ()) -> Iterator[str]:
    """The rule filled in with these rows, each in its own case and in these cases."""
    rows = [name for name in rule.arguments if name in ROWS]
    child = next((name for name in rows if name != "case_id"), "case_id")
    for thing in things:
        cases = [thing.case_id, *case_ids] if "case_id" in rows and child != "case_id" else [None]
        for case_id in dict.fromkeys(cases):
            if child != "case_id" and "case_id" in rows and case_id is None:
                continue
            yield from in_all_words(rule, {"case_id": case_id or "", child: thing.id})


def in_all_words(rule: Rule, values: Mapping[str, str]) -> Iterator[str]:
    """The rule filled in with these values and with every word that may stand in it."""
    names = sorted(name for name in rule.arguments if name in WORDS)
    for words in itertools.product(*(WORDS[name] for name in names)):
        yield fill(rule, {**values, **dict(zip(names, words, strict=True))})


def fill(rule: Rule, values: Mapping[str, str]) -> str:
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: values[found[1]], rule.rule)


def table_of(rule: Rule) -> str | None:
    """The table whose rows the address is about; None when it names none."""
    rows = [ROWS[name] for name in sorted(rule.arguments) if name in ROWS]
    return next((table for table in rows if table != "case_file"), rows[0] if rows else None)


# --- who looks -----------------------------------------------------------------------------------
class Person:
    """Somebody signed in for a region, and a machine of the same region."""

    def __init__(
        self,
        houses: Houses,
        region: str | None,
        role: AccountRole,
        *,
        name: str = "",
        further: Sequence[str] = (),
    ) -> None:
        self.houses, self.region, self.role = houses, region, role
        name = name or f"{role.value} {region} {houses.now.timestamp()}"
        self.name = name
        with houses.office.database.write() as session:
            account = accounts.create_account(
                session,
                name=name,
                role=role,
                now=houses.now,
                region_code=region,
                further=further,
            )
            link = accounts.make_sign_in_link(session, account.id, houses.now)
            kind = role if role in ROLES else AccountRole.SYSTEM
            token = accounts.create_token(
                session, name=account.id, role=kind, now=houses.now, region_code=region
            )
        self.client: FlaskClient = houses.app.test_client()
        assert self.client.post(f"/masuk/{link}").status_code == 303
        self.key = key_in(self.client.get("/akun-saya").text)
        #: what was last sent, which an answer may repeat
        self.sent = ""
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> TestResponse:
        self.sent = ""
        is_api = path.startswith(("/api/", "/metrics"))
        answer = self.client.get(path, headers=self._headers if is_api else None)
        answer.get_data()
        answer.close()
        return answer

    def post(self, path: str, form: Mapping[str, Any], body: Mapping[str, Any]) -> TestResponse:
        self.sent = f"{form} {body}"
        if path.startswith("/api/"):
            return self.client.post(path, json=dict(body), headers=self._headers)
        return self.client.post(path, data={"_kunci": self.key, **form})

    def leaks(self, answer: TestResponse) -> list[str]:
        """What stands in an answer and nobody of this region may read: marks, with what they stand
        for, and cases in which it has no part; what was asked for is only repeated."""
        asked, told = unquote(answer.request.url) + self.sent, text_in(answer.data)
        found = set(MARK.findall(told.upper())) - set(MARK.findall(asked.upper()))
        return sorted(
            f"{mark} ({self.houses.marks.what[mark]})"
            for mark in found
            if self.region not in self.houses.readers[mark]
        ) + [
            f"case {word} of {', '.join(sorted(parties))}"
            for word, parties in self.houses.names_of_cases
            if self.region not in parties and word in told and word not in asked
        ]


def marks_in(answer: TestResponse) -> set[str]:
    """Every mark in an answer; addresses of mail may have been written small."""
    return set(MARK.findall(text_in(answer.data).upper()))


@functools.lru_cache(maxsize=256)
def text_in(data: bytes) -> str:
    """All text of an answer: inside archives and word processor files too, and in PDFs."""
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = (text_in(archive.read(name)) + name for name in archive.namelist())
            return "\n".join(inside)
    if data.startswith(b"%PDF"):
        return data.decode("latin-1") + _of_pdf(data)
    return data.decode("utf-8", "replace")


def _of_pdf(data: bytes) -> str:
    if b"startxref" not in data:
        return ""  # made by hand, without a page
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return re.sub(r"\s+", "", "".join(pages))


# --- what is sent --------------------------------------------------------------------------------
def body_of(rule: Rule, example: Mapping[str, Any]) -> dict[str, Any]:
    """A body that this call of the API can read."""
    call = next((c for c in CALLS if rule.endpoint == f"api.{c.name}"), None)
    if call is None or call.json is None:
        return {}
    asked = call.json.kinds
    wanted = [name for name in asked if name in call.json.required or name in example]
    return {name: example.get(name, _example(asked[name])) for name in wanted}


def _example(kind: fields.Kind) -> Any:
    if isinstance(kind, fields.Text):
        return kind.example or "percobaan"
    if isinstance(kind, fields.Choice):
        return kind.words[0]
    if isinstance(kind, fields.Day):
        return "2026-12-31"
    if isinstance(kind, fields.Flag):
        return True
    if isinstance(kind, fields.Whole):
        return 1
    if isinstance(kind, fields.Texts):
        return [kind.of.example or "percobaan"]
    return {}


def state_of(session: Session, tables: Sequence[str] = ()) -> dict[str, Any]:
    """How many rows there are of everything but visits, and how often each case was changed."""
    passing = {"sign_in", "failed_try", "repeat"}
    found: dict[str, Any] = {
        table.name: session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
        if table.name not in passing
    }
    cases = select(Case.id, Case.revision, Case.history_head).order_by(Case.id)
    return found | {"cases": [tuple(row) for row in session.execute(cases)]}


def some(things: Sequence[Thing], count: int) -> list[Thing]:
    """A few of them, of different cases as far as there are."""
    ordered = sorted(things, key=lambda thing: (thing.case_id or "", thing.id))
    by_case = [list(group) for _, group in itertools.groupby(ordered, lambda t: t.case_id)]
    mixed = [thing for row in itertools.zip_longest(*by_case) for thing in row if thing]
    return mixed[:count]
