"""An owner's folder as it travels: a zip that any editor's user can open, or what was uploaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, request

from processes.errors import FieldError, InvalidAnswers, WrongType
from webhooks.api.folders import DIAGRAM_TYPES, UPLOAD_LIMIT, ZIP, read_folder
from webhooks.bodies import in_megabytes

WIB = ZoneInfo("Asia/Jakarta")
#: what an uploaded file is, by the ending of its name
MEDIA = {"zip": ZIP, "bpmn": DIAGRAM_TYPES[0], "xml": DIAGRAM_TYPES[0]}


def packed(files: Mapping[str, bytes], name: str, at: datetime) -> Response:
    """The folder as a zip to save; `at` is the time that its files bear."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            stamp = at.astimezone(WIB).timetuple()[:6]
            archive.writestr(zipfile.ZipInfo(path, stamp), content, zipfile.ZIP_DEFLATED)
    response = Response(stream.getvalue(), mimetype=ZIP)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


def uploaded(key: str) -> dict[str, bytes] | None:
    """The folder that a form brought in its field `folder`; None when it brought nothing.

    Raises InvalidAnswers or what `read_folder` raises.
    """
    sent = request.files.get("folder")
    if sent is None or not sent.filename:
        return None
    content = sent.stream.read(UPLOAD_LIMIT + 1)
    sent.close()
    if len(content) > UPLOAD_LIMIT:
        most = in_megabytes(UPLOAD_LIMIT)
        raise InvalidAnswers({"folder": FieldError("drawing.upload_large", limit=most)})
    media = MEDIA.get(sent.filename.rpartition(".")[2].lower())
    if media is None:
        raise WrongType("drawing.upload_type")
    return read_folder(content, media, key=key)
