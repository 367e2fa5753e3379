"""Another system as the API's client: it believes the OpenAPI document and checks every answer."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

PREFIX = "/api/v1"


class Machine:
    """Calls the API with one token and holds every answer against the document."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client = app.test_client()
        self.token = token
        self.document: dict[str, Any] = self.client.get(f"{PREFIX}/openapi.json").get_json()
        #: operationIds that were called
        self.called: set[str] = set()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        if json is not None:
            options["json"] = json
        return self.call("POST", path, **options)

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        answer = self.client.open(
            PREFIX + path, method=method, headers=headers, buffered=True, **options
        )
        self.check(method, path, answer)
        return answer

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail when the document does not promise this answer."""
        operation = self.operation(method, path)
        if operation is None:
            assert answer.status_code in (404, 405), (method, path, answer.status_code)
            return
        self.called.add(operation["operationId"])
        told = f"{method} {path}: {answer.status} {answer.get_data()[:600]!r}"
        promised = operation["responses"].get(str(answer.status_code))
        assert promised is not None, f"status not promised: {told}"
        contents = promised["content"]
        content = contents.get(answer.mimetype, contents.get("*/*"))
        assert content is not None, f"media type {answer.mimetype} not promised: {told}"
        if answer.mimetype.endswith("json"):
            schema = {**content["schema"], "components": self.document["components"]}
            validator = Draft202012Validator(schema, format_checker=FormatChecker())
            problems = [error.message for error in validator.iter_errors(answer.get_json())]
            assert not problems, f"{problems}: {told}"

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation of the document that this request belongs to."""
        for template, operations in self.document["paths"].items():
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path.partition("?")[0]):
                found: dict[str, Any] | None = operations.get(method.lower())
                return found
        return None

    def open_case(self, region: str = "32.01", partners: tuple[str, ...] = ("32.02",)) -> Any:
        """A new case, as the API shows it."""
        body = {
            "procedure": "ksdd",
            "region": region,
            "parties": list(partners),
            "title": "Pelayanan publik di wilayah perbatasan",
        }
        answer = self.post("/cases", body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.get_json()

    def open_task(self, case: Any) -> Any:
        """The first open task of a case, with its schema."""
        [line, *_] = [task for task in case["tasks"] if task["status"] == "open"]
        return self.get(f"/tasks/{line['id']}").get_json()

    def until(self, case: Any, element: str) -> Any:
        """Complete what is open with acceptable answers until a task of this shape is open."""
        for _ in range(20):
            task = self.open_task(self.get(f"/cases/{case['id']}").get_json())
            if task["element"] == element:
                return task
            body = {"answers": self.acceptable(task["schema"])}
            answer = self.post(f"/tasks/{task['id']}/complete", body)
            assert answer.status_code == 200, answer.get_data(as_text=True)
        raise AssertionError(f"the case never comes to {element}")

    def hand_in(self, code: str, **changes: Any) -> None:
        """Hand in a signed reply with a short code, as the partner does on the page."""
        form = {
            "kode": code,
            "nomor_surat": "130/77/2026",
            "tanggal_surat": "2026-03-01",
            "penanda_tangan": "Bupati Cilacap",
            "pengirim": "Ratna Contoh",
            "berkas": a_file(PDF, "jawaban.pdf"),
            **changes,
        }
        boundary, body = encode_multipart(form)
        content_type = f"multipart/form-data; boundary={boundary}"
        answer = self.client.post("/k/balasan", data=body, content_type=content_type)
        assert answer.status_code == 200, answer.get_data(as_text=True)

    def upload(self, content: bytes, filename: str, **parts: str) -> TestResponse:
        """Hand in a document."""
        return self.post_form("/documents", {"file": a_file(content, filename), **parts})

    def post_form(self, path: str, parts: dict[str, Any]) -> TestResponse:
        """Send a multipart form, made here because the client's own leaves a file open."""
        boundary, body = encode_multipart(parts)
        content_type = f"multipart/form-data; boundary={boundary}"
        return self.post(path, data=body, content_type=content_type)

    def acceptable(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Answers that the schema calls acceptable, made from its own examples."""
        found: dict[str, Any] = {}
        for name, field in schema["properties"].items():
            if "contentMediaType" in field:
                found[name] = {"document": self.upload(PDF, "berkas.pdf").get_json()["id"]}
            else:
                found[name] = _example(field)
        return found


def _example(field: dict[str, Any]) -> Any:
    if field.get("examples"):
        return field["examples"][0]
    if "enum" in field:
        return field["enum"][0]
    if field.get("type") == "object":
        return {name: _example(inner) for name, inner in field["properties"].items()}
    return {"boolean": False, "integer": 1, "string": "Sesuai pembahasan"}[field["type"]]


def a_file(content: bytes, filename: str) -> FileStorage:
    """A file as a part of a multipart form."""
    return FileStorage(io.BytesIO(content), filename=filename)


def pdf(size: int = 0) -> bytes:
    """A whole PDF of one empty page, of that many bytes or as small as it can be."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    )
    shortest = len(pdf()) + len(b"%\n") if size else 0
    body, offsets = b"%PDF-1.4\n", []
    if size:
        # offsets of objects have ten digits in the table, but not where the table begins
        longer = len(str(size)) - len("167")
        body += b"%" + b"x" * (size - shortest - longer) + b"\n"
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj%b endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return body + head + table + tail % (len(objects) + 1, len(body))


PDF = pdf()
