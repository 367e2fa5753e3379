"""The program that checks the signatures in one PDF.

Reads `{"path", "roots", "lists", "at"}` as JSON: the file, certificates and revocation lists that
the administrator trusts (paths), and the moment (ISO) at which certificates must be valid. Writes a
list with one object a signature as JSON. It asks nobody on the network and imports nothing of the
product; `processes.store.signatures` runs it in a process of its own.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

#: bytes of memory and seconds of computing that the process may have
MEMORY = 1024**3
SECONDS = 20
MOST_SIGNATURES = 20
LONGEST = 200


def main() -> int:
    """Check the file named on standard input."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with suppress(ValueError, OSError):  # some systems do not know these limits
            resource.setrlimit(limit, (most, most))
    logging.disable(logging.CRITICAL)  # it would print a traceback of every broken file
    given: dict[str, Any] = json.load(sys.stdin)
    sys.stdout.write(json.dumps(checked(given)))
    return 0


def checked(given: dict[str, Any]) -> list[dict[str, Any]]:
    """What is to be said of every signature in the file; raises when it cannot be read."""
    # imported here because only this process needs it: it takes a second
    from pyhanko.pdf_utils.reader import PdfFileReader

    roots = _certificates(given["roots"])
    with Path(given["path"]).open("rb") as file:
        reader = PdfFileReader(file, strict=False)
        signed = reader.embedded_regular_signatures
        found = [
            _verdict(each, roots, given["lists"], datetime.fromisoformat(given["at"]))
            for each in signed[:MOST_SIGNATURES]
        ]
    return [
        *found,
        *([{"verdict": "unchecked", "why": "many"}] if len(signed) > len(found) else []),
    ]


def _certificates(paths: list[str]) -> list[Any]:
    """The certificates in these files, PEM or DER; what is none is left out."""
    from pyhanko.keys import load_certs_from_pemder

    found: list[Any] = []
    for path in paths:
        with suppress(ValueError, TypeError, OSError):
            found += load_certs_from_pemder([path])  # type: ignore[no-untyped-call]
    return found


def _verdict(signed: Any, roots: list[Any], lists: list[str], at: datetime) -> dict[str, Any]:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.registry import SimpleTrustManager

    about: dict[str, Any] = {}
    try:
        about = _about(signed)
        context = ValidationContext(
            # without a trust manager of its own it would trust whom the system trusts
            trust_manager=SimpleTrustManager.build(trust_roots=roots),
            allow_fetching=False,
            crls=[Path(path).read_bytes() for path in lists],
            moment=at,
        )
        status = validate_pdf_signature(signed, signer_validation_context=context)
    except Exception as error:  # noqa: BLE001 - whatever a foreign file does, it is told as one case
        return {**about, "verdict": "unchecked", "why": type(error).__name__}
    return {**about, **_judged(status, bool(roots), at), "revocation_checked": bool(lists)}


def _about(signed: Any) -> dict[str, Any]:
    """What the signature says of itself; true only as far as the verdict goes."""
    certificate = signed.signer_cert
    told_at = signed.self_reported_timestamp
    return {
        "signer": _name(certificate.subject),
        "issuer": _name(certificate.issuer),
        "serial": f"{certificate.serial_number:X}"[:64],
        "signed_at": told_at.isoformat() if told_at else None,
    }


def _name(name: Any) -> str:
    """The common name and the organisation of a certificate's holder, on one line."""
    native = name.native
    parts = [native.get("common_name"), native.get("organization_name")]
    shown = ", ".join(str(part) for part in parts if part) or name.human_friendly
    return "".join(sign for sign in shown if sign.isprintable())[:LONGEST]


def _judged(status: Any, has_roots: bool, at: datetime) -> dict[str, Any]:
    """The verdict: `bottom_line` decides, the other flags only say why not."""
    from pyhanko.sign.validation import SignatureCoverageLevel

    covered = status.coverage
    whole = covered == SignatureCoverageLevel.ENTIRE_FILE
    seen = covered in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    told = {"covers": "file" if whole else "revision" if seen else "part"}
    if not (status.intact and status.valid):
        return {**told, "verdict": "changed"}
    if not seen or not (status.docmdp_ok or status.modification_level is None):
        return {**told, "verdict": "changed_after"}
    if status.bottom_line:
        return {**told, "verdict": "valid"}
    if status.revoked:
        return {**told, "verdict": "untrusted", "why": "revoked"}
    if status.trusted:
        return {**told, "verdict": "unchecked", "why": "constraints"}
    return {**told, "verdict": "untrusted", "why": _why(status, at) if has_roots else "no_roots"}


def _why(status: Any, at: datetime) -> str:
    certificate = status.signing_cert
    holds = certificate.not_valid_before <= at <= certificate.not_valid_after
    return "unknown_root" if holds else "expired"


if __name__ == "__main__":
    sys.exit(main())
