"""Seeded damage to a folder: bytes, attributes, texts and whole elements of its files."""

from __future__ import annotations

import random
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

#: what attributes and texts are exchanged for
WORDS = (
    "", " ", "a", "0", "-1", "1e400", "true", "null", "mitra", "pihak[0]", "${", "=", "=x", "]..[",
    "P1D", "R/P1D", "hari_kerja(9**9)", "x" * 3000, "[[[[[", "a.b.c.d", '"', "'", "\u202e", "é",
    "kabag; kabag", "-2 hari kerja; 0", "a sebelum b jika c", "not(", "date(\"x\")", "[1..", "{}",
    "__class__", "lambda: 0", "ada(mitra)", "1 if 2 else 3", "{'a': [{}]}", "5 hari", "0001-01-01",
)  # fmt: skip


def damaged(files: Mapping[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """The folder after a few damages to one or two of its files."""
    found = dict(files)
    for _ in range(chance.randint(1, 2)):
        name = chance.choice(sorted(found))
        found[name] = _damaged_file(found[name], chance)
    return found


def _damaged_file(content: bytes, chance: random.Random) -> bytes:
    if not content or chance.random() < 0.3:
        return _bytes(content, chance)
    try:
        root = etree.fromstring(content)
    except (etree.XMLSyntaxError, ValueError):
        return _bytes(content, chance)
    for _ in range(chance.randint(1, 6)):
        _element(root, chance)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _bytes(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content or b" ")
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data))
        kind = chance.randrange(4)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randint(1, 40)]
        elif kind == 2:
            data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 4)))
        else:
            data[at:at] = data[at : at + 60]
        data = data or bytearray(b" ")
    return bytes(data)


def _element(root: etree._Element, chance: random.Random) -> None:
    every = [each for each in root.iter("*") if each.getparent() is not None]
    if not every:
        return
    one, other = chance.choice(every), chance.choice(every)
    kind = chance.randrange(7)
    if kind == 0:
        one.getparent().remove(one)
    elif kind == 1:
        other.append(deepcopy(one))
    elif kind == 2 and one.attrib:
        one.set(chance.choice(list(one.attrib)), _value(other, chance))
    elif kind == 3 and one.attrib:
        del one.attrib[chance.choice(list(one.attrib))]
    elif kind == 4:
        one.text = chance.choice(WORDS).replace("\x00", "")
    elif kind == 5:
        one.tag = other.tag
    else:
        one.set(chance.choice(["id", "name", "default", "camunda"]), _value(other, chance))


def _value(other: etree._Element, chance: random.Random) -> str:
    """A word, or a value that stands elsewhere in the file."""
    if other.attrib and chance.random() < 0.5:
        return str(chance.choice(list(other.attrib.values())))
    return chance.choice(WORDS)
