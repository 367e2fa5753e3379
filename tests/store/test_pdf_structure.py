"""Looking into PDFs: quick for what offices send, bounded for what is made to take long."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from processes.errors import WrongType
from processes.store import examiners, pdf_structure
from processes.store.file_kinds import sniff
from processes.store.pdf_structure import Structure


def of_objects(count: int) -> bytes:
    """A PDF of one page and so many small objects."""
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    first = (b"<</Type/Catalog/Pages 2 0 R>>", pages, b"<</Type/Page/Parent 2 0 R>>")
    made, table = [b"%PDF-1.4\n"], [b"0000000000 65535 f \n"]
    where = len(made[0])
    for number in range(1, count + 1):
        what = first[number - 1] if number <= len(first) else b"<</A 1>>"
        made.append(b"%d 0 obj%bendobj\n" % (number, what))
        table.append(b"%010d 00000 n \n" % where)
        where += len(made[-1])
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count + 1, where)
    return b"".join((*made, b"xref\n0 %d\n" % (count + 1), *table, tail))


def saved(path: Path, made: pikepdf.Pdf) -> Path:
    made.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return path


def test_a_pdf_of_many_pages_is_looked_at_in_no_time_and_its_last_page_too(tmp_path: Path) -> None:
    with pikepdf.new() as made:
        for _ in range(30_000):
            made.add_blank_page()
        assert pdf_structure.examine(saved(tmp_path / "a", made)) is Structure.OK
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("x"))
        made.pages[-1].AA = pikepdf.Dictionary(O=action)
        assert pdf_structure.examine(saved(tmp_path / "b", made)) is Structure.ACTIVE


def test_a_pdf_that_takes_too_long_is_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(of_objects(500_000))
    with pytest.raises(WrongType) as caught:
        sniff(path, "x.pdf")
    assert "terlalu rumit" in str(caught.value)


def test_what_was_found_is_remembered_and_that_nothing_was_found_is_not(tmp_path: Path) -> None:
    path, told = tmp_path / "x", tmp_path / "told"
    path.write_bytes(b"x")
    program = tmp_path / "p.py"
    program.write_text(f"print(open({str(told)!r}).read(), end='')")
    assert examiners.ask([str(program)], path) == ""
    told.write_text("ok")
    assert examiners.ask([str(program)], path) == "ok"
    told.unlink()
    assert examiners.ask([str(program)], path) == "ok"
