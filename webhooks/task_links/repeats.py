"""The same form sent twice: its files come as new documents, but their bytes are the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from processes.store.tables import Document


def with_recorded_files(
    session: Session, answers: Mapping[str, Any], recorded: Mapping[str, Any]
) -> dict[str, Any]:
    """`answers`, naming the recorded document wherever the sent one has the very same bytes."""
    return {key: _recorded(session, value, recorded.get(key)) for key, value in answers.items()}


def _recorded(session: Session, sent: Any, kept: Any) -> Any:
    if not isinstance(sent, Mapping) or not isinstance(kept, Mapping):
        return sent
    if "document" not in sent:
        return with_recorded_files(session, sent, kept)
    new = session.get(Document, str(sent["document"]))
    old = session.get(Document, str(kept.get("document", "")))
    return kept if new and old and new.sha256 == old.sha256 else sent
