"""Whether two versions differ in words only: in nothing that moves a token, a clock or a form.

Words are what people read: names and documentation of shapes, labels and help of form fields, what
a deadline rests on, titles of roles and tables, message texts, letters, and how the diagram is laid
out. Whatever is not known to be such a word counts as a difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

from processes.engine.attributes import BPMN, CAMUNDA, TEMPLATE_MARKS
from processes.engine.procedure import Procedure
from processes.engine.roles import FILE, read_roles
from processes.engine.shapes import STAGE
from processes.engine.xml import load_xml

#: files of a folder that decide something
_DECIDING = (".bpmn", ".dmn")
#: BPMN elements that hold nothing but words or pictures
_WORDS = {
    f"{{{BPMN}}}{name}"
    for name in ("documentation", "textAnnotation", "association", "group", "category", "laneSet")
}
#: BPMN elements whose name the engine goes by
_BY_NAME = {f"{{{BPMN}}}{name}" for name in ("message", "signal", "error", "escalation")}
#: attributes that only an editor reads
_UNREAD = tuple(f"{{{CAMUNDA}}}{name}" for name in TEMPLATE_MARKS)
#: properties of shapes and of form fields that are read by people only
_SAID = {"dasar", "bantuan"}
_LABELLED = {f"{{{CAMUNDA}}}formField": "label", f"{{{CAMUNDA}}}value": "name"}
_PROPERTY = f"{{{CAMUNDA}}}property"


def is_same_but_words(old: Procedure, new: Procedure) -> bool:
    """Whether running cases of the one may go on in the other without being touched."""
    return skeleton(old) == skeleton(new)


@lru_cache(maxsize=16)
def skeleton(procedure: Procedure) -> tuple[tuple[str, bytes], ...]:
    """What is left of a version without its words, by file."""
    files = procedure.files
    kept = {
        name: (_diagram if name.endswith(".bpmn") else _table)(load_xml(content, name))
        for name, content in files.items()
        if name.endswith(_DECIDING)
    }
    return (*sorted(kept.items()), (FILE, _roles(files)))


def _roles(files: Mapping[str, bytes]) -> bytes:
    roles = read_roles(files.get(FILE, b""))
    return repr(
        (sorted(roles.titles), sorted(roles.chosen), sorted(roles.superiors.items()))
    ).encode()


def _diagram(root: Any) -> bytes:
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in _WORDS:
            _drop(element)
        elif element.tag == _PROPERTY:
            _without_words(element)
        elif element.tag in _LABELLED:
            element.attrib.pop(_LABELLED[element.tag], None)
        elif element.tag.startswith(f"{{{BPMN}}}"):
            for name in _UNREAD if element.tag in _BY_NAME else ("name", *_UNREAD):
                element.attrib.pop(name, None)
    for drawn in [e for e in root if not str(e.tag).startswith(f"{{{BPMN}}}")]:
        _drop(drawn)
    return _canonical(root)


def _without_words(element: Any) -> None:
    name = element.get("name") or element.get("id")
    if name in _SAID:
        _drop(element)
    elif name == "tahap":
        found = STAGE.fullmatch((element.get("value") or "").strip())
        element.set("value", found[1] if found else element.get("value") or "")


def _table(root: Any) -> bytes:
    for element in list(root.iter()):
        kind = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if not kind or kind in ("description", "DMNDI", "annotation", "annotationEntry"):
            _drop(element)
            continue
        element.attrib.pop("label", None)
        if kind in ("definitions", "decision"):
            element.attrib.pop("name", None)
    return _canonical(root)


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _canonical(root: Any) -> bytes:
    for element in root.iter():
        # space between elements says nothing; text of a condition or a script does
        if len(element) or not (element.text or "").strip():
            element.text = None
        else:
            element.text = element.text.strip()
        element.tail = None
    written: bytes = etree.tostring(root, method="c14n")
    return written
