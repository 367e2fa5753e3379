"""The letter package: what a partner without officials is sent on paper, with a fresh code."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.letter_facts import asked, attachments, facts_of
from processes.actions.paper_proofs import Made, PaperKind
from processes.actions.partners import check_partner, tell
from processes.actions.wording import readable
from processes.engine.procedure import Procedure
from processes.engine.proofs import Proof
from processes.engine.stapling import staple
from processes.engine.typesetting import PACKAGE, LetterRefused, typeset
from processes.errors import Conflict, NotFound
from processes.sentences import say
from processes.store import codes, made_papers, questions
from processes.store.locks import lock_case
from processes.store.tables import Case, CaseStatus, Region

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

#: page on which a code is typed
CODE_PAGE = "/k"


@dataclass(frozen=True, kw_only=True)
class Package:
    """A printed letter package. The code stands in it and here, and nowhere else."""

    #: `XXXXX-XXXXX`
    code: str
    #: address of the code's page with the code filled in
    url: str
    filename: str
    content: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the PDF, hex, as the history keeps it."""
        return hashlib.sha256(self.content).hexdigest()


def print_package(
    office: Office, case_id: str, region: str, *, number: str = "", actor: Actor, now: datetime
) -> Package:
    """The letter package for a partner without officials whose task waits, with a new code.

    Earlier codes of the partner keep working. `number`: of the covering letter; empty leaves a line
    to write it on. Raises NotFound, NotAllowed, InvalidAnswers, or Conflict when nothing is asked
    of the partner or it has a contact.
    """
    number = _readable_number(number)
    code = codes.make_code()
    with office.database.read() as session:
        case = session.get(Case, case_id)
        if case is None:
            raise NotFound
        partner = _addressee(session, case, region, actor)
        attached = attachments(session, office, case, partner)
        facts = facts_of(session, office, case, partner, attached, now)
        procedure = office.procedure(session, case.version_id)
        made = _made(office, case, partner, number, now)
    facts |= {"nomor": number, **_code_facts(office, code)}
    letter = _set(procedure, facts, now, made.proof(office))
    package = Package(
        code=codes.shown(code),
        url=_address(office, code),
        filename=f"paket-surat-{case.number.replace('/', '-')}-{partner.code}.pdf",
        content=staple(letter, [a.path for a in attached if a.path is not None]),
    )
    with office.database.write() as session:
        case = lock_case(session, case_id)
        partner = _addressee(session, case, region, actor)
        kept = codes.keep_code(
            session,
            office.secret,
            code,
            case_id=case.id,
            region_code=partner.code,
            created_by=actor.name,
            now=now,
        )
        made.keep(session, "pdf", package.content)
        details = {"code": kept.id, "sha256": package.sha256, "number": number}
        tell(session, case, "letter.printed", partner, actor, now, details)
    return package


def _readable_number(typed: str) -> str:
    if not typed.strip():
        return ""
    return readable(typed, field="number", missing="partners.number_invisible", limit=120)


def _addressee(session: Session, case: Case, region: str, actor: Actor) -> Region:
    """The partner, if it has no officials and something is asked of it."""
    partner = check_partner(session, case, region, actor)
    if case.status is not CaseStatus.RUNNING:
        raise Conflict("errors.case_ended")
    if not questions.without_contact(session, [region]):
        raise Conflict("partners.has_contact", region=partner.name)
    if not asked(session, case, region):
        raise Conflict("partners.nothing_asked", region=partner.name)
    return partner


def _address(office: Office, code: str) -> str:
    return f"{office.settings.base_url}{CODE_PAGE}?kode={codes.shown(code)}"


def _code_facts(office: Office, code: str) -> dict[str, str]:
    picture = BytesIO()
    square = segno.make(_address(office, code), error="m", micro=False)
    square.save(picture, kind="svg", border=2, xmldecl=False)
    return {
        "kode": codes.shown(code),
        "alamat": f"{office.settings.base_url}{CODE_PAGE}",
        "qr": picture.getvalue().decode(),
    }


def _made(office: Office, case: Case, partner: Region, number: str, now: datetime) -> Made:
    """The package as its square proves it; the next one takes its place."""
    return Made(
        code=made_papers.fresh_code(),
        case_id=case.id,
        task_id=None,
        kind=PaperKind.PACKAGE,
        what=f"{PaperKind.PACKAGE}:{partner.code}",
        title=say("partners.package_title", "id", region=partner.name),
        case_number=case.number,
        day=office.calendar.today(now, case.region_code),
        number=number,
        made_at=now,
    )


def _set(procedure: Procedure, facts: dict[str, Any], now: datetime, proof: Proof) -> bytes:
    """The letter from the owner's template; from the shipped one when that has a slip."""
    owned = procedure.files.get(PACKAGE)
    if owned is not None:
        try:
            return typeset(owned, facts, written_at=now, proof=proof)
        except LetterRefused as refused:
            log.warning("%s: %s", PACKAGE, refused)
    shipped = files("processes") / "ksdd" / PACKAGE
    return typeset(shipped.read_bytes(), facts, written_at=now, proof=proof)
