"""The proof of person behind an act, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.sentences import area, say
from webhooks.language import language


def proof_in_words(proof: Mapping[str, Any] | None) -> str:
    """For example "kode diserahkan langsung oleh Sari Contoh"; empty when none is on record."""
    if not proof:
        return ""
    parts = [str(proof[name]) for name in ("kind", "way") if proof.get(name)]
    by = str(proof.get("by", ""))
    key = "proof_" + "_".join(parts)
    if by and f"{key}_by" in area("id", "confirming"):
        key += "_by"
    return say(f"confirming.{key}", language(), by=by)
