"""How paragraphs and words of a Word file look: their own settings over those of their styles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processes.engine.drafting.word_file import W
from processes.engine.xml import load_xml

#: styles based on each other, at most
DEEPEST = 12
_TOLD = ("jc", "ind", "spacing", "keepNext", "b", "i", "u", "sz")
_MEASURES = {"start": "left"}
_OFF = ("0", "false", "off", "none")


def own_value(element: Any, name: str) -> str:
    """An attribute of Word's own; empty when it, or the element, is not there."""
    return str(element.get(f"{W}{name}") or "") if element is not None else ""


def measure(style: Mapping[str, str], name: str) -> float:
    """A length in points; 0 when it is not said."""
    try:
        return int(style.get(name, "0")) / 20
    except ValueError:
        return 0.0


@dataclass(frozen=True)
class Styles:
    """The styles of one file by id, and the one that paragraphs have by themselves."""

    by_id: Mapping[str, Any]
    usual: str
    defaults: Mapping[str, str]

    @classmethod
    def read(cls, part: bytes | None) -> Styles:
        """From `word/styles.xml`."""
        if part is None:
            return cls({}, "", {})
        root = load_xml(part, "styles.xml")
        found = {own_value(style, "styleId"): style for style in root.findall(f"{W}style")}
        usual = [
            name
            for name, style in found.items()
            if own_value(style, "default") == "1" and own_value(style, "type") == "paragraph"
        ]
        defaults: dict[str, str] = {}
        for path in (f"{W}docDefaults/{W}pPrDefault", f"{W}docDefaults/{W}rPrDefault"):
            defaults |= _told(root.find(path))
        return cls(found, usual[0] if usual else "", defaults)

    def of_paragraph(self, paragraph: Any) -> dict[str, str]:
        """Everything that is set for a paragraph: `jc`, `ind.left`, `spacing.after`, `b` …"""
        name = own_value(paragraph.find(f"{W}pPr/{W}pStyle"), "val")
        own = paragraph.find(f"{W}pPr")
        told = _of(own) if own is not None else {}
        return {**self.defaults, **self._of_style(name or self.usual), **told}

    def mark_size(self, paragraph: Any, style: Mapping[str, str]) -> float:
        """Points of the mark that ends a paragraph, and so of an empty line."""
        own = paragraph.find(f"{W}pPr/{W}rPr")
        return measure({**style, **(_of(own) if own is not None else {})}, "sz") * 10

    def look(self, run: Any, style: Mapping[str, str]) -> dict[str, Any]:
        """How the words of a run look inside a paragraph of this style."""
        own = run.find(f"{W}rPr")
        character = own_value(run.find(f"{W}rPr/{W}rStyle"), "val")
        found = {**style, **self._of_style(character), **(_of(own) if own is not None else {})}
        return {
            "bold": _is_on(found, "b"),
            "italic": _is_on(found, "i"),
            "underline": _is_on(found, "u"),
            "size": measure(found, "sz") * 10,
        }

    def _of_style(self, name: str, depth: int = 0) -> dict[str, str]:
        style = self.by_id.get(name)
        if style is None or depth > DEEPEST:
            return {}
        below = own_value(style.find(f"{W}basedOn"), "val")
        return {**self._of_style(below, depth + 1), **_told(style)}


def _is_on(found: Mapping[str, str], name: str) -> bool:
    return name in found and found[name] not in _OFF


def _told(element: Any) -> dict[str, str]:
    """What stands in the `pPr` and `rPr` of a style or of the defaults."""
    found: dict[str, str] = {}
    if element is not None:
        for kind in ("pPr", "rPr"):
            inner = element.find(f"{W}{kind}")
            found |= _of(inner) if inner is not None else {}
    return found


def _of(properties: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in properties:
        name = str(element.tag).removeprefix(W)
        if name in ("ind", "spacing"):
            for key, value in element.attrib.items():
                short = str(key).removeprefix(W)
                found[f"{name}.{_MEASURES.get(short, short)}"] = str(value)
        elif name in _TOLD:
            found[name] = own_value(element, "val") or "1"
    return found
