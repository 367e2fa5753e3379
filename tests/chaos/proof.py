"""What one attack showed: its figures, and which of its promises did not hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HEAD = ("attack", "where", "figures", "seconds", "held")


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The outcome of one attack on one installation."""

    #: short name that stays the same from run to run
    key: str
    #: what was done, in words
    what: str
    #: "SQLite" or "PostgreSQL"
    where: str
    #: what was counted and measured, by name
    figures: Mapping[str, float]
    seconds: float
    #: promises that were broken, in words; empty when all held
    broken: Sequence[str] = field(default_factory=tuple)


def broken(**promises: bool) -> list[str]:
    """The names of the promises that do not hold."""
    return [name.replace("_", " ") for name, holds in promises.items() if not holds]


def drawn(proofs: Sequence[Proof]) -> str:
    """The proofs as one table."""
    lines = [HEAD, *(_cells(proof) for proof in proofs)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [HEAD, rule, *lines[1:]]
    )


def keep(path: Path, proof: Proof, run: Mapping[str, Any]) -> None:
    """Append the proof as one JSON line, with the facts of the run."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = {**run, **vars(proof), "figures": dict(proof.figures), "broken": list(proof.broken)}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _cells(proof: Proof) -> tuple[str, str, str, str, str]:
    told = ", ".join(f"{name} {value:,.10g}" for name, value in proof.figures.items())
    held = "; ".join(proof.broken) or "yes"
    return proof.what, proof.where, told, f"{proof.seconds:.0f}", held
