"""What a request may carry, field by field: one declaration checks the request and fills the spec.

A declaration (`Text`, `Codes`, `Anything` …) knows two things: `take(value)` gives the value to use
or raises FieldError with a sentence, and `schema()` says the same as JSON Schema 2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from processes.engine.plain_text import TextFault, clean_text
from processes.errors import FieldError, InvalidAnswers, KsddError
from webhooks.bodies import printable

#: largest number a query may hold; fits the integers of both databases
NUMBER_LIMIT = 1_000_000
#: characters of a day in its long ISO form
DAY_LENGTH = 10
#: a Kemendagri code: a province, or a kabupaten or kota in it
REGION_CODE = r"^[0-9]{2}(\.[0-9]{2})?$"
#: key of a procedure: the name of its folder
PROCEDURE_KEY = r"^[a-z][a-z0-9_]{0,59}$"


class Kind(Protocol):
    """One kind of value."""

    def take(self, value: Any) -> Any:
        """The value to use, or FieldError."""

    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One line of text, NFC and stripped, without control characters or lone surrogates."""

    #: characters after stripping
    maximum: int = 300
    minimum: int = 1
    #: what the whole text must look like
    pattern: str | None = None
    example: str | None = None

    def take(self, value: Any) -> str:
        """The clean text."""
        if not isinstance(value, str):
            raise FieldError("api.field_text")
        try:
            text = clean_text(value, limit=self.maximum)
        except TextFault as fault:
            if fault.why == "too_long":
                raise self._wrong_length() from None
            raise FieldError("api.field_characters") from None
        if not self.minimum <= len(text) <= self.maximum:
            raise self._wrong_length()
        if self.pattern and not re.match(self.pattern, text, re.ASCII):
            raise FieldError("api.field_pattern", example=self.example or self.pattern)
        return text

    def _wrong_length(self) -> FieldError:
        return FieldError("api.field_length", minimum=self.minimum, maximum=self.maximum)

    def schema(self) -> dict[str, Any]:
        """A string schema with its limits and an example."""
        found: dict[str, Any] = {
            "type": "string",
            "minLength": self.minimum,
            "maxLength": self.maximum,
        }
        if self.pattern:
            found["pattern"] = self.pattern
        if self.example is not None:
            found["examples"] = [self.example]
        return found


@dataclass(frozen=True, kw_only=True)
class Texts:
    """A list of different texts of one kind."""

    of: Text
    minimum: int
    maximum: int

    def take(self, value: Any) -> list[str]:
        """The clean texts, in the order given."""
        if not isinstance(value, list):
            raise FieldError("api.field_list")
        if not self.minimum <= len(value) <= self.maximum:
            raise FieldError("api.field_items", minimum=self.minimum, maximum=self.maximum)
        texts = [self.of.take(item) for item in value]
        if len(set(texts)) < len(texts):
            raise FieldError("api.field_repeated")
        return texts

    def schema(self) -> dict[str, Any]:
        """An array schema."""
        return {
            "type": "array",
            "items": self.of.schema(),
            "minItems": self.minimum,
            "maxItems": self.maximum,
            "uniqueItems": True,
        }


@dataclass(frozen=True, kw_only=True)
class Anything:
    """An object whose inside somebody else checks: the answers of a form."""

    description: str

    def take(self, value: Any) -> dict[str, Any]:
        """The object as it came."""
        if not isinstance(value, dict):
            raise FieldError("api.field_object")
        return value

    def schema(self) -> dict[str, Any]:
        """An object schema that says where the real one is."""
        return {"type": "object", "description": self.description}


@dataclass(frozen=True, kw_only=True)
class YesOrAnything(Anything):
    """`true`, or an object whose inside somebody else checks; `false` means not given."""

    def take(self, value: Any) -> Any:
        """The object, or the truth value."""
        return value if isinstance(value, bool) else super().take(value)

    def schema(self) -> dict[str, Any]:
        """A schema of either."""
        return {"anyOf": [{"type": "boolean"}, super().schema()]}


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day in ISO form."""

    def take(self, value: Any) -> date:
        """The day."""
        try:
            if isinstance(value, str) and len(value) == DAY_LENGTH:
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise FieldError("api.field_day")

    def schema(self) -> dict[str, Any]:
        """A string schema of the format `date`."""
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def take(self, value: Any) -> str:
        """The word."""
        if value not in self.words:
            raise FieldError("api.field_choice", words=", ".join(self.words))
        return str(value)

    def schema(self) -> dict[str, Any]:
        """A string schema with `enum`."""
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True, kw_only=True)
class YesNo:
    """`true` or `false`, as a query writes it."""

    def take(self, value: Any) -> bool:
        """The truth value."""
        if value not in ("true", "false"):
            raise FieldError("api.field_choice", words="true, false")
        return bool(value == "true")

    def schema(self) -> dict[str, Any]:
        """A boolean schema."""
        return {"type": "boolean"}


@dataclass(frozen=True, kw_only=True)
class Flag:
    """`true` or `false`, as JSON writes it."""

    def take(self, value: Any) -> bool:
        """The truth value."""
        if not isinstance(value, bool):
            raise FieldError("api.field_choice", words="true, false")
        return value

    def schema(self) -> dict[str, Any]:
        """A boolean schema."""
        return {"type": "boolean"}


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole number from 1, as JSON, a query or a path writes it."""

    minimum: int = 1
    maximum: int = NUMBER_LIMIT

    def take(self, value: Any) -> int:
        """The number."""
        is_number = isinstance(value, int) and not isinstance(value, bool)
        text = str(value) if is_number else value
        if (
            not isinstance(text, str)
            or not re.fullmatch(r"0|[1-9][0-9]{0,6}", text)
            or not self.minimum <= int(text) <= self.maximum
        ):
            raise FieldError("api.field_whole", maximum=self.maximum)
        return int(text)

    def schema(self) -> dict[str, Any]:
        """An integer schema."""
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The fields of one request body or query; unknown ones are refused by name."""

    kinds: Mapping[str, Kind]
    required: tuple[str, ...] = ()

    def take(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The clean values by name; raises InvalidAnswers with one error per field."""
        errors: dict[str, KsddError] = {}
        for name in given:
            if name not in self.kinds:
                known = ", ".join(self.kinds) or "-"
                errors[printable(name)] = FieldError("api.field_unknown", known=known)
        for name in self.required:
            if given.get(name) is None:
                errors[name] = FieldError("api.field_required")
        found: dict[str, Any] = {}
        for name, kind in self.kinds.items():
            if name in given and name not in errors:
                self._take_one(name, kind.take, given[name], found, errors)
        if errors:
            raise InvalidAnswers(errors)
        return found

    @staticmethod
    def _take_one(
        name: str,
        take: Callable[[Any], Any],
        value: Any,
        found: dict[str, Any],
        errors: dict[str, KsddError],
    ) -> None:
        try:
            found[name] = take(value)
        except FieldError as error:
            errors[name] = error

    def schema(self) -> dict[str, Any]:
        """An object schema that takes no other fields."""
        found: dict[str, Any] = {
            "type": "object",
            "properties": {name: kind.schema() for name, kind in self.kinds.items()},
            "additionalProperties": False,
        }
        if self.required:
            found["required"] = list(self.required)
        return found


REGION = Text(maximum=5, minimum=2, pattern=REGION_CODE, example="32.01")
