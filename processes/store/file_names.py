"""Names of handed-in files: safe on any system, and with the ending that the content has."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = _OFFICE + "wordprocessingml.document"
XLSX = _OFFICE + "spreadsheetml.sheet"

#: the endings of what is taken; the first of a kind is the one that a file without one gets
ENDINGS = {".pdf": PDF, ".docx": DOCX, ".xlsx": XLSX, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG}
_PICTURES = (*(".jpg", ".jpeg", ".jfif", ".jpe", ".pjpeg", ".png", ".heic", ".heif"), ".webp")
#: endings that programs and phones leave on a file of this kind; the right one takes their place
OUTDATED = {
    DOCX: (".doc", ".docm"),
    XLSX: (".xls", ".xlsm"),
    JPEG: _PICTURES,
    PNG: _PICTURES,
    PDF: (),
}
#: letters of a file name that are kept, ending included
NAME_LENGTH = 200
#: names that Windows gives to devices, whatever their ending
DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


def clean_filename(name: str) -> str:
    """A name that is safe to show, to mail and to save under on any system; never empty.

    Folders, control and direction-changing characters go; so do signs a file system refuses.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" or sign in "\t\n")
    plain = "".join("_" if sign in '<>:"|?*' else sign for sign in kept)
    plain = " ".join(plain.split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    if stem.split(".")[0].strip().lower() in DEVICES:
        stem = f"_{stem}"
    ending = ending[:10]
    stem = (stem or "berkas")[: NAME_LENGTH - len(ending) - len(dot)]
    return f"{stem}{dot}{ending}"


def true_name(name: str, media_type: str) -> str:
    """The clean name under which a file of this kind is kept and saved: with an ending of its kind.

    `1000012345` becomes `1000012345.pdf`, and `IMG_7.HEIC` that holds a JPG becomes `IMG_7.jpg`.
    """
    cleaned = clean_filename(name)
    ending = ending_of(cleaned)
    if ENDINGS.get(ending) == media_type:
        return cleaned
    right = next(each for each, kind in ENDINGS.items() if kind == media_type)
    is_outdated = ending in OUTDATED[media_type]
    return clean_filename((cleaned[: -len(ending)] if is_outdated else cleaned) + right)


def better_name(name: str, media_type: str) -> str:
    """The name to propose when the ending of `name` says another kind: that ending is replaced."""
    cleaned = clean_filename(name)
    return true_name(cleaned[: len(cleaned) - len(ending_of(cleaned))], media_type)


def ending_of(name: str) -> str:
    """The ending of a clean name in lower case, with its dot; empty when it has none."""
    return PurePosixPath(name.lower()).suffix
