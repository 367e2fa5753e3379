"""Reading a form that a stranger sent: all of it, or what could be read and why not the rest.

A form that breaks off is never taken for a shorter one: whoever asks for its fields gets the
refusal. What did arrive stays readable beside it, so that a page can show it once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, cast
from urllib.parse import parse_qsl

from flask import Request, request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import default_stream_factory
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData
from werkzeug.utils import cached_property
from werkzeug.wsgi import get_input_stream

from processes.errors import KsddError, Malformed, StorageFull, TooLarge
from processes.store.documents import FULL
from webhooks.bodies import PIECE, in_megabytes

MULTIPART, URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
FORMS = (MULTIPART, URLENCODED)
#: characters that are kept of a text which is too long for its form
SHOWN = 100_000
#: bytes that may stand before a part's content, its name included
LONGEST_HEAD = 256 * 1024
#: how a part may say that its text is written
CHARSETS = ("ascii", "us-ascii", "utf-8", "iso-8859-1")


class NamedParts(ImmutableMultiDict[str, Any]):
    """The parts of a form by name; one without a name, which no form of ours has, is left out."""

    def __init__(self, parts: Any = ()) -> None:
        named = parts
        if isinstance(parts, (list, tuple)):
            named = [part for part in parts if part[0] is not None]
        super().__init__(named)


class OurRequest(Request):
    """A request whose form has named parts only, and is either whole or refused."""

    parameter_storage_class = NamedParts

    # not the one of functools, which in Python 3.11 lets only one request read at a time
    @cached_property
    def reading(self) -> Reading:
        """What could be read of the form, and why not all; empty when no form was sent."""
        if self.mimetype not in FORMS:
            return Reading()
        texts = self.max_form_memory_size or 0
        limits = Limits(
            whole=self.max_content_length or texts, texts=texts, parts=self.max_form_parts or 0
        )
        boundary = self.mimetype_params.get("boundary", "")
        # counted while it is read, so that the fields of one that is too large are not lost
        stream = get_input_stream(self.environ, max_content_length=None)
        return read_form(stream, self.mimetype, boundary, self.content_length, limits)

    def _load_form_data(self) -> None:
        """Werkzeug's way to the fields; raises what was in the way of reading all of them."""
        if self.mimetype not in FORMS:
            return super()._load_form_data()
        if self.reading.trouble is not None:
            raise self.reading.trouble
        self.__dict__["form"] = NamedParts(self.reading.fields)
        self.__dict__["files"] = NamedParts(self.reading.files)
        return None


def trouble_with_form() -> KsddError | None:
    """Why the form of this request could not be read to its end; None when it could."""
    return cast(OurRequest, request).reading.trouble


def readable_form() -> NamedParts:
    """The whole fields of this request's form, also when it could not be read to its end.

    To be shown again, never to be acted on.
    """
    return NamedParts(cast(OurRequest, request).reading.fields)


def broken_off() -> dict[str, str]:
    """The field in which the form broke off, with what had come of it; empty for a whole one."""
    cut = cast(OurRequest, request).reading.cut
    return dict([cut]) if cut else {}


@dataclass(kw_only=True)
class Reading:
    """What could be read of a form, in its order."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, FileStorage]] = field(default_factory=list)
    #: the field in which it broke off, and what had come of it
    cut: tuple[str, str] | None = None
    #: why it could not be read to its end; None when it could
    trouble: KsddError | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of a form is taken."""

    #: bytes of all of it
    whole: int
    #: bytes of all its texts together
    texts: int
    parts: int


def read_form(
    stream: IO[bytes], mimetype: str, boundary: str, length: int | None, limits: Limits
) -> Reading:
    """The form in `stream`; `length` is what the request said, None when it said none.

    Of one that is too large, the fields in front of its first file are read.
    """
    reading = Reading()
    try:
        if mimetype == MULTIPART:
            _Parts(reading, limits, length).read(stream, boundary)
        else:
            _read_urlencoded(stream, reading, limits)
    except (ValueError, ClientDisconnected, RequestEntityTooLarge):
        reading.trouble = Malformed("web.form_cut")
    except OSError as error:
        reading.trouble = StorageFull() if error.errno in FULL else Malformed("web.form_cut")
    except KsddError as error:
        reading.trouble = error
    if reading.trouble is not None:
        for _name, file in reading.files:
            file.close()
        reading.files.clear()
    return reading


class _Parts:
    """One multipart form on its way in."""

    def __init__(self, reading: Reading, limits: Limits, length: int | None) -> None:
        self.reading = reading
        self.limits = limits
        self.length = length
        self.taken = 0
        self.texts = 0
        self.parts = 0
        self.name: str | None = None
        self.charset = "utf-8"
        self.text = bytearray()
        self.is_long = False
        self.file: tuple[File, IO[bytes]] | None = None

    def read(self, stream: IO[bytes], boundary: str) -> None:
        """Take part after part, to the end or to the first trouble."""
        if not boundary:
            raise ValueError("no boundary")
        decoder = MultipartDecoder(boundary.encode("ascii"), LONGEST_HEAD)
        try:
            for piece in _pieces(stream):
                self.taken += len(piece)
                self._check_size(at_file=False)
                decoder.receive_data(piece)
                self._take_events(decoder)
            decoder.receive_data(None)
            self._take_events(decoder)
        finally:
            self._leave_off()

    def _take_events(self, decoder: MultipartDecoder) -> None:
        """Take what the decoder has made of the bytes so far."""
        while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
            match event:
                case Field():
                    self._count_part()
                    self.name, self.text, self.is_long = event.name, bytearray(), False
                    self.charset = _charset(event)
                case File():
                    self._count_part()
                    self._check_size(at_file=True)
                    made = default_stream_factory(self.length, None, event.filename)
                    self.file = event, made
                case Data() if self.file is not None:
                    self._take_bytes(event, *self.file)
                case Data():
                    self._take_text(event)

    def _count_part(self) -> None:
        self.parts += 1
        if self.parts > self.limits.parts:
            raise TooLarge("web.form_parts")

    def _take_bytes(self, data: Data, part: File, content: IO[bytes]) -> None:
        content.write(data.data)
        if not data.more_data:
            content.seek(0)
            kept = FileStorage(content, part.filename, part.name, headers=part.headers)
            self.reading.files.append((part.name, kept))
            self.file = None

    def _take_text(self, data: Data) -> None:
        if not self.is_long:
            self.texts += len(data.data)
            self.text += data.data
        if self.texts > self.limits.texts:
            # no text of ours is this long: its beginning is shown, and the others are still read
            limit = in_megabytes(self.limits.texts)
            self.reading.trouble = TooLarge("web.text_large", limit=limit)
            self.texts -= len(self.text)
            self.text, self.is_long = self.text[:SHOWN], True
        if not data.more_data and self.name is not None:
            self.reading.fields.append((self.name, self._decoded()))
            self.name = None

    def _check_size(self, *, at_file: bool) -> None:
        """Raise TooLarge when it is certain, and everything in front of a file is read."""
        stated = (self.length or 0) > self.limits.whole
        beyond = self.limits.texts if stated else self.limits.whole
        if (stated and at_file) or self.taken > beyond:
            raise TooLarge("web.form_large", limit=in_megabytes(self.limits.whole))

    def _leave_off(self) -> None:
        """Note the field in which it broke off, and let go of half a file."""
        if self.file is not None:
            self.file[1].close()
        if self.name is not None:
            self.reading.cut = self.name, self._decoded()

    def _decoded(self) -> str:
        return self.text.decode(self.charset, "ignore" if self.is_long else "replace")


def _charset(part: Field) -> str:
    found = parse_options_header(part.headers.get("content-type"))[1].get("charset", "").lower()
    return found if found in CHARSETS else "utf-8"


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def _read_urlencoded(stream: IO[bytes], reading: Reading, limits: Limits) -> None:
    most = min(limits.texts, limits.whole)
    body = bytearray()
    for piece in _pieces(stream):
        body += piece
        if len(body) > most:
            reading.trouble = TooLarge("web.text_large", limit=in_megabytes(most))
            break
    text = bytes(body[:most]).decode("utf-8", "replace")
    pairs = parse_qsl(text, keep_blank_values=True, errors="replace")
    if reading.trouble is not None and pairs:
        name, value = pairs.pop()
        reading.cut = name, value[:SHOWN]
    reading.fields.extend((name, value) for name, value in pairs)
