"""Pages whose picture of a diagram can be zoomed, once the browser's scripts are made.

Without them, or without JavaScript, the picture that the server drew stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response, make_response, render_template, url_for
from markupsafe import Markup, escape

from webhooks.bundle.serving import script
from webhooks.security import allow_viewer


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What the zoomed drawing shows on one shape."""

    element: str
    open: int = 0
    late: int = 0
    #: 1 to 5; None shows no heat
    heat: int | None = None
    #: whether the case is here
    here: bool = False


@dataclass(frozen=True, kw_only=True)
class Zoom:
    """What a page needs to let its picture be zoomed; empty without the scripts."""

    diagram: str
    marks: Sequence[Mark]
    javascript: str | None
    style: str | None

    def attributes(self) -> Markup:
        """For the element around the picture."""
        if self.javascript is None:
            return Markup("")
        marks = json.dumps([asdict(mark) for mark in self.marks])
        return Markup(' data-diagram="{}" data-tanda="{}"').format(self.diagram, marks)

    def script(self) -> Markup:
        """For the end of the page."""
        if self.javascript is None:
            return Markup("")
        link = Markup('<link rel="stylesheet" href="{}">').format(self.style)
        return link + Markup('<script src="{}" defer></script>').format(escape(self.javascript))


def zoom_page(
    template: str, key: str, number: int, marks: Sequence[Mark], **values: Any
) -> Response:
    """A page with `zoom` for the diagram of a version, allowed to run the viewer."""
    zoom = Zoom(
        diagram=url_for("drawing.version_diagram", key=key, number=number),
        marks=marks,
        javascript=script("viewer.js"),
        style=script("viewer.css"),
    )
    response = make_response(render_template(template, zoom=zoom, **values))
    return response if zoom.javascript is None else allow_viewer(response)
