"""An XML element as a text that is the same whenever the element means the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NOTHING: frozenset[str] = frozenset()


def signature(
    element: Any,
    *,
    without: frozenset[str] = NOTHING,
    with_texts: bool = True,
    dropping: Callable[[Any], bool] = lambda child: False,
) -> str:
    """Tag, attributes, texts and children in order; blanks between tags and the order of
    attributes do not count.

    `without`: names of attributes of the element itself to leave out. `with_texts`: whether its own
    text counts. `dropping`: children, at any
    depth, to leave out; an `extensionElements` of which nothing is left goes too.
    """
    attributes = sorted((k, v) for k, v in element.attrib.items() if k not in without)
    inner = [
        signature(child, dropping=dropping)
        for child in element
        if isinstance(child.tag, str) and not dropping(child)
    ]
    text = " ".join((element.text or "").split()) if with_texts else ""
    inside = "".join(each for each in inner if each)
    if not (attributes or text or inside) and str(element.tag).endswith("}extensionElements"):
        return ""
    written = "".join(f" {name}={value!r}" for name, value in attributes)
    return f"<{element.tag}{written}>{text}{inside}</>"
