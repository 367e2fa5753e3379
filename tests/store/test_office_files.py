"""Word and Excel files: what they refer to, start or carry, and what looking at them costs."""

from __future__ import annotations

import io
import random
import resource
import time
import zipfile
from pathlib import Path

import docx
import pytest
import xlsxwriter

from processes.errors import WrongType
from processes.store.file_kinds import sniff
from processes.store.file_names import DOCX, XLSX
from processes.store.office_structure import Office, examine
from tests.store.office_parts import (
    EXCEL,
    WORD,
    kind_of,
    links,
    lying,
    office_file,
    parts,
    referring_to,
    types,
    with_field,
    zipped,
)

OF_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
OF_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml."
#: how Word's own formats call what they hold
MACROS = "_VBA_PROJECT".encode("utf-16-le")
PACKAGE = "\1Ole10Native".encode("utf-16-le")
#: such a file, up to where what is looked for lies across two pieces that are read
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(1).randbytes(256 * 1024 - 13)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x"


def found_in(path: Path, content: bytes) -> Office:
    path.write_bytes(content)
    return examine(path)


def refusal(path: Path, content: bytes, name: str = "x.docx") -> str:
    path.write_bytes(content)
    with pytest.raises(WrongType) as caught:
        sniff(path, name)
    return str(caught.value)


AFAR = [
    "http://evil.example/x.dotm",
    "&#104;ttps://evil.example",
    "\\\\evil\\x.dotm",
    "//evil/x",
    "%5c%5cevil.example%5cx.dotm",
    "%255c%255cevil%255cx",
    "file:////evil/x.dotm",
    "file://evil/x.dotm",
    "mhtml:http://evil.example/x",
    " \u200b\\\\evil\\x",
]


@pytest.mark.parametrize("place", AFAR)
def test_a_template_on_another_machine_is_refused(path: Path, place: str) -> None:
    assert "templat" in refusal(path, referring_to(place))
    assert "templat" in refusal(path, referring_to(place, "eXternal"))


@pytest.mark.parametrize("kind", ["oleObject", "frame", "subDocument", "externalLinkPath"])
@pytest.mark.parametrize("place", AFAR)
def test_nothing_is_fetched_from_another_machine_when_it_is_opened(
    path: Path, kind: str, place: str
) -> None:
    assert "alamat lain" in refusal(path, referring_to(place, kind=kind))


def test_a_list_of_links_is_one_however_its_name_is_written(path: Path) -> None:
    listed = links("attachedTemplate", "http://evil.example/t.dotm", "External")
    assert "templat" in refusal(path, office_file(**{"word/_rels/settings.xml.RELS": listed}))
    utf16 = listed.decode().encode("utf-16")
    assert "tidak wajar" in refusal(path, office_file(**{"word/_rels/settings.xml.rels": utf16}))
    hidden = b'<!DOCTYPE x [<!ATTLIST Relationship TargetMode CDATA "External">]>' + listed
    assert "tidak wajar" in refusal(path, office_file(**{"word/_rels/settings.xml.rels": hidden}))


@pytest.mark.parametrize(
    "place",
    ["file:///C:\\Users\\Sari\\Normal.dotm", "Normal.dotm", "../RAB%202026.xlsx", "/Data/R&amp;D"],
)
@pytest.mark.parametrize("kind", ["attachedTemplate", "externalLinkPath", "oleObject"])
def test_what_lies_on_the_own_machine_is_nobodys_harm(path: Path, place: str, kind: str) -> None:
    assert found_in(path, referring_to(place, kind=kind)) is Office.DOCX


def test_links_to_click_on_and_pictures_of_the_web_are_taken(path: Path) -> None:
    for kind, place in (
        ("hyperlink", "https://bogorkab.go.id"),
        ("hyperlink", "file:///\\\\server\\rab.xlsx"),
        ("image", "https://bogorkab.go.id/lambang.png"),
        ("image", "cid:image001.png@01D"),
    ):
        assert found_in(path, referring_to(place, kind=kind)) is Office.DOCX
    picture = referring_to("file:///\\\\evil\\x.png", kind="image")
    assert found_in(path, picture) is Office.EXTERNAL


def test_macros_are_found_under_any_name(path: Path) -> None:
    macro = "application/vnd.ms-office.vbaProject"
    for more in (
        {"word/VBAPROJECT.bin": b"x"},
        {"[Content_Types].xml": types(more=kind_of("word/foo.bin", macro)), "word/foo.bin": b"x"},
        {"word/_rels/document.xml.rels": links("vbaProject", "foo.bin"), "word/foo.bin": b"x"},
        {"[Content_Types].xml": types(kind="application/vnd.ms-word.document.macroEnabled")},
        {"word/embeddings/oleObject1.bin": COMPOUND + MACROS},
        {"word/embeddings/x.xlsx": office_file(EXCEL, **{"xl/vbaProject.bin": b"x"})},
    ):
        assert "makro" in refusal(path, office_file(**more))


@pytest.mark.parametrize(
    "content",
    [
        with_field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k"'),
        with_field(" DD", "E", "AUTO cmd"),
        with_field("&#68;DEAUTO cmd"),
        office_file(**{WORD: b'<w:p xmlns:w="w"><w:fldSimple w:instr="dde cmd"/></w:p>'}),
    ],
)
def test_a_field_that_starts_a_program_is_refused(path: Path, content: bytes) -> None:
    assert "DDE" in refusal(path, content)


def test_a_field_put_together_by_another_one_is_refused(path: Path) -> None:
    begin, end = (f'<w:fldChar w:fldCharType="{each}"/>' for each in ("begin", "end"))
    inner = f"{begin}<w:instrText>QUOTE 68 68 69</w:instrText>{end}"
    outer = f'<w:p xmlns:w="w">{begin}{inner}<w:instrText> cmd</w:instrText>{end}</w:p>'
    assert "DDE" in refusal(path, office_file(**{WORD: outer.encode()}))


def test_ordinary_fields_are_taken_and_those_that_fetch_are_not(path: Path) -> None:
    for instruction in (
        'TOC \\o "1-3"',
        'INCLUDEPICTURE "https://a.id/x.png" \\* MERGEFORMATINET',
        'INCLUDEPICTURE "file:///C:\\\\x.png"',
        'LINK Excel.Sheet.12 "C:\\\\rab.xlsx" "A!B1" \\a',
    ):
        assert found_in(path, with_field(instruction)) is Office.DOCX
    for instruction in (
        'LINK Excel.Sheet.12 "\\\\\\\\evil\\\\rab.xlsx"',
        "INCLUDETEXT http://evil.example/x",
        'INCLUDEPICTURE "\\\\\\\\evil\\\\x.png"',
    ):
        assert "alamat lain" in refusal(path, with_field(instruction))


@pytest.mark.parametrize(
    ("part", "kind", "content"),
    [
        ("xl/externalLinks/e1.xml", "externalLink+xml", b'<x><ddeLink ddeService="cmd"/></x>'),
        ("xl/worksheets/s1.xml", "worksheet+xml", b"<x><f>cmd|'/C calc'!A0</f></x>"),
        ("xl/worksheets/s1.xml", "worksheet+xml", b"<x><f>cmd&#124;'/C calc'!A0</f></x>"),
        ("xl/worksheets/s1.xml", "worksheet+xml", b"<x:w><x:f>'cmd'|'x'!A0</x:f></x:w>"),
    ],
)
def test_a_formula_that_starts_a_program_is_refused(
    path: Path, part: str, kind: str, content: bytes
) -> None:
    listed = types(EXCEL, kind_of(part, OF_EXCEL + kind))
    made = office_file(EXCEL, **{"[Content_Types].xml": listed, part: content})
    assert "DDE" in refusal(path, made, "x.xlsx")


def test_small_programs_other_files_and_definitions_are_refused(path: Path) -> None:
    activex = kind_of("word/activeX/a.xml", "application/vnd.ms-office.activeX+xml")
    program = b"MZ" + b"\0" * 58 + (64).to_bytes(4, "little") + b"PE\0\0"
    for more, word in (
        ({"[Content_Types].xml": types(more=activex)}, "ActiveX"),
        ({"word/_rels/document.xml.rels": links("control", "activeX/a.xml")}, "ActiveX"),
        ({"word/x.exe": b"x"}, "berkas lain"),
        ({"word/media/image1.png": program}, "berkas lain"),
        ({"word/embeddings/oleObject1.bin": COMPOUND + PACKAGE}, "berkas lain"),
        ({"word/_rels/document.xml.rels": links("aFChunk", "x.html")}, "berkas lain"),
        ({WORD: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>'}, "tidak wajar"),
        ({WORD: "<a/>".encode("utf-16")}, "tidak wajar"),
        ({"WORD/document.xml": b"<x/>"}, "tidak wajar"),
        ({"word/_rels/x.rels": b"<a><b></a>"}, "rusak"),
    ):
        assert word in refusal(path, office_file(**more)), more.keys()


def test_a_chart_brings_its_figures_and_nothing_deeper(path: Path) -> None:
    """Word keeps the figures of a chart as an Excel file in its own file."""
    name = "word/embeddings/Microsoft_Excel_Worksheet.xlsx"
    figures = office_file(EXCEL)
    assert found_in(path, office_file(**{name: figures})) is Office.DOCX
    deeper = office_file(EXCEL, **{"xl/embeddings/x.docx": office_file()})
    assert found_in(path, office_file(**{name: deeper})) is Office.UNSAFE
    calling = office_file(EXCEL, **{"xl/_rels/a.rels": links("frame", "http://a.id", "External")})
    assert found_in(path, office_file(**{name: calling})) is Office.EXTERNAL
    assert found_in(path, office_file(**{"word/media/a.png": zipped({"a": b"b"})})) is Office.UNSAFE


def test_files_of_ordinary_programs_are_taken(path: Path, tmp_path: Path) -> None:
    written = docx.Document()
    written.add_table(2, 2).cell(0, 0).text = "Jadwal | Tahap <!DOCTYPE>"
    out = io.BytesIO()
    written.save(out)
    assert found_in(path, out.getvalue()) is Office.DOCX
    book = xlsxwriter.Workbook(str(tmp_path / "rab.xlsx"))
    sheet = book.add_worksheet("RAB|2026")
    sheet.write_formula("A1", "='RAB|2026'!B1&\" | \"&C1")
    sheet.write_url("A2", "external:\\\\server\\rab.xlsx")
    sheet.write_comment("A3", "harga | satuan")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='RAB|2026'!$A$1:$A$5"})
    sheet.insert_chart("D1", chart)
    book.close()
    path.write_bytes((tmp_path / "rab.xlsx").read_bytes())
    assert sniff(path, "rab.xlsx") == XLSX


def test_a_zip_that_two_programs_would_read_differently_is_refused(path: Path) -> None:
    made = io.BytesIO(office_file())
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = b"x"
    assert found_in(path, made.getvalue()) is Office.UNSAFE
    assert found_in(path, office_file(**{WORD: b"<y/>"}) + office_file()) is Office.UNSAFE
    twice = types(more=kind_of(WORD, "application/xml"))
    assert found_in(path, office_file(**{"[Content_Types].xml": twice})) is Office.UNSAFE


def test_the_main_part_is_found_by_its_link_as_word_finds_it(path: Path) -> None:
    made = parts()
    made["word/document2.xml"] = made.pop(WORD)
    made["_rels/.rels"] = links("officeDocument", "/word/document2.xml")
    made["[Content_Types].xml"] = types().replace(b"document.xml", b"document2.xml")
    path.write_bytes(zipped(made))
    assert sniff(path, "x.docx") == DOCX


def many(element: bytes, size: int) -> bytes:
    return b"<r>" + element * (size // len(element)) + b"</r>"


def costly() -> dict[str, bytes]:
    """Small files that would cost much; what does not pack well keeps their ratio low."""
    noise = {"word/media/a.bin": random.Random(1).randbytes(700_000)}
    header = types(more=kind_of("word/h.xml", OF_WORD + "header+xml"))
    fields = many(b"<instrText>A</instrText>", 45_000_000)
    return {
        "links": office_file(**noise, **{"word/_rels/x.rels": many(b"<a/>", 16_000_000)}),
        "fields": office_file(**noise, **{"[Content_Types].xml": header, "word/h.xml": fields}),
        "sizes": lying(200_000_000, 1000),
    }


def test_no_file_costs_more_than_two_seconds_nor_memory_in_the_web_process(path: Path) -> None:
    for name, content in costly().items():
        path.write_bytes(content)
        before, begun = memory(), resource.getrusage(resource.RUSAGE_CHILDREN)
        waited = time.monotonic()
        assert examine(path) is Office.UNSAFE, name
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert after.ru_utime + after.ru_stime - begun.ru_utime - begun.ru_stime < 2.5, name
        assert time.monotonic() - waited < 16, name
        assert memory() - before < 20_000, name


def memory() -> int:
    """KB that this process has ever needed."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
