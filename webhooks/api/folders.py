"""An owner's folder as it is uploaded: a zip of the folder, or its diagram alone.

A zip is hostile until read: its sizes are not believed, its names never become paths.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from processes.actions.procedures import FOLDER_LIMIT, KEPT, PATH
from processes.errors import KsddError, TooLarge, WrongType
from webhooks.bodies import in_megabytes, printable

#: bytes of the upload (contract.md, "Fine print")
UPLOAD_LIMIT = 2 * 1024 * 1024
ENTRIES_LIMIT = 200

ZIP = "application/zip"
DIAGRAM_TYPES = ("application/xml", "text/xml", "application/bpmn+xml")
TYPES = (ZIP, "application/x-zip-compressed", *DIAGRAM_TYPES)

#: of what nobody said more of
BYTES = "application/octet-stream"

#: what file managers add by themselves
_CLUTTER = re.compile(r"(^|/)(__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini)(/|$)")
#: a Word template is a zip too; the checks of drafts open it with bounds of their own
_ZIP_SIGN = b"PK\x03\x04"
#: how XML begins, as far as its encoding lets it be told: a tag, or the mark before one
_XML_SIGNS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class BadFolder(KsddError):
    """The uploaded zip is not the folder of a procedure."""

    status = 422
    default_key = "api.zip_broken"


def type_by_content(content: bytes) -> str:
    """The media type of an upload by its first bytes; `BYTES` when they tell nothing."""
    if content.startswith(_ZIP_SIGN):
        return ZIP
    return DIAGRAM_TYPES[0] if content.lstrip().startswith(_XML_SIGNS) else BYTES


def read_folder(content: bytes, media_type: str, *, key: str) -> dict[str, bytes]:
    """The files by path; a diagram alone becomes `<key>.bpmn`.

    Raises WrongType for other media types, TooLarge, or BadFolder with what is wrong in the zip.
    """
    if media_type in DIAGRAM_TYPES:
        return {f"{key}.bpmn": content}
    if media_type not in TYPES:
        raise WrongType("api.upload_type", types=", ".join((ZIP, DIAGRAM_TYPES[0])))
    files = {
        name: found
        for name, found in _without_top(_unzip(content)).items()
        if PurePosixPath(name).suffix in KEPT
    }
    if not any(name.endswith(".bpmn") for name in files):
        raise BadFolder("api.zip_diagram")
    return files


def _unzip(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _entries(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
        struct.error,
    ):
        raise BadFolder from None


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    wanted = [e for e in archive.infolist() if not e.is_dir() and not _CLUTTER.search(e.filename)]
    if len(wanted) > ENTRIES_LIMIT:
        raise BadFolder("api.zip_entries", limit=ENTRIES_LIMIT)
    files: dict[str, bytes] = {}
    left = FOLDER_LIMIT
    for entry in wanted:
        _check_entry(entry, files)
        with archive.open(entry) as stream:
            # one byte more than allowed, because the size in the directory is a stranger's word
            found = stream.read(left + 1)
        left -= len(found)
        if left < 0:
            raise TooLarge("api.zip_large", limit=in_megabytes(FOLDER_LIMIT))
        if found.startswith(_ZIP_SIGN) and PurePosixPath(entry.filename).suffix != ".docx":
            raise BadFolder("api.zip_name", name=printable(entry.filename))
        files[entry.filename] = found
    return files


def _check_entry(entry: zipfile.ZipInfo, seen: dict[str, bytes]) -> None:
    if entry.flag_bits & 0x1:
        raise BadFolder("api.zip_encrypted")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    if is_link or entry.filename in seen or not PATH.fullmatch(entry.filename):
        raise BadFolder("api.zip_name", name=printable(entry.filename))


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files as seen from inside the folder, when the zip holds the folder itself."""
    tops = {PurePosixPath(name).parts[0] for name in files}
    nested = all("/" in name for name in files)
    if len(tops) == 1 and nested:
        return {str(PurePosixPath(*PurePosixPath(n).parts[1:])): c for n, c in files.items()}
    return files
