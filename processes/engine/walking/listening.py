"""The safe language, telling which texts it was asked about during an act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.engine.language import SafeLanguage
from processes.engine.procedure import Procedure
from processes.engine.surroundings import SafeScriptEngine, make_language


class Listening:
    """Stands before a safe language and remembers what it evaluates."""

    def __init__(self, language: SafeLanguage) -> None:
        self._language = language
        #: texts of expressions and scripts since the last `forget`
        self.heard: set[str] = set()

    def forget(self) -> None:
        """Begin anew."""
        self.heard = set()

    def evaluate(self, text: str, *scopes: Mapping[str, Any]) -> Any:
        """As the language does."""
        self.heard.add(text)
        return self._language.evaluate(text, *scopes)

    def execute(self, text: str, data: dict[str, Any], /, *scopes: Mapping[str, Any]) -> None:
        """As the language does."""
        self.heard.add(text)
        self._language.execute(text, data, *scopes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._language, name)


def listening(key: str, files: Mapping[str, bytes]) -> tuple[Procedure, Listening]:
    """A procedure of its own whose engine tells what it evaluates."""
    procedure = Procedure(key, files)
    ear = Listening(make_language())
    procedure.engine = SafeScriptEngine(ear)  # type: ignore[arg-type]
    return procedure, ear
