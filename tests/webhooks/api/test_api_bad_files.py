"""Bad files (139 to 158): refused in words that help, with nothing kept and nothing broken."""

from __future__ import annotations

import io
import resource
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from processes.office import Office
from processes.store.tables import Document
from tests.store.office_parts import link_in_zip, office_file
from tests.store.test_documents import EXE
from tests.webhooks.api.machine import Machine, pdf

SPACES = {"word/x.xml": b" " * 30_000_000}
RTL = "\u202e"


def built(change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    """A PDF of one page with a change, its objects packed into streams where plain search fails."""
    with pikepdf.open(io.BytesIO(pdf())) as made:
        change(made)
        out = io.BytesIO()
        made.save(out, **{"object_stream_mode": pikepdf.ObjectStreamMode.generate, **how})
    return out.getvalue()


def opening(action: pikepdf.Dictionary) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = made.make_indirect(action)

    return change


def on_page(name: str, value: pikepdf.Object) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].obj[name] = made.make_indirect(value)

    return change


def attach(made: pikepdf.Pdf) -> None:
    made.attachments["virus.exe"] = EXE


def action(kind: str, **more: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)


def script() -> pikepdf.Dictionary:
    return action("JavaScript", JS=pikepdf.String("app.alert(1)"))


HIDDEN = {"JavaScript": b"/J#61vaScript", "Launch": b"/L#61unch"}


def spelt(word: str) -> bytes:
    return pdf().replace(b"/Type/Page/", b"/A<</S%b>>/Type/Page/" % HIDDEN[word])


def object_stream_bomb() -> bytes:
    """A PDF whose one object stream would unpack to 200 MB."""
    packed = zlib.compress(b" " * 200_000_000, 9)
    twice = zlib.compress(packed, 9)
    head = b"%PDF-1.5\n1 0 obj<</Type/ObjStm/N 1/First 9/Filter[/FlateDecode/FlateDecode]/Length "
    body = head + b"%d>>stream\n" % len(twice) + twice + b"\nendstream endobj\n"
    return body + b"trailer<</Root 2 0 R/Size 3>>\n%%EOF\n"


def slip() -> bytes:
    return office_file(**{"../../etc/cron.d/x": b"x"})


WORK = "unggah kembali"


def bad_files() -> list[tuple[str, str, bytes, int, str]]:
    """What it is, its name and content, the status, and a word of the sentence."""
    return [
        ("139 empty", "surat.pdf", b"", 415, "kosong"),
        ("140 too large", "surat.pdf", pdf(20 * 1024 * 1024 + 1), 413, "20 MB"),
        ("141 program as pdf", "surat.pdf", EXE, 415, "adalah program"),
        ("142 pdf as docx", "surat.docx", pdf(), 415, "menjadi surat.pdf,"),
        ("143 double ending", "surat.pdf.exe", pdf(), 415, "akhiran program"),
        ("143 hidden ending", "surat.exe.pdf", pdf(), 415, "akhiran program"),
        ("144 right to left", f"surat{RTL}fdp.exe", pdf(), 415, "akhiran program"),
        ("145 script on opening", "a.pdf", built(opening(script())), 415, "berjalan sendiri"),
        (
            "145 script of a page",
            "a.pdf",
            built(on_page("/AA", pikepdf.Dictionary(O=script()))),
            415,
            "berjalan sendiri",
        ),
        ("145 script spelt otherwise", "a.pdf", spelt("JavaScript"), 415, "berjalan sendiri"),
        (
            "145 address on opening",
            "a.pdf",
            built(opening(action("URI", URI=pikepdf.String("http://x")))),
            415,
            "berjalan sendiri",
        ),
        (
            "146 program",
            "a.pdf",
            built(opening(action("Launch", F=pikepdf.String("cmd.exe")))),
            415,
            "berjalan sendiri",
        ),
        ("146 program spelt otherwise", "a.pdf", spelt("Launch"), 415, "berjalan sendiri"),
        ("146 attached program", "a.pdf", built(attach), 415, "membawa berkas lain"),
        (
            "147 locked",
            "a.pdf",
            built(lambda _: None, encryption=pikepdf.Encryption(user="x", owner="y")),
            415,
            "kata sandi",
        ),
        (
            "147 locked for changes",
            "a.pdf",
            built(lambda _: None, encryption=pikepdf.Encryption(user="", owner="y")),
            415,
            "kata sandi",
        ),
        ("148 cut short", "a.pdf", built(lambda _: None)[:-40], 415, "PDF"),
        ("148 torn out of the middle", "a.pdf", pdf()[:40] + b"\nstream\n%%EOF\n", 415, "rusak"),
        ("148 packed too tightly", "a.pdf", object_stream_bomb(), 415, "rusak"),
        ("150 macro", "a.docx", office_file(**{"word/vbaProject.bin": b"x"}), 415, "makro"),
        ("151 bomb", "a.docx", office_file(**SPACES), 415, "tidak wajar"),
        ("151 nested", "a.docx", office_file(**{"word/42.zip": b"PK"}), 415, "tidak wajar"),
        ("152 zip slip", "a.docx", slip(), 415, "tidak wajar"),
        ("153 symlink", "a.docx", link_in_zip(), 415, "tidak wajar"),
        ("155 picture with script", "a.svg", b"<svg><script/></svg>", 415, "SVG"),
    ]


def hand_in(machine: Machine, name: str, content: bytes) -> tuple[int, str]:
    # made here and not by the client, which would write large ones to the disk
    file = FileStorage(io.BytesIO(content), name, "file", "application/octet-stream")
    boundary, body = encode_multipart({"file": file})
    answer = machine.post(
        "/documents",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Accept-Language": "id"},
    )
    return answer.status_code, answer.get_json().get("detail", "")


def kept(office: Office) -> tuple[int, list[Path]]:
    with office.database.read() as session:
        rows = session.scalar(select(func.count()).select_from(Document)) or 0
    return rows, [path for path in office.blobs.folder.rglob("*") if path.is_file()]


def test_each_bad_file_is_refused_with_what_to_do_and_nothing_is_kept(
    system: Machine, office: Office
) -> None:
    for number, name, content, status, word in bad_files():
        found, sentence = hand_in(system, name, content)
        assert found == status, (number, found, sentence)
        assert word in sentence, (number, sentence)
        assert WORK in sentence, (number, sentence)
        assert kept(office) == (0, []), number


def test_harmless_files_that_look_alike_are_taken(system: Machine, office: Office) -> None:
    page_turn = pikepdf.Array([pikepdf.Name("/Fit")])
    fine = [
        ("naskah.docx.pdf", pdf()),
        ("No. 12/VII.2026.pdf", pdf()),
        ("CON.pdf", pdf()),
        ("x" * 400 + ".pdf", pdf()),
        ("buka.pdf", built(opening(action("GoTo", D=page_turn)))),
        ("tautan.pdf", built(on_page("/X", action("URI", URI=pikepdf.String("https://a.id"))))),
        ("..", pdf()),
        ("   ", pdf()),
        ("sama.pdf", pdf()),
    ]
    for name, content in fine:
        found, sentence = hand_in(system, name, content)
        assert found == 201, (name, sentence)
    rows, files = kept(office)
    assert rows == len(fine)
    assert len(files) == len({content for _, content in fine})
    with office.database.read() as session:
        names = set(session.scalars(select(Document.filename)))
    assert all(len(name) <= 200 and not {"\r", "\n", "/"} & set(name) for name in names)
    assert all(name.endswith(".pdf") for name in names)


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file may grow beyond `room` bytes: the system then answers as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# the web server's own library leaves its half-written copy of the larger one to the collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("size", [300_000, 900_000])
def test_a_full_disk_is_said_and_leaves_nothing_behind(
    system: Machine, office: Office, size: int
) -> None:
    """The larger file is refused while the web server still takes it in."""
    with full_disk(200_000):
        status, sentence = hand_in(system, "surat.pdf", pdf(size))
    assert (status, "penyimpanan" in sentence) == (507, True)
    assert kept(office) == (0, [])
    assert hand_in(system, "surat.pdf", pdf(size))[0] == 201
