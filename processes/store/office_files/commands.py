"""Fields of Word and formulas of Excel that start a program or fetch something afar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.parsers import expat

from processes.store.office_files.refusals import refuse

#: words without which a text of Word, or any other part, can do neither
_IN_WORD = (b"instr", b"<!DOCTYPE")
_ELSEWHERE = (*_IN_WORD, b"ddeLink", b"|", b"&#")
FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}
INSTRUCTIONS = {"instrText", "delInstrText"}
#: signs of one field or formula; Excel takes 8,192
LONGEST = 64 * 1024
#: fields that start a program, and those that take in what lies somewhere else
STARTING, FETCHING = {"DDE", "DDEAUTO"}, {"LINK", "INCLUDETEXT", "IMPORT"}
#: an address on another machine; in a field each backslash is written twice
_AFAR = re.compile(r"\\{3}|//")
_PICTURE_AFAR = re.compile(r"\\{3}|file://[^/]", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"")
_NAMED = re.compile(r"'(?:[^']|'')*'")


def telling(content_type: str) -> Sequence[bytes]:
    """Words of which a part of this kind must have one to be read sign by sign."""
    if content_type.endswith("sharedstrings+xml"):
        return (b"<!DOCTYPE",)  # plain texts of cells, of which a sheet may have a million
    return _IN_WORD if "wordprocessingml" in content_type else _ELSEWHERE


def reader() -> expat.XMLParserType:
    """A reader that refuses definitions, with which one text can be made of another."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = lambda *_: refuse("unsafe")
    return made


@dataclass
class Field:
    """A field of Word that has begun."""

    instruction: str = ""
    #: whether its instruction goes on; what follows is its result
    is_open: bool = True


class Commands:
    """Looks at every field and formula of one part while it is read, and refuses what acts."""

    def __init__(self) -> None:
        self.reader = reader()
        self.reader.StartElementHandler = self._starts
        self.reader.EndElementHandler = self._ends
        self.reader.CharacterDataHandler = self._says
        self.fields: list[Field] = []
        #: the element whose text is wanted, and its text
        self.wanted = ""
        self.text: list[str] = []

    def finish(self) -> None:
        """The part has been read; a field that was never closed is judged too."""
        self.reader.Parse(b"", True)
        for each in self.fields:
            _judge_field(each.instruction)

    def _starts(self, element: str, given: dict[str, str]) -> None:
        name = element.rpartition(":")[2]
        if name == "ddeLink":
            refuse("command")
        if name in FORMULAS or name in INSTRUCTIONS:
            self.wanted, self.text = name, []
        elif name in ("fldChar", "fldSimple"):
            told = {each.rpartition(":")[2]: value for each, value in given.items()}
            _judge_field(told.get("instr", ""))
            self._turns(told.get("fldCharType", ""))

    def _turns(self, to: str) -> None:
        """A field begins, comes to its result, or ends."""
        if to == "begin":
            if self.fields and self.fields[-1].is_open and not self.fields[-1].instruction.strip():
                refuse("command")  # what it does would be put together by another field
            self.fields.append(Field())
        elif to in ("separate", "end") and self.fields:
            _judge_field(self.fields[-1].instruction)
            self.fields[-1].is_open = False
            if to == "end":
                self.fields.pop()

    def _says(self, text: str) -> None:
        if self.wanted:
            self.text.append(text)

    def _ends(self, element: str) -> None:
        name = element.rpartition(":")[2]
        if name != self.wanted:
            return
        text, self.wanted = "".join(self.text), ""
        if len(text) > LONGEST:
            refuse("unsafe")
        if name in FORMULAS:
            _judge_formula(text)
        elif self.fields:
            self.fields[-1].instruction += text
            if len(self.fields[-1].instruction) > LONGEST:
                refuse("unsafe")
        else:
            _judge_field(text)


def _judge_field(instruction: str) -> None:
    word, _, rest = instruction.strip().partition(" ")
    word = word.strip('"').upper()
    if word in STARTING:
        refuse("command")
    if word in FETCHING and _AFAR.search(rest):
        refuse("external")
    if word == "INCLUDEPICTURE" and _PICTURE_AFAR.search(rest):
        refuse("external")


def _judge_formula(formula: str) -> None:
    """Refuse one with a sign between a program and its topic: `cmd|'/C calc'!A0`."""
    if "|" in _NAMED.sub("", _QUOTED.sub("", formula)):
        refuse("command")
