"""The words of JSON Schema 2020-12 that the answers of the machine API are written in."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
MAYBE_DAY: Schema = {"type": ["string", "null"], "format": "date"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def ref(name: str) -> Schema:
    """A pointer to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Schema) -> Schema:
    """An array of `items`."""
    return {"type": "array", "items": items}


def whole(properties: dict[str, Schema], *, optional: dict[str, Schema] | None = None) -> Schema:
    """An object with exactly these properties; those of `optional` may be absent."""
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
    }


def words(kind: type[StrEnum]) -> Schema:
    """The values of an Enum."""
    return {"type": "string", "enum": [member.value for member in kind]}


def maybe(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def page_of(items: Schema) -> Schema:
    """One page of a list; `pages` is at least 1, `total` counts the items of all pages."""
    return whole(
        {
            "items": listed(items),
            "page": {"type": "integer", "minimum": 1},
            "pages": {"type": "integer", "minimum": 1},
            "total": {"type": "integer", "minimum": 0},
        }
    )
