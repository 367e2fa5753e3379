"""What is wrong with an owner's folder, said so that its owner can mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from processes.sentences import say


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found in an owner's folder."""

    #: `error` stops publishing, `warning` does not
    severity: Literal["error", "warning"]
    #: short stable name of the rule, for example `flow.no_default`
    code: str
    #: file inside the folder, for example `ksdd.bpmn`
    file: str
    #: line in that file, 1-based; 0 when the rule is about the whole file
    line: int
    #: id of the shape, empty when the rule is about the whole file
    element: str
    #: the sentence, Indonesian unless another language was asked for: what is wrong, what to do
    message: str

    def as_dict(self) -> dict[str, Any]:
        """The shape promised by `ksdd check --json`."""
        return asdict(self)

    def line_in(self, language: str) -> str:
        """The sentence behind its place, which is said in a language."""
        at = say("checks.at_line", language, file=self.file, line=self.line)
        place = at if self.line else self.file
        return f"{place} {self.element}: {self.message}".replace(" :", ":")

    def __str__(self) -> str:
        return self.line_in("id")
