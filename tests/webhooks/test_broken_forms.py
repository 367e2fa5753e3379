"""Forms that break off on the way or are too large: nothing is done, and nothing typed is lost."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from processes.office import Office
from processes.store.tables import Document, Draft, Task
from tests.webhooks.official import PDF, Official
from webhooks.security import UPLOAD_LIMIT

Holder = Callable[[str], Official]
MEGABYTE = 1024 * 1024


@pytest.fixture
def official(holder: Holder) -> Official:
    return holder("isian")


def field(name: str, value: str) -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def file(name: str, content: bytes = PDF) -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="surat.pdf"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def typed(official: Official) -> bytes:
    """The form up to its file, as a browser sends it."""
    return b"".join(
        (
            field("_kunci", official.prefilled()["_kunci"]),
            field("judul", "Judul yang diketik"),
            field("uraian", "Panjang dan berharga"),
        )
    )


def post(official: Official, body: bytes, boundary: str = "; boundary=x") -> TestResponse:
    return official.client.post(
        official.path, data=body, content_type=f"multipart/form-data{boundary}"
    )


def kept(office: Office, official: Official) -> dict[str, str]:
    """The official's draft."""
    with office.database.read() as session:
        found = session.scalars(select(Draft).where(Draft.task_id == official.task_id)).first()
        return dict(found.values) if found else {}


def is_untouched(office: Office, official: Official) -> bool:
    with office.database.read() as session:
        task = session.get_one(Task, official.task_id)
        no_file = session.scalars(select(Document.id)).first() is None
        return task.status.value == "open" and task.answers is None and no_file


@pytest.mark.parametrize(
    "rest",
    [
        file("surat"),
        file("surat")[:150],
        b"--x\r\nContent-Disposition: form-da",
        b"",
        b"--x\r\nContent-Type: text/plain\r\n\r\nno name at all\r\n--x--\r\n",
    ],
    ids=["before its end", "in the file", "in a name", "after a field", "a part without a name"],
)
def test_a_form_that_breaks_off_says_so_and_shows_what_arrived(
    official: Official, office: Office, rest: bytes
) -> None:
    answer = post(official, typed(official) + rest)

    assert answer.status_code == 400
    assert "tidak sampai utuh" in answer.text
    assert "tidak berasal dari halaman tugas Anda" not in answer.text
    assert 'value="Judul yang diketik"' in answer.text
    assert "Panjang dan berharga" in answer.text
    assert kept(office, official)["judul"] == "Judul yang diketik"
    assert is_untouched(office, official)


def test_half_a_text_is_shown_but_never_takes_the_place_of_a_whole_one(
    official: Official, office: Office
) -> None:
    half = typed(official)[: -len("\r\n") - 5]

    assert "Panjang dan be" in post(official, half).text

    official.send({"uraian": "Semua yang sudah saya tulis", "bulan": "24", "_simpan": "1"})
    answer = post(official, half)

    assert "Semua yang sudah saya tulis" in answer.text
    assert kept(office, official)["judul"] == "Judul yang diketik"
    assert kept(office, official)["bulan"] == "24"


@pytest.mark.parametrize("boundary", ["; boundary=y", "", "; boundary=" + "z" * 5000])
def test_a_form_whose_parts_cannot_be_told_apart_is_not_called_foreign(
    official: Official, office: Office, boundary: str
) -> None:
    answer = post(official, typed(official) + b"--x--\r\n", boundary)

    assert answer.status_code == 400
    assert "tidak sampai utuh" in answer.text
    assert is_untouched(office, official)


def test_half_a_form_without_its_proof_keeps_nothing(official: Official, office: Office) -> None:
    whole = typed(official)

    answer = post(official, whole[whole.index(b"--x", 1) :])

    assert answer.status_code == 400
    assert "Judul yang diketik" in answer.text
    assert kept(office, official) == {}


def test_half_a_form_from_another_site_keeps_nothing(official: Official, office: Office) -> None:
    answer = official.client.post(
        official.path,
        data=typed(official),
        content_type="multipart/form-data; boundary=x",
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 400
    assert kept(office, official) == {}


def test_what_was_typed_outlives_a_file_beyond_every_limit(
    official: Official, office: Office
) -> None:
    body = typed(official) + file("surat")
    answer = official.client.post(
        official.path,
        input_stream=io.BytesIO(body),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(UPLOAD_LIMIT + 1)},
    )

    assert answer.status_code == 413
    assert "100 MB" in answer.text
    assert "20 MB setiap berkas" in answer.text
    assert 'value="Judul yang diketik"' in answer.text
    assert "Panjang dan berharga" in official.look().text
    assert is_untouched(office, official)


def test_a_text_beyond_every_limit_is_called_a_text_and_the_others_are_kept(
    official: Official, office: Office
) -> None:
    before, after = typed(official), field("bulan", "24") + b"--x--\r\n"
    answer = post(official, before + field("catatan", "k" * (2 * MEGABYTE)) + after)

    assert answer.status_code == 413
    assert "Teks pada kiriman ini terlalu panjang" in answer.text
    assert "berkasnya" not in answer.text
    assert 'value="Judul yang diketik"' in answer.text
    assert kept(office, official)["bulan"] == "24"
    assert is_untouched(office, official)


def test_the_same_without_any_file_in_the_form(official: Official, office: Office) -> None:
    data = {
        "_kunci": official.prefilled()["_kunci"],
        "judul": "Judul yang diketik",
        "uraian": "k" * (2 * MEGABYTE),
    }

    answer = official.client.post(official.path, data=data)

    assert answer.status_code == 413
    assert "Teks pada kiriman ini terlalu panjang" in answer.text
    assert kept(office, official)["judul"] == "Judul yang diketik"
    assert is_untouched(office, official)


def test_a_form_with_more_parts_than_any_of_ours_is_refused(
    official: Official, office: Office
) -> None:
    many = b"".join(field(f"a{n}", "1") for n in range(2001))

    answer = post(official, typed(official) + many + b"--x--\r\n")

    assert answer.status_code == 413
    assert "lebih banyak isian" in answer.text
    assert is_untouched(office, official)


def test_a_machine_that_sends_half_a_form_gets_a_problem_and_changes_nothing(
    official: Official, office: Office
) -> None:
    answer = official.client.post(
        official.path,
        data=typed(official) + file("surat")[:100],
        content_type="multipart/form-data; boundary=x",
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 400
    assert answer.json is not None
    assert "tidak sampai utuh" in answer.json["detail"]
    assert kept(office, official) == {}


def test_an_older_draft_is_not_called_lost_nor_just_typed(official: Official) -> None:
    official.send({"judul": "Dari kemarin", "_simpan": "1"})

    answer = official.client.post(official.path, data={"_kunci": "salah"})

    assert answer.status_code == 403
    assert "Dari kemarin" in answer.text
    assert "Isian Anda yang terakhir disimpan" in answer.text
    assert "Isian ini tidak disimpan" not in answer.text


def in_chunks(official: Official, body: bytes) -> TestResponse:
    """Sent as a server hands over a body in chunks: without a length, but with an end."""
    return official.client.post(
        official.path,
        input_stream=io.BytesIO(body),
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )


def test_json_in_chunks_has_the_same_limit_as_in_one_piece(official: Official) -> None:
    assert in_chunks(official, b'{"answers": {"judul": "singkat"}}').status_code == 422

    large = b'{"answers": {"judul": "' + b"a" * (2 * MEGABYTE) + b'"}}'

    assert in_chunks(official, large).status_code == 413
