"""Answers as people read them: labels, names and days instead of ids, codes and ISO dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processes.engine.forms import Field, Form
from processes.store.tables import Document, Region
from webhooks import dates
from webhooks.language import language, text
from webhooks.rendering import iso, short_hash


@dataclass(frozen=True, kw_only=True)
class Line:
    """One answered field."""

    label: str
    #: one text, or one per region
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Names:
    """What codes and ids in answers stand for."""

    regions: Mapping[str, Region]
    documents: Mapping[str, Document]

    def with_documents(self, more: Mapping[str, Document]) -> Names:
        """The same, with documents that the case does not know yet."""
        return Names(regions=self.regions, documents={**self.documents, **more})

    def region(self, code: str) -> str:
        """The region's name; its code when it is unknown."""
        return self.regions[code].name if code in self.regions else code


def lines(form: Form, answers: Mapping[str, Any], names: Names) -> list[Line]:
    """Every given answer in the order of the form; what no field asked comes last, as it is."""
    asked = [
        Line(label=field.label, values=_values(field, answers[field.id], names))
        for field in form.fields
        if answers.get(field.id) is not None
    ]
    known = {field.id for field in form.fields}
    rest = [
        Line(label=key, values=(str(value),))
        for key, value in answers.items()
        if key not in known and key != "daerah" and value is not None
    ]
    return asked + rest


def _values(field: Field, value: Any, names: Names) -> tuple[str, ...]:
    if isinstance(value, Mapping) and "document" not in value:
        return tuple(f"{names.region(code)}: {_one(field, v, names)}" for code, v in value.items())
    return (_one(field, value, names),)


def _one(field: Field, value: Any, names: Names) -> str:
    if isinstance(value, Mapping):
        return _document(str(value.get("document", "")), names)
    if isinstance(value, bool):
        return text("yes") if value else text("no")
    if field.type == "enum":
        return _option(field, str(value))
    return _typed(field, value, names)


def _typed(field: Field, value: Any, names: Names) -> str:
    on = iso(value) if field.type == "date" else None
    if on is not None:
        return dates.day(on, language())
    if field.jenis == "rupiah" and isinstance(value, int):
        return "Rp" + f"{value:,}".replace(",", ".")
    return names.region(str(value)) if field.jenis == "daerah" else str(value)


def _option(field: Field, value: str) -> str:
    return next((name for key, name in field.options if key == value), value)


def _document(document_id: str, names: Names) -> str:
    document = names.documents.get(document_id)
    if document is None:
        return document_id
    return f"{document.filename} ({text('hash')} {short_hash(document.sha256)})"
