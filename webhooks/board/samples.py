"""The owner's messages and letters, filled in with a case that does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from flask import Response, render_template, request

from processes.engine.drafting import LAYOUT, DraftRefused, open_word, title_of
from processes.engine.drafting.names import file_of, name_of
from processes.engine.drafting.sampling import CASE, CONTACT, sample_pdf
from processes.engine.procedure import Procedure
from processes.engine.texts import TextRefused, render
from processes.engine.typesetting import LetterRefused
from processes.errors import Conflict, NotFound
from processes.store import questions
from processes.store.tables import ProcedureVersion
from webhooks.board.officials import check_people
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import keep_text, language
from webhooks.rights import Right
from webhooks.sessions import may

FOLDER, ENDING = "pesan/", ".txt"


@dataclass(frozen=True, kw_only=True)
class SampleText:
    """One message text as it would be sent, or why it cannot."""

    kind: str
    subject: str
    body: str
    #: why the owner's text cannot be used; the shipped one is sent instead
    refused: str


@pages.get("/contoh")
def samples() -> str:
    """Every text and letter of the newest version of a procedure."""
    versions, version, procedure = _chosen()
    letters = [
        (name, _title(procedure.files[path], name))
        for path in sorted(procedure.files)
        if (name := name_of(path))
    ]
    return render_template(
        "samples.html",
        versions=versions,
        version=version,
        texts=[_text(procedure, kind) for kind in _kinds(procedure)],
        letters=letters,
    )


@pages.get("/contoh/surat/<name>.pdf")
def sample_letter(name: str) -> Response:
    """One letter as PDF, marked as a sample."""
    _, _, procedure = _chosen()
    template = procedure.files.get(file_of(name))
    if template is None:
        raise NotFound("drafts.unknown_draft", name=name[:60])
    shipped = (files("processes") / "ksdd" / LAYOUT).read_bytes()
    try:
        content = sample_pdf(procedure, template, procedure.files.get(LAYOUT, shipped), now())
    except DraftRefused as refused:
        raise Conflict(refused.key, **refused.values) from None
    except LetterRefused:
        raise Conflict("drafts.pdf_broken") from None
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="contoh-{name}.pdf"'},
    )


def _chosen() -> tuple[list[ProcedureVersion], ProcedureVersion, Procedure]:
    """Every procedure's newest version, and the one that is looked at."""
    if not may(Right.PUBLISH):
        check_people()
    wanted = request.args.get("prosedur", "ksdd")
    with office().database.read() as session:
        versions = questions.newest_procedures(session)
        version = next((each for each in versions if each.key == wanted), None)
        if version is None:
            raise NotFound("errors.no_procedure", key=wanted[:60])
        return versions, version, office().procedure(session, version.id)


def _kinds(procedure: Procedure) -> list[str]:
    return [
        path.removeprefix(FOLDER).removesuffix(ENDING)
        for path in sorted(procedure.files)
        if path.startswith(FOLDER) and path.endswith(ENDING)
    ]


def _text(procedure: Procedure, kind: str) -> SampleText:
    try:
        source = procedure.files[f"{FOLDER}{kind}{ENDING}"].decode("utf-8")
        made = render(source, _facts())
    except UnicodeDecodeError:
        return SampleText(kind=kind, subject="", body="", refused=keep_text("file_encoding"))
    except TextRefused as refused:
        return SampleText(kind=kind, subject="", body="", refused=refused.say(language()))
    return SampleText(kind=kind, subject=made.subject, body=made.body, refused="")


def _facts() -> Mapping[str, object]:
    """Everything that a text may name."""
    return {
        "penerima": {"nama": "Sari Contoh", "jabatan": "Sekretaris Daerah"},
        "perkara": {
            **CASE,
            "tahap": "2 Penawaran",
            "keadaan": "berjalan",
            "berakhir": "6 Juli 2031",
        },
        "tugas": {
            "nama": "Jawaban kesediaan kepala daerah",
            "tahap": "2 Penawaran",
            "daerah": "Kota Teladan",
            "tenggat": "Jumat, 14 Agustus 2026 pukul 16.00 WIB",
            "sementara": False,
            "dewan": False,
            "balasan": "",
            "penyiap": "",
            "disiapkan": "",
            "dasar": "Pengaturan pemilik proses",
            "sisa": "sisa 5 hari kerja",
            "lewat": False,
            "dikembalikan": "",
            "disampaikan": "",
            "diam": "",
            "diam_pada": "",
            "pemegang": "Budi Teladan, Wali Kota Teladan",
        },
        "narahubung": dict(CONTACT),
        "tautan": f"{office().settings.base_url}/t/contoh",
        "isian": {"daftar": "- Tanggal terima surat: Kota Teladan", "tenggat": True},
        "alamat": f"{office().settings.base_url}/perkara/contoh",
        "kabar": "Perkara ini telah berlanjut ke langkah berikutnya.",
        "catatan": "Mohon diselesaikan minggu ini.",
        "hari": "90",
        "daftar": "1. Jawaban kesediaan kepala daerah (KSDD/2026/0001)",
        "jumlah": "1",
        "sisanya": "",
        "daerah": "Kota Teladan",
        "lewat_tangan": "",
        "kode": "12345678",
        "berlaku": "10.15",
        "dikonfirmasi": "Paraf: paraf",
        "dokumen": "naskah.pdf",
        "sidik": "0a1b 2c3d 4e5f",
    }


def _title(template: bytes, name: str) -> str:
    try:
        return title_of(open_word(template), name)
    except DraftRefused:
        return name
