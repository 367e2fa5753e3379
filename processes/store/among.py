"""Whether a text is one of many, said with one parameter however many there are.

`IN` names every value, so that each number of values is another statement, and hundreds of them
cost more than what they ask for.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, Boolean, Dialect, String, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Texts(TypeDecorator[Collection[str]]):
    """Several texts as one value: an array on PostgreSQL, JSON elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(String()) if is_postgres else Text())

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return sorted(value) if dialect.name == "postgresql" else json.dumps(sorted(value))


class among(FunctionElement[bool]):  # noqa: N801 - it stands in statements like any function
    """`among(column, texts)`: whether the column is one of the texts; of none it never is.

    A parameter of type `Texts` may stand for them.
    """

    name = "among"
    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, texts: Collection[str] | BindParameter[Any]) -> None:
        told = isinstance(texts, BindParameter)
        super().__init__(column, texts if told else bindparam(None, texts, type_=Texts()))


@compiles(among, "postgresql")
def _in_array(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = (compiler.process(each, **options) for each in element.clauses)
    return f"({column} = ANY ({texts}))"


@compiles(among)
def _in_json(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = (compiler.process(each, **options) for each in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({texts})))"
