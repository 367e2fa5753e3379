"""Reads an owner's XML without believing it: no DTD, no entities, no network, nothing deep.

One door for every BPMN and DMN file, before anything else looks at it. The parser of lxml 6
(libxml2 2.14) stops external entities and amplification by itself; we refuse their declaration
before parsing, so that this does not rest on a version.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

from lxml import etree

from processes.engine.findings import Finding
from processes.errors import DiagramRefused
from processes.sentences import say

#: largest file taken, in bytes (contract.md "Fine print")
MOST_BYTES = 2 * 1024 * 1024
#: deepest nesting taken; a drawing with ten sub-processes inside each other needs about 30
MOST_DEPTH = 100

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*?\?>")
_ENCODING = re.compile(r"""encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DTD = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_INSTRUCTION = re.compile(r"<\?(?!xml\s)")
#: encodings a file may state, each with how it is read; tools of Windows still write the last ones
_ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "us-ascii": "utf-8-sig",
    "ascii": "utf-8-sig",
    "iso-8859-1": "latin-1",
    "windows-1252": "cp1252",
}


def load_xml(data: bytes, file: str, language: str = "id") -> Any:
    """The root element of an XML file of at most 2 MB.

    Takes UTF-8, UTF-16 with a byte order mark, and the two Latin encodings. Raises DiagramRefused
    with one Finding that names `file` and the line when the bytes are too many, not XML, declare a
    DTD, an entity or a processing instruction, or nest deeper than 100.
    """
    if len(data) > MOST_BYTES:
        raise _refusal("safety.too_large", file, 0, language)
    if not data.strip():
        raise _refusal("safety.empty", file, 0, language)
    text = _decode(data, file, language)
    _refuse_declarations(text, file, language)
    root = _parse(text, file, language)
    _refuse_depth(root, file, language)
    return root


def _refusal(code: str, file: str, line: int, language: str, **values: Any) -> DiagramRefused:
    message = say(f"checks.{code}", language, **values)
    finding = Finding(
        severity="error", code=code, file=file, line=line, element="", message=message
    )
    return DiagramRefused([finding])


def _decode(data: bytes, file: str, language: str) -> str:
    """The text of the file; what it says of its encoding must be true and one we know."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        stated = _ENCODING.search(data[:200].decode("latin-1"))
        name = stated[1].lower() if stated else "utf-8"
        if name not in _ENCODINGS:
            raise _refusal("safety.encoding", file, 1, language)
        marked = data.startswith(codecs.BOM_UTF8)
        encoding = "utf-8-sig" if marked else _ENCODINGS[name]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal("safety.encoding", file, line, language) from error


def _refuse_declarations(text: str, file: str, language: str) -> None:
    for code, pattern in (("safety.doctype", _DTD), ("safety.instruction", _INSTRUCTION)):
        found = pattern.search(text)
        if found:
            raise _refusal(code, file, text.count("\n", 0, found.start()) + 1, language)


def _parse(text: str, file: str, language: str) -> Any:
    # The declaration names an encoding that no longer holds; its lines must stay counted.
    body = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        return etree.fromstring(body.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        detail = str(error.msg or "").split(", line ")[0][:160]
        raise _refusal("safety.not_xml", file, line, language, detail=detail) from error


def _refuse_depth(root: Any, file: str, language: str) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MOST_DEPTH:
            line = element.sourceline or 0
            raise _refusal("safety.too_deep", file, line, language, most=MOST_DEPTH)
