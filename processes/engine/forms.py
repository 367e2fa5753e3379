"""Forms as an owner writes them in the modeler (`camunda:formData`), read once per version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processes.engine.answers import check_answers
from processes.engine.fields import Field as Field
from processes.engine.fields import FormContext as FormContext
from processes.engine.fields import shipped_choices
from processes.engine.posted import answers_from_pairs
from processes.engine.schema import schema_of


@dataclass(frozen=True, kw_only=True)
class Form:
    """The questions of one task, in the owner's order."""

    fields: tuple[Field, ...] = ()

    @classmethod
    def read(cls, raw: Sequence[Mapping[str, Any]]) -> Form:
        """From the parser's plain dictionaries; a sound folder is assumed (`engine.checks`)."""
        return cls(fields=tuple(_field(item) for item in raw))

    def check(self, answers: Mapping[str, Any], *, context: FormContext) -> dict[str, Any]:
        """The answers cleaned, in the order of the form; InvalidAnswers names all that is wrong."""
        return check_answers(self.fields, answers, context)

    def schema(self, context: FormContext) -> dict[str, Any]:
        """JSON Schema (2020-12) of the answers."""
        return schema_of(self.fields, context)

    def from_pairs(self, pairs: Mapping[str, str | list[str]]) -> dict[str, Any]:
        """Answers from the inputs of an HTML form; never raises, `check` judges them."""
        return answers_from_pairs(self.fields, pairs)


def _field(raw: Mapping[str, Any]) -> Field:
    properties: Mapping[str, str | None] = raw.get("properties") or {}
    rules: Mapping[str, str | None] = raw.get("validation") or {}

    def number(name: str) -> int | None:
        value = rules.get(name)
        return int(value) if value not in (None, "") else None

    def prop(name: str) -> str:
        return (properties.get(name) or "").strip()

    options = tuple((str(key), str(name or key)) for key, name in raw.get("options") or ())
    return Field(
        id=raw["id"],
        label=(raw.get("label") or raw["id"]).strip(),
        type=raw.get("type") or "string",
        jenis=prop("jenis"),
        default=raw.get("default"),
        options=shipped_choices(prop("pilihan")) if prop("pilihan") else options,
        required="required" in rules and rules["required"] != "false",
        minimum=number("min"),
        maximum=number("max"),
        min_length=number("minlength"),
        max_length=number("maxlength"),
        untuk=prop("untuk"),
        bantuan=prop("bantuan"),
        wajib_jika=prop("wajib_jika"),
        benar_jika=prop("benar_jika"),
        setelah=prop("setelah"),
    )
