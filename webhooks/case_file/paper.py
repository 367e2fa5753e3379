"""The case file as pages to print: the same words as the page, set by one template."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from processes.engine.typesetting import typeset
from webhooks import dates
from webhooks.about import about
from webhooks.case_file.contents import Contents
from webhooks.language import language, text

TEMPLATE = Path(__file__).with_name("berkas_perkara.typ")

Section = dict[str, Any]


def set_in_type(contents: Contents) -> bytes:
    """The PDF; raises LetterRefused when it cannot be set."""
    case = contents.facts.case
    facts = {
        "nomor": case.number,
        "judul": case.title,
        "dibuat": _made(contents),
        "bagian": [
            {"judul": text("file_case"), "baris": list(_case(contents))},
            {"judul": text("parties"), "baris": list(_parties(contents))},
            {"judul": text("done_tasks"), "sub": [_decided(contents, t) for t in contents.decided]},
            {"judul": text("documents"), "sub": list(_documents(contents))},
            {"judul": text("history"), "sub": list(_history(contents))},
        ],
    }
    return typeset(TEMPLATE.read_bytes(), facts, written_at=contents.made_at)


def _made(contents: Contents) -> str:
    at = dates.moment(contents.made_at, contents.zone, language())
    seen = ", ".join(contents.seen_as) or text("file_seen_whole")
    return text("file_made", at=at, by=contents.made_by, seen=seen)


def _case(contents: Contents) -> Iterator[tuple[str, str]]:
    case = contents.facts.case
    yield text("status"), text(f"status_{case.status.value}")
    yield text("stage"), f"{case.stage} {case.stage_name}"
    yield text("opened_at"), dates.moment(case.opened_at, contents.zone, language())
    if case.closed_at:
        yield text("closed_at"), dates.moment(case.closed_at, contents.zone, language())
    if case.category:
        yield text("category"), case.category
    yield text("agreement"), text(f"agreement_{case.agreement_status.value}")


def _parties(contents: Contents) -> Iterator[tuple[str, str]]:
    for party, region in contents.parties:
        told = [text("party_left")] if contents.has_left(party) else []
        told.append(text("file_own_number", number=party.own_number or "-"))
        yield region.name, "; ".join(told)


def _decided(contents: Contents, task: Any) -> Section:
    at = dates.moment(task.at, task.zone, language())
    told = [(line.label, "; ".join(line.values)) for line in task.lines]
    if task.paper:
        told.append((text("file_paper"), f"{task.paper.number}, {task.paper.signatory}"))
    name = f"{task.name}{about(task)} · {task.region}"
    name += f": {task.decision}" if task.decision else ""
    return {"judul": name, "ket": f"{task.done_by} · {at}", "baris": told}


def _documents(contents: Contents) -> Iterator[Section]:
    for each in contents.enclosures:
        at = dates.moment(each.row.uploaded_at, each.row.zone, language())
        told = [(text("hash"), each.row.sha256)]
        told += [(text("file_signature"), found.verdict) for found in each.row.signatures]
        told += [] if each.path else [(text("file_left_out"), text(each.why))]
        yield {
            "judul": each.path or each.row.filename,
            "ket": f"{each.row.label} · {each.row.region} · {each.row.uploaded_by} · {at}",
            "baris": told,
        }


def _history(contents: Contents) -> Iterator[Section]:
    for happening in contents.happenings:
        at = dates.moment(happening.at, contents.zone, language())
        about = f": {happening.about}" if happening.about else ""
        yield {
            "judul": f"{happening.seq}. {happening.what}{about}",
            "ket": " · ".join(part for part in (at, happening.who, happening.hash) if part),
            "baris": [],
        }
