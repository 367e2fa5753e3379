"""What one run makes once and keeps for all its tests, though each has an office of its own.

A program opens one office and makes all this once; a thousand tests would make the same a thousand
times. Nothing of it depends on what lies in a database or in an office.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from processes.store.database import Database
from webhooks.errors import Discreet

#: more statements than the product has, on both kinds of database
STATEMENTS = 4000


class CompiledPages(BytecodeCache):
    """Templates as Python code, compiled once for all apps of a run and not for each anew."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


def keep_pages() -> None:
    """Compile each template once."""
    Discreet.jinja_options = {**Discreet.jinja_options, "bytecode_cache": CompiledPages()}


def keep_routes() -> None:
    """Compile what makes an address of each route once; rules that read alike make alike."""
    compile_anew = Rule._compile_builder
    made: dict[Hashable, Callable[..., tuple[str, str]]] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_anew(rule, append_unknown)
        reads = (rule.rule, tuple(rule._trace), append_unknown)
        if reads not in made:
            made[reads] = compile_anew(rule, append_unknown)
        return made[reads]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]


def keep_statements() -> None:
    """Compile each statement once for all databases of a kind: they differ in their rows only."""
    texts: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    open_anew = Database.__init__

    def open_with_texts(database: Database, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=texts)
        open_anew(database, engine)

    Database.__init__ = open_with_texts  # type: ignore[method-assign]
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__eq__ = _is_alike  # type: ignore[assignment, method-assign]
        kind.__hash__ = _hash  # type: ignore[assignment, method-assign]


def _is_alike(one: Any, other: Any) -> bool:
    """Whether both write the same SQL: dialects of one kind, met by servers of one version."""
    return type(one) is type(other) and one.server_version_info == other.server_version_info


def _hash(one: Any) -> int:
    return hash(type(one))
