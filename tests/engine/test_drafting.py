"""Drafts: a template names, chooses and repeats, and can do nothing else; facts stay text."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from processes.engine import drafting
from processes.engine.drafting import DraftRefused, open_word, read_pages, set_pages, write
from processes.engine.drafting.facts import answer, day, text
from processes.engine.drafting.names import forms_for, known_names, unknown
from processes.engine.drafting.writing import PROGRAM, Written, try_out
from processes.engine.fields import Field
from tests.engine.word_files import (
    OFFICE,
    TYPES,
    W,
    packed,
    paragraph,
    relations,
    text_of,
    word_file,
)

KSDD = Path(drafting.__file__).parents[2] / "ksdd"
LAYOUT = (KSDD / drafting.LAYOUT).read_bytes()
NOON = datetime(2026, 7, 6, 5, 0, tzinfo=UTC)
DOTS = "…" * 12
PARTIES = {"pihak": [{"nama": "Kabupaten Bogor"}, {"nama": "Kota Bogor"}]}


def written(*paragraphs: str, **facts: Any) -> str:
    return text_of(write(word_file(*paragraphs), facts))


def table(*rows: str) -> str:
    cells = "".join(f"<w:tr><w:tc>{paragraph(row)}</w:tc></w:tr>" for row in rows)
    return f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>{cells}</w:tbl>'


# --- what a template may do ----------------------------------------------------------------------
def test_a_template_names_chooses_and_repeats() -> None:
    said = written(
        "{{ perkara.judul|upper }}",
        "{%p for p in pihak %}",
        "{{ loop.index }}. {{ p.nama }}{% if not loop.last %};{% else %}.{% endif %}",
        "{%p endfor %}",
        perkara={"judul": "Air bersih"},
        **PARTIES,
    )
    assert said == "AIR BERSIH\n1. Kabupaten Bogor;\n2. Kota Bogor."


def test_a_row_of_a_table_is_repeated() -> None:
    body = table("{%tr for p in pihak %}", "{{ p.nama }}", "{%tr endfor %}")
    assert text_of(write(word_file(body=body), PARTIES)) == "Kabupaten Bogor\nKota Bogor"


def test_a_day_brings_the_words_of_minutes_along() -> None:
    said = written(
        "{{ d }}", "{{ d.hari }} tanggal {{ d.tanggal }} bulan {{ d.bulan }} tahun {{ d.tahun }}",
        d=day(date(2026, 7, 6)),
    )  # fmt: skip
    assert said == ("6 Juli 2026\nSenin tanggal enam bulan Juli tahun dua ribu dua puluh enam")


@pytest.mark.parametrize("facts", [{}, {"a": {}}, {"a": {"b": ""}}, {"a": {"b": "  "}}, {"a": []}])
def test_what_is_missing_leaves_a_line_to_write_on(facts: dict[str, Any]) -> None:
    said = written(
        "{{ a.b }} {{ a.b.c }} {{ a }} {{ a.b|upper }}{% if a.b.c %}!{% endif %}", **facts
    )
    assert set(said) == {"…", " "}


def test_words_that_word_tore_apart_are_read_as_one() -> None:
    torn = (
        "<w:p><w:r><w:t>{{ per</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>kara.judul</w:t></w:r>"
        "<w:r><w:t> }}</w:t></w:r></w:p>"
    )
    assert text_of(write(word_file(body=torn), {"perkara": {"judul": "Air"}})) == "Air"


# --- facts ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "hostile",
    [
        "{{ 7*7 }}",
        "{% for x in y %}",
        "<w:p/> & \"A\" 'B' ]]> <!-- -->",
        "\u202eFDP.EXE\u202c \u0639\u0631\u0628\u064a",
        "Kerja Sama \U0001f600",
        "__class__",
    ],
)
def test_a_hostile_fact_is_written_and_nothing_more(hostile: str, tmp_path: Path) -> None:
    made = write(word_file("Judul: {{ perkara.judul }}."), {"perkara": {"judul": hostile}})
    assert text_of(made) == f"Judul: {hostile}."
    assert set_pages(LAYOUT, read_pages(made), written_at=NOON).startswith(b"%PDF-")


def test_lines_of_a_fact_stay_lines_and_control_characters_are_left_out() -> None:
    fact = text("satu\r\ndua\x07\x0c\x00\ud800tiga")
    assert written("{{ a }}", a=fact) == "satu\nduatiga"


@pytest.mark.parametrize(
    ("raw", "value", "fact"),
    [
        ({"type": "date"}, "2026-07-06", day(date(2026, 7, 6))),
        ({"type": "long"}, 60, {"=": "60", "huruf": "enam puluh"}),
        (
            {"type": "long", "properties": {"jenis": "rupiah"}},
            2_500_000,
            {"=": "Rp2.500.000", "huruf": "dua juta lima ratus ribu rupiah"},
        ),
        ({"type": "boolean"}, False, {"=": "tidak", "kode": "tidak"}),
        ({"type": "enum", "options": [["x", "Iks"]]}, "x", {"=": "Iks", "kode": "x"}),
        ({"properties": {"jenis": "daerah"}}, "32.01", "Daerah 32.01"),
        ({}, "apa saja", "apa saja"),
        ({}, None, None),
        ({}, "", None),
    ],
)
def test_an_answer_is_written_in_words(raw: dict[str, Any], value: Any, fact: Any) -> None:
    field = Field.read({"id": "isi", **raw})
    assert answer(field, value, lambda code: f"Daerah {code}") == fact


# --- what a template may not do ------------------------------------------------------------------
ATTACKS = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ a.__class__ }}",
    "{{ a._x }}",
    "{{ a['b'] }}",
    "{{ a.b() }}",
    "{{ lipsum.__globals__.os.popen('id').read() }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ self }}{{ self.x() }}",
    "{{ 7 * 7 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ a|safe }}",
    "{{ a|attr('b') }}",
    "{{ a|map('upper') }}",
    "{{ a|default('b') }}",
    "{% for x in range(1000000000) %}x{% endfor %}",
    "{% for x in a recursive %}{{ loop(x) }}{% endfor %}",
    "{% for x, y in a %}{% endfor %}",
    "{% for x in a %}{{ loop.previtem }}{% endfor %}",
    "{% set x = 1 %}",
    "{% include '/etc/passwd' %}",
    "{% import 'x' as y %}",
    "{% extends 'x' %}",
    "{% macro m() %}{% endmacro %}",
    "{% filter upper %}x{% endfilter %}",
    "{% raw %}{{ x }}{% endraw %}{% do 1 %}",
    "{% if a is defined %}{% endif %}",
    "{%p for a in b %}{%p for c in a %}{%p for d in c %}{%p for e in d %}",
)


@pytest.fixture(scope="module")
def attacked() -> dict[str, Written | DraftRefused]:
    """What becomes of each attack, all tried in one process."""
    files = [word_file("Dengan hormat,", attack) for attack in ATTACKS]
    return dict(zip(ATTACKS, try_out(files, [{"a": {"b": "c"}}]), strict=True))


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_template_can_do_nothing_else(
    attacked: dict[str, Written | DraftRefused], attack: str
) -> None:
    refused = attacked[attack]
    assert isinstance(refused, DraftRefused)
    assert refused.cause in ("not_understood", "unreadable")


def test_the_program_can_open_neither_file_nor_connection_once_it_is_at_work() -> None:
    tried = f"""
import runpy, socket
runpy.run_path({str(PROGRAM)!r})["give_up"]()
for attempt in (lambda: open("/etc/hosts"), lambda: open("x", "w"), socket.socket):
    try:
        attempt()
    except OSError:
        continue
    raise SystemExit(1)
"""
    done = subprocess.run([sys.executable, "-I", "-c", tried], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_loops_inside_each_other_are_bounded() -> None:
    inner = "{% for a in p %}{% for b in p %}{% for c in p %}{% for d in p %}x"
    ends = "{% endfor %}" * 4
    with pytest.raises(DraftRefused, match="for"):
        written(inner + ends, p=["x"] * 50)


@pytest.mark.parametrize("part", ["word__header1.xml", "docProps__core.xml"])
def test_what_stands_beside_the_text_is_held_to_the_same_rules(part: str) -> None:
    evil = "{{ a.__class__ }}"
    header = f'<w:hdr xmlns:w="{W}">{paragraph(evil)}</w:hdr>'
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{evil}</dc:title></cp:coreProperties>"
    )
    names = {"word__header1.xml": header, "docProps__core.xml": core}
    kinds = {
        "word__header1.xml": (
            "wordprocessingml.header",
            f"{OFFICE}/header",
            "word/_rels/document.xml",
        ),
        "docProps__core.xml": (
            "core",
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
            "_rels/",
        ),
    }
    kind, relation, _ = kinds[part]
    content_type = (
        "application/vnd.openxmlformats-package.core-properties+xml"
        if kind == "core"
        else f"application/vnd.openxmlformats-officedocument.{kind}+xml"
    )
    path = part.replace("__", "/")
    types = TYPES.replace(
        "</Types>", f'<Override PartName="/{path}" ContentType="{content_type}"/></Types>'
    )
    main = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    extra = f'<Relationship Id="r2" Type="{relation}" Target="/{path}"/>'
    content = word_file(
        "Isi",
        **{
            part: names[part],
            "[Content_Types].xml": types,
            "_rels__.rels": relations(main, extra if kind == "core" else ""),
            "word___rels__document.xml.rels": relations("" if kind == "core" else extra),
        },
    )
    with pytest.raises(DraftRefused, match="__class__"):
        write(content, {})


def test_a_template_that_never_ends_is_given_up_and_spoils_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("processes.engine.drafting.writing.SECONDS", 6)
    # docxtpl joins braces by regular expressions whose time grows with the square of such a text
    slow = word_file(body="<w:p><w:r><w:t>" + "{{" * 450_000 + "</w:t></w:r></w:p>")
    first, second = try_out([slow, word_file("{{ perkara.judul }}")], [{}])
    assert isinstance(first, DraftRefused)
    assert not isinstance(second, DraftRefused)


@pytest.mark.parametrize(
    "broken",
    [
        ("{% if a %}",),
        ("{{ a",),
        ("{%p for p in pihak %}", "{{ p }}"),
        ("{{ }}",),
        ("{% endif %}",),
    ],
)
def test_a_slip_of_the_pen_is_told_with_the_words_around_it(broken: tuple[str, ...]) -> None:
    with pytest.raises(DraftRefused) as refused:
        written("Dengan hormat,", *broken)
    assert refused.value.cause == "unreadable"


def test_a_loop_that_cuts_through_a_table_is_told() -> None:
    body = paragraph("{% for p in pihak %}") + table("{% endfor %}")
    with pytest.raises(DraftRefused) as refused:
        write(word_file(body=body), PARTIES)
    assert refused.value.cause == "badly_nested"


# --- files ---------------------------------------------------------------------------------------
DTD = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BOMB = '<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<Relationship Id="r1" Type="{0}/{1}" Target="http://x.example/a" TargetMode="External"/>'


def field_code(code: str) -> str:
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{code[:3]}</w:instrText></w:r>"
        f"<w:r><w:instrText>{code[3:]}</w:instrText></w:r></w:p>"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no_word_file"),
        (b"%PDF-1.7", "no_word_file"),
        (packed({"a.txt": "x"}), "no_word_file"),
        (word_file("x")[:-30], "no_word_file"),
        (b"x" * (1024 * 1024 + 1), "too_large"),
        (word_file("x", **{"word__big.xml": b" " * (9 * 1024 * 1024)}), "too_large"),
        (packed({f"a{n}.txt": "" for n in range(101)}), "too_large"),
        (word_file("x", **{"word__vbaProject.bin": b"x"}), "active"),
        (word_file("x", **{"word__embeddings__oleObject1.bin": b"x"}), "active"),
        (word_file("x", **{"word__activeX__activeX1.xml": "<a/>"}), "active"),
        (
            word_file(
                "x", **{"[Content_Types].xml": TYPES.replace("document.main", "macroEnabled")}
            ),
            "active",
        ),
        (word_file(body='<w:altChunk r:id="r1"/>'), "active"),
        (word_file("x", **{"word__settings.xml": DTD + "<a>&x;</a>"}), "part_unreadable"),
        (word_file("x", **{"word__settings.xml": BOMB + "<a>&b;</a>"}), "part_unreadable"),
        (word_file("x", **{"word__document.xml": "<w:document>"}), "part_unreadable"),
        (
            word_file(
                "x",
                **{
                    "word___rels__settings.xml.rels": relations(
                        OUTSIDE.format(OFFICE, "attachedTemplate")
                    )
                },
            ),
            "reaches_out",
        ),
        (
            word_file(
                "x",
                **{"word___rels__document.xml.rels": relations(OUTSIDE.format(OFFICE, "image"))},
            ),
            "reaches_out",
        ),
        (word_file(body=field_code("DDEAUTO c:\\\\windows\\\\cmd.exe")), "reaches_out"),
        (word_file(body=field_code("INCLUDETEXT /etc/passwd")), "reaches_out"),
        (
            word_file(body='<w:p><w:fldSimple w:instr=" INCLUDEPICTURE http://x "/></w:p>'),
            "reaches_out",
        ),
    ],
)
def test_a_file_that_would_act_or_reach_out_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(DraftRefused) as refused:
        open_word(content)
    assert refused.value.cause == why
    assert refused.value.say("en").rstrip().endswith(".")


def test_a_file_whose_words_name_a_macro_or_a_link_is_no_danger() -> None:
    plain = relations(OUTSIDE.format(OFFICE, "hyperlink"))
    content = word_file(
        "INCLUDETEXT, DDE dan vbaProject.bin adalah kata biasa di sini",
        **{"word___rels__document.xml.rels": plain, "customXml__item1.xml": "<?mso-x a?><b/>"},
    )
    assert "word/document.xml" in open_word(content)


# --- names ---------------------------------------------------------------------------------------
def questions(**kinds: str) -> list[Field]:
    return [Field.read({"id": n, "properties": {"jenis": kind}}) for n, kind in kinds.items()]


def test_answers_that_stay_in_their_house_are_no_names_but_the_numbers_of_its_letters() -> None:
    tasks = {
        "a": questions(isi="", scan="berkas"),
        "b": questions(catatan="", nomor_surat="nomor_surat"),
        "c": questions(isi=""),
    }
    known = known_names(forms_for(tasks, shared=["a"], own=["c"]))
    assert {"a.isi", "b.nomor_surat", "c.isi", "pihak[].a.isi", "perkara.judul"} <= known
    assert not {"a.scan", "b.catatan", "pihak[].b.catatan"} & known


def test_names_are_told_in_full_whatever_a_loop_calls_them() -> None:
    [found] = try_out(
        [word_file("{% for p in pihak %}{{ p.a.isi.hari }}{{ p.x }}{% endfor %}")], [{}]
    )
    assert not isinstance(found, DraftRefused)
    assert [name for name, _ in found.names] == ["pihak[]", "pihak[].a.isi.hari", "pihak[].x"]
    known = {"pihak[]", "pihak[].a.isi.hari"}
    assert [name for name, _ in unknown(found.names, known)] == ["pihak[].x"]


# --- pages ---------------------------------------------------------------------------------------
def test_the_pdf_says_what_the_word_file_says() -> None:
    body = (
        paragraph("BERITA ACARA", '<w:pPr><w:jc w:val="center"/></w:pPr>')
        + '<w:p><w:pPr><w:ind w:left="720" w:hanging="720"/></w:pPr><w:r><w:t>1.</w:t></w:r>'
        "<w:r><w:tab/><w:t>Butir pertama</w:t></w:r></w:p>"
        + table("Sel satu", "Sel dua")
        + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        + paragraph("Halaman kedua")
        + '<w:p><w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>9</w:t></w:r></w:fldSimple></w:p>'
    )
    pages = read_pages(word_file(body=body))
    assert [block["kind"] for block in pages["body"]] == ["p", "p", "table", "p", "p", "p"]
    assert pages["body"][1] | {"pieces": []} == {
        "kind": "p", "align": "left", "left": 36.0, "first": -36.0, "above": 0.0, "below": 0.0,
        "size": 0.0, "keep": False, "rule": False, "break": False, "pieces": [],
    }  # fmt: skip
    made = PdfReader(BytesIO(set_pages(LAYOUT, pages, written_at=NOON)))
    first, second = (page.extract_text() for page in made.pages)
    for words in ("BERITA ACARA", "1.", "Butir pertama", "Sel satu", "Sel dua"):
        assert words in first
    assert "Halaman kedua" in second
    assert "2" in second
    assert "9" not in second


@pytest.mark.parametrize(
    "inside",
    [
        "<w:p><w:r><w:drawing/></w:r></w:p>",
        '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:p>',
        '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>',
        "<w:sdt><w:sdtContent><w:p/></w:sdtContent></w:sdt>",
        '<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>baru</w:t></w:r></w:ins></w:p>',
    ],
)
def test_a_file_of_which_the_pdf_would_leave_something_out_has_none(inside: str) -> None:
    with pytest.raises(drafting.PagesRefused):
        read_pages(word_file(body=inside))


def test_every_shipped_template_is_clean_and_can_be_a_pdf() -> None:
    shipped = sorted((KSDD / "surat").glob("*.docx"))
    assert len(shipped) == 13
    for path in shipped:
        content = path.read_bytes()
        parts = open_word(content)
        assert drafting.title_of(parts, "") != "", path
        assert read_pages(content)["body"], path
        with zipfile.ZipFile(BytesIO(content)) as archive:
            core = etree.fromstring(archive.read("docProps/core.xml"))
        people = [e.text for e in core if str(e.tag).endswith(("creator", "lastModifiedBy"))]
        assert not any(people), path
