"""Electronic signatures of a document in words that promise no more than was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.store.signatures import SignatureVerdict
from processes.store.tables import Document
from webhooks import dates
from webhooks.language import language, text
from webhooks.rendering import WIB

#: how loud each verdict is
TONES = {
    SignatureVerdict.VALID: "good",
    SignatureVerdict.UNTRUSTED: "soon",
    SignatureVerdict.CHANGED: "bad",
    SignatureVerdict.CHANGED_AFTER: "bad",
    SignatureVerdict.UNCHECKED: "soon",
}
#: reasons with a sentence of their own
REASONS = {"no_roots", "unknown_root", "expired", "revoked", "constraints", "many", "slow"}


@dataclass(frozen=True, kw_only=True)
class SignatureRow:
    """One signature of a document."""

    tone: str
    verdict: str
    #: who signed and when, as the signature says itself; may be empty
    about: str


def signature_rows(document: Document) -> tuple[SignatureRow, ...]:
    """What was found when the document came, one row a signature."""
    return tuple(_row(found) for found in document.signatures or ())


def _row(found: Mapping[str, Any]) -> SignatureRow:
    verdict = SignatureVerdict(found["verdict"])
    why = found.get("why")
    said = [text(f"signature_{verdict.value}")]
    said += [text(f"signature_why_{why}")] if why in REASONS else []
    if verdict is SignatureVerdict.VALID:
        said += [text("signature_extended")] if found.get("covers") == "revision" else []
        said += [] if found.get("revocation_checked") else [text("signature_unrevoked")]
    return SignatureRow(tone=TONES[verdict], verdict=" ".join(said), about=_about(found))


def _about(found: Mapping[str, Any]) -> str:
    if not found.get("signer"):
        return ""
    told = [
        text("signature_signer", signer=found["signer"]),
        text("signature_certificate", serial=found["serial"], issuer=found["issuer"]),
    ]
    if found.get("signed_at"):
        at = dates.moment(datetime.fromisoformat(found["signed_at"]), WIB, language())
        told.append(text("signature_time", at=at))
    return " · ".join(told)
