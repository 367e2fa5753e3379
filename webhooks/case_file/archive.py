"""The case file as one ZIP, made while it is sent: nothing of it lies in memory as a whole."""

from __future__ import annotations

import hashlib
import io
import logging
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, render_template

from processes import actions
from processes.actions import Actor
from processes.engine.typesetting import LetterRefused
from processes.store.viewer import Viewer
from webhooks.case_file import paper, record
from webhooks.case_file.contents import Contents, read_contents
from webhooks.current import office
from webhooks.language import text

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/zip"
CHUNK = 256 * 1024
PAGE, PAPER, DATA, HISTORY = "index.html", "berkas-perkara.pdf", "perkara.json", "riwayat.jsonl"
CHECKER, HOW, SUMS = "periksa.py", "CARA-MEMERIKSA.txt", "SHA256SUMS"


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A case file that is ready to be sent."""

    filename: str
    #: the bytes of the ZIP, made while they are asked for
    chunks: Iterator[bytes]


def export(case_id: str, *, viewer: Viewer, actor: Actor, now: datetime) -> CaseFile:
    """The file of a case as far as the viewer may know it, in Indonesian; the export is recorded.

    Raises NotFound when the case is not for him. Needs a context of the app.
    """
    actions.note_export(office(), case_id, viewer=viewer, actor=actor, now=now)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.test_request_context("/berkas"), office().database.read() as session:
        # a request of its own: whoever reads the file later did not choose this one's language
        contents = read_contents(session, viewer, case_id, made_by=actor.name, now=now)
        written = _written(contents)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in written.items()}
    sums |= {each.path: each.row.sha256 for each in contents.enclosures if each.path}
    listed = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items()))
    number = contents.facts.case.number.replace("/", "-")
    return CaseFile(
        filename=f"berkas-perkara-{number}.zip",
        chunks=_zipped(contents, {**written, SUMS: listed.encode()}, app),
    )


def _written(contents: Contents) -> dict[str, bytes]:
    """The files that are written for the occasion, by name; without the PDF when it fails."""
    written = {
        DATA: record.as_json(contents.as_json()),
        HISTORY: record.lines(contents.entries),
        CHECKER: record.CHECKER.read_bytes(),
        HOW: text("file_how_to_check", page=PAGE, history=HISTORY, checker=CHECKER).encode(),
    }
    try:
        written[PAPER] = paper.set_in_type(contents)
    except LetterRefused as refused:
        log.warning("%s: %s", PAPER, refused)
    names = {"paper": PAPER if PAPER in written else "", "history": HISTORY, "how": HOW}
    page = render_template("case_file.html", file=contents, names={**names, "sums": SUMS})
    return {PAGE: page.encode(), **written}


def _zipped(contents: Contents, written: dict[str, bytes], app: Flask) -> Iterator[bytes]:
    blobs = app.extensions["office"].blobs
    out = _Pipe()
    at = contents.made_at.astimezone(contents.zone).timetuple()[:6]
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in written.items():
            archive.writestr(_entry(name, at, zipfile.ZIP_DEFLATED), content)
            yield out.taken()
        for each in contents.enclosures:
            if each.path is None:
                continue
            entry = _entry(each.path, at, zipfile.ZIP_STORED)
            with blobs.open(each.row.sha256) as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, CHUNK)
            yield out.taken()
    yield out.taken()


def _entry(name: str, at: tuple[int, ...], way: int) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = at
    entry = zipfile.ZipInfo(name, (max(year, 1980), month, day, hour, minute, second))
    entry.compress_type = way
    entry.external_attr = 0o644 << 16
    return entry


class _Pipe(io.RawIOBase):
    """What the archive is written to: it gives away what has come and keeps nothing."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._waiting += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        found = bytes(self._waiting)
        self._waiting.clear()
        return found
