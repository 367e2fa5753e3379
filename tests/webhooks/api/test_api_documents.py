"""Handing in documents and reading them back."""

from __future__ import annotations

import hashlib

import pytest

from tests.webhooks.api.machine import PDF, Machine, a_file, pdf

LIMIT = 20 * 1024 * 1024


def test_a_document_comes_back_byte_for_byte(system: Machine) -> None:
    answer = system.upload(PDF, "Kerangka Acuan Kerja.pdf")
    assert answer.status_code == 201
    document = answer.get_json()
    assert document["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (document["size"], document["media_type"]) == (len(PDF), "application/pdf")
    assert (document["case_id"], document["region"]) == (None, None)
    assert system.get(f"/documents/{document['id']}").get_json() == document
    content = system.get(f"/documents/{document['id']}/content")
    assert content.data == PDF
    assert content.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in content.headers["Content-Security-Policy"]
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert content.headers["Cache-Control"] == "no-store"


def test_the_same_bytes_again_are_another_document(system: Machine) -> None:
    first, second = (system.upload(PDF, "kak.pdf").get_json() for _ in range(2))
    assert first["id"] != second["id"]
    assert first["sha256"] == second["sha256"]


@pytest.mark.parametrize(
    "name", ["..", "../../etc/passwd", "中文.pdf", "CON.pdf", "x" * 400 + ".pdf"]
)
def test_a_strange_name_is_cleaned_and_can_be_downloaded(system: Machine, name: str) -> None:
    answer = system.upload(PDF, name)
    document = answer.get_json()
    assert "/" not in document["filename"]
    assert document["filename"].endswith(".pdf")
    assert len(document["filename"]) <= 255
    content = system.get(f"/documents/{document['id']}/content")
    assert content.status_code == 200
    assert "X" not in content.headers


def test_a_good_file_under_a_phones_name_is_downloaded_with_its_ending(system: Machine) -> None:
    document = system.upload(PDF, "1000012345").get_json()
    assert document["filename"] == "1000012345.pdf"
    content = system.get(f"/documents/{document['id']}/content")
    assert content.headers["Content-Disposition"] == "attachment; filename=1000012345.pdf"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "kosong.pdf"),
        (b"MZ\x90\x00program", "surat.pdf"),
        (b"<svg onload='x'/>", "gambar.svg"),
        (b"halo", "catatan.txt"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    system: Machine, content: bytes, name: str
) -> None:
    assert system.upload(content, name).status_code in (415, 422)


def test_a_document_may_have_twenty_megabytes_but_not_one_byte_more(system: Machine) -> None:
    assert system.upload(pdf(LIMIT), "besar.pdf").status_code == 201
    answer = system.upload(pdf(LIMIT + 1), "terlalu_besar.pdf")
    assert answer.status_code == 413
    assert "20 MB" in answer.get_json()["detail"]
    assert system.upload(b"x" * (LIMIT * 2), "sangat_besar.pdf").status_code == 413


def test_an_upload_without_its_file_says_what_is_missing(system: Machine) -> None:
    for data in (
        {},
        {"file": "teks saja"},
        {"berkas": a_file(PDF, "kak.pdf")},
        {"file": [a_file(PDF, "a.pdf"), a_file(PDF, "b.pdf")]},
    ):
        answer = system.post_form("/documents", data)
        assert answer.status_code == 422
        assert list(answer.get_json()["errors"]) == ["file"]


def test_an_unknown_part_is_named(system: Machine) -> None:
    answer = system.upload(PDF, "kak.pdf", case_id="x")
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["case_id"]


def test_an_upload_without_its_boundary_is_refused(system: Machine) -> None:
    answer = system.post("/documents", data=b"--x", content_type="multipart/form-data")
    assert answer.status_code in (400, 422)


def test_an_upload_that_breaks_off_is_told_as_that(system: Machine) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="kak.pdf"\r\n\r\n'
    answer = system.post(
        "/documents", data=head + PDF[:80], content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 400
    assert "tidak sampai utuh" in answer.get_json()["detail"]


def test_bytes_without_an_envelope_are_a_wrong_type(system: Machine) -> None:
    answer = system.post("/documents", data=PDF, content_type="application/pdf")
    assert answer.status_code == 415
    assert "multipart/form-data" in answer.get_json()["detail"]
