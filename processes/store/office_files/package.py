"""A Word or Excel file as a zip of parts: its order, their kinds, what they refer to and hold."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import chain
from typing import BinaryIO

from processes.store.office_files.commands import Commands, reader, telling
from processes.store.office_files.links import judge
from processes.store.office_files.refusals import refuse

#: parts, bytes when unpacked (those of embedded files included), and how often its size that may be
MOST_ENTRIES = 200
MOST_UNPACKED = 100 * 1024**2
MOST_RATIO = 100
CHUNK = 256 * 1024
#: more than the longest word that is looked for
OVERLAP = 64

TYPES = "[content_types].xml"
ARCHIVES = (".zip", ".docx", ".xlsx", ".docm", ".xlsm", ".jar", ".7z", ".rar", ".gz")
#: embedded files that are looked into as well: a chart in Word brings its figures in one
EMBEDDED = (".docx", ".xlsx", ".pptx")
PROGRAMS = (".exe", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".hta", ".lnk", ".mht")
MACRO_TYPES = ("macroenabled", "vbaproject", "vbadata", "macrosheet")
#: what the main part is called in the list of kinds, and what the file is then
KINDS = (
    ("wordprocessingml.document.main+xml", "docx"),
    ("spreadsheetml.sheet.main+xml", "xlsx"),
    ("wordprocessingml.template.main+xml", "dotx"),
    ("spreadsheetml.template.main+xml", "xltx"),
    ("presentationml", "pptx"),
)
COMPOUND, PACKED = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
#: beginnings of programs, archives and PDFs
FOREIGN = (b"\x7fELF", b"7z\xbc\xaf", b"Rar!", b"%PDF-")
#: what a compound file holds: macros, and a file of any kind that another program opens
VBA, PACKAGE = "_VBA_PROJECT".encode("utf-16-le"), "\1Ole10Native".encode("utf-16-le")
#: an encoding in which a word does not stand as in ASCII
_ENCODED = re.compile(
    rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!(?:utf-?8|us-ascii|iso-8859-1|windows-1252)[\"'])", re.I
)


class Counter:
    """Counts down what may still be unpacked, in a file and in those within it."""

    def __init__(self, bytes_left: int) -> None:
        self.bytes_left = bytes_left

    def unpacked(self, count: int) -> None:
        """So many bytes more were unpacked."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            refuse("unsafe")


class Package:
    """A zip of parts; names are compared without regard to capitals, as Word and Excel do."""

    def __init__(self, file: BinaryIO, counter: Counter, *, is_embedded: bool = False) -> None:
        self.archive = zipfile.ZipFile(file)
        self.counter = counter
        self.is_embedded = is_embedded
        self.entries = {each.filename.lower(): each for each in self.archive.infolist()}
        #: content types, by part and by ending with its dot
        self.types: dict[str, str] = {}
        #: names of main parts, and of those that were unpacked to their end
        self.main: set[str] = set()
        self.seen: set[str] = set()

    def kind(self) -> str:
        """Look at 1. its order as a zip, 2. the kinds of its parts, 3. its links, 4. each part."""
        if TYPES not in self.entries:
            return "zip"
        self._check_order()
        self._read_list(TYPES, self._on_type)
        for name in self.entries:
            if name.endswith(".rels") or self._type(name).endswith("relationships+xml"):
                self._read_list(name, self._on_link)
        for name in self.entries:
            self._look(name)
        if len(self.main) != 1 or not self.main <= set(self.entries):
            return "damaged"
        found = self._type(self.main.pop())
        return next((kind for word, kind in KINDS if word in found), "zip")

    def _check_order(self) -> None:
        """Refuse what could fill a disk, write outside its folder, or be read in two ways."""
        entries = self.archive.infolist()
        if (
            len(entries) > MOST_ENTRIES
            or len(self.entries) < len(entries)
            or min(each.header_offset for each in entries) > 0
            or self.archive.comment
            or not all(self._is_plain(each) for each in entries)
        ):
            refuse("unsafe")
        for name in self.entries:
            if "vbaproject" in name:
                refuse("macro")
            if name.endswith(PROGRAMS):
                refuse("carrying")

    def _is_plain(self, entry: zipfile.ZipInfo) -> bool:
        """Whether an entry stays in its folder, is readable, no link and no archive itself."""
        name = entry.orig_filename.replace("\\", "/").lower()
        may_be_packed = name.endswith(EMBEDDED) and not self.is_embedded
        return (
            not name.startswith("/")
            and ":" not in name
            and "\0" not in name
            and ".." not in name.split("/")
            and not entry.flag_bits & 0x1
            and entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            and not stat.S_ISLNK(entry.external_attr >> 16)
            and (may_be_packed or not name.endswith(ARCHIVES))
        )

    def _unpack(self, name: str) -> Generator[bytes]:
        """A part, piece by piece, for as long as it really goes on."""
        entry = self.entries[name]
        stated, entry.file_size = entry.file_size, MOST_UNPACKED + CHUNK
        found, is_first_time = 0, name not in self.seen
        try:
            with self.archive.open(entry) as part:
                while chunk := part.read(CHUNK):
                    found += len(chunk)
                    self.counter.unpacked(len(chunk) if is_first_time else 0)
                    yield chunk
        finally:
            entry.file_size = stated
        if found != stated:
            refuse("unsafe")
        self.seen.add(name)

    # --- lists: of which kind each part is, and what it refers to ---------------------------------
    def _read_list(self, name: str, on_element: Callable[[str, dict[str, str]], None]) -> None:
        made = reader()
        made.StartElementHandler = lambda element, given: on_element(
            element.rpartition(":")[2], given
        )
        for number, chunk in enumerate(self._unpack(name)):
            if number == 0:
                _check_encoding(chunk)
            made.Parse(chunk, False)
        made.Parse(b"", True)

    def _on_type(self, element: str, given: dict[str, str]) -> None:
        found = given.get("ContentType", "").strip().lower()
        if any(word in found for word in MACRO_TYPES):
            refuse("macro")
        if "activex" in found:
            refuse("command")
        part, ending = given.get("PartName", ""), given.get("Extension", "")
        named = part.strip("/ ").lower() if element == "Override" else f".{ending.strip().lower()}"
        if self.types.setdefault(named, found) != found:
            refuse("unsafe")

    def _type(self, name: str) -> str:
        return self.types.get(name) or self.types.get("." + name.rpartition(".")[2], "")

    def _on_link(self, _element: str, given: dict[str, str]) -> None:
        kind = given.get("Type", "").strip().rpartition("/")[2].lower()
        target = given.get("Target", "")
        is_part = judge(kind, target, given.get("TargetMode", "Internal").strip().lower())
        if is_part and kind == "officedocument":
            self.main.add(target.strip("/ ").lower())

    # --- parts ------------------------------------------------------------------------------------
    def _look(self, name: str) -> None:
        """Refuse a part that acts or that is a file of its own."""
        pieces = self._unpack(name)
        first = next(pieces, b"")
        _check_beginning(first)
        if first.startswith(PACKED):
            pieces.close()
            self._look_within(name)
            return
        words: Sequence[bytes] = ()
        if self._is_read_as_xml(name, first):
            _check_encoding(first)
            words = telling(self._type(name))
        if _holds(words, first.startswith(COMPOUND), chain((first,), pieces)):
            commands = Commands()
            for piece in self._unpack(name):
                commands.reader.Parse(piece, False)
            commands.finish()

    def _is_read_as_xml(self, name: str, first: bytes) -> bool:
        """Drawings, and data that Word only keeps, hold no fields and no formulas."""
        of_kind = self._type(name)
        is_kept = name.startswith("customxml/") and not of_kind.endswith("+xml")
        if is_kept or of_kind.endswith(("svg+xml", "vmldrawing")):
            return False
        starts = first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
        return starts or of_kind.endswith("xml")

    def _look_within(self, name: str) -> None:
        """Look into a file that lies in this one; one that lies in that one again is not taken."""
        if self.is_embedded:
            refuse("unsafe")
        content = io.BytesIO(b"".join(self._unpack(name)))
        if Package(content, self.counter, is_embedded=True).kind() not in ("docx", "xlsx", "pptx"):
            refuse("unsafe")


def _check_encoding(first: bytes) -> None:
    """Refuse a text whose words could not be found: in none of the encodings of these programs."""
    if b"\0" in first[:4] or first[:2] in (b"\xff\xfe", b"\xfe\xff") or _ENCODED.match(first):
        refuse("unsafe")


def _check_beginning(first: bytes) -> None:
    where = int.from_bytes(first[60:64], "little")
    is_program = first.startswith(b"MZ") and first[where : where + 4] == b"PE\0\0"
    if is_program or first.startswith(FOREIGN):
        refuse("carrying")


def _holds(words: Sequence[bytes], is_compound: bool, pieces: Iterable[bytes]) -> bool:
    """Whether a part has one of the words; every piece of it is looked at."""
    found, before = False, b""
    for piece in pieces:
        seen, before = before + piece, piece[-OVERLAP:]
        found = found or any(word in seen for word in words)
        if is_compound:
            _check_compound(seen)
    return found


def _check_compound(seen: bytes) -> None:
    if VBA in seen:
        refuse("macro")
    if PACKAGE in seen:
        refuse("carrying")
