"""The picture of a diagram: everything drawn is there, nothing from the file gets out of hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

import processes
from processes.engine.picture import draw
from processes.engine.picture.path import path_taken
from processes.engine.picture.words import fit, width_of
from processes.errors import DiagramRefused
from tests.engine.drawings import HEAD, flows, shape, task

KSDD = Path(processes.__file__ or "").parent / "ksdd" / "ksdd.bpmn"
SVG = "{http://www.w3.org/2000/svg}"
SPACES = (
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)


def placed(own: str, x: float | str = 100, y: float = 100, *, w: float = 100, h: float = 80) -> str:
    """Where a shape is drawn."""
    return (
        f'<bpmndi:BPMNShape id="{own}_di" bpmnElement="{own}">'
        f'<dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/></bpmndi:BPMNShape>'
    )


def routed(own: str, *points: tuple[float, float]) -> str:
    """Where a flow is drawn."""
    corners = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge id="{own}_di" bpmnElement="{own}">{corners}</bpmndi:BPMNEdge>'


def diagram(*parts: str, drawn: str) -> bytes:
    """A diagram with its coordinates."""
    process = shape("process", "p", "".join(parts), isExecutable="true")
    plane = f'<bpmndi:BPMNPlane id="pl" bpmnElement="p">{drawn}</bpmndi:BPMNPlane>'
    head = HEAD.replace(" id=", f"{SPACES} id=", 1)
    return (
        f'{head}{process}<bpmndi:BPMNDiagram id="dg">{plane}</bpmndi:BPMNDiagram>'
        "</bpmn:definitions>"
    ).encode()


def parsed(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def group(svg: str, own: str) -> etree._Element:
    found = parsed(svg).find(f".//{SVG}g[@data-element='{own}']")
    assert found is not None
    return found


def words(element: etree._Element) -> str:
    return " ".join("".join(t.itertext()) for t in element.iter(f"{SVG}text"))


ONE = diagram(task("a", name="Telaah TKKSD"), drawn=placed("a"))


def test_a_task_shows_its_name_and_kind() -> None:
    drawn = group(draw(ONE), "a")

    assert "Telaah TKKSD" in words(drawn)
    assert drawn.find(f"{SVG}title").text == "Tugas: Telaah TKKSD"
    assert drawn.get("class") == "bpmn-userTask"


def test_open_and_late_tasks_carry_their_numbers() -> None:
    svg = draw(ONE, {"a": 3}, {"a": 2})

    assert group(svg, "a").get("class") == "bpmn-userTask is-open is-late"
    title = group(svg, "a").find(f"{SVG}title").text
    assert title == "Tugas: Telaah TKKSD; 3 sedang dikerjakan; 2 terlambat"
    assert {"3", "! 2"} <= {"".join(t.itertext()) for t in parsed(svg).iter(f"{SVG}text")}


def test_what_is_done_is_marked() -> None:
    assert "is-done" in group(draw(ONE, done=["a"]), "a").get("class", "")


def test_titles_speak_english_too() -> None:
    title = group(draw(ONE, {"a": 1}, language="en"), "a").find(f"{SVG}title").text

    assert title == "Task: Telaah TKKSD; 1 in progress"


def test_names_cannot_become_markup() -> None:
    evil = "&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x"
    svg = draw(diagram(task("a", name=evil), drawn=placed("a")), {"a": 1})

    root = parsed(svg)
    assert not list(root.iter(f"{SVG}script"))
    allowed = {"g", "title", "rect", "circle", "path", "polyline", "polygon", "text", "svg"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    assert not [key for e in root.iter() for key in e.attrib if str(key).startswith("on")]


def test_a_picture_refers_to_nothing_outside_itself() -> None:
    svg = draw(KSDD.read_bytes())

    assert "href" not in svg
    assert "url(" not in svg
    assert "style=" not in svg


@pytest.mark.parametrize("x", ["nan", "inf", "1e400", "abc", "", "99999999"])
def test_a_shape_without_sound_coordinates_is_left_out(x: str) -> None:
    svg = draw(diagram(task("a"), task("b"), drawn=placed("a", x) + placed("b")))

    assert "nan" not in svg
    assert "inf" not in svg
    assert group(svg, "b") is not None


def test_a_file_without_coordinates_says_so() -> None:
    svg = draw(diagram(task("a"), drawn=""))

    assert "belum mempunyai gambar" in words(parsed(svg))


def test_a_file_that_is_no_xml_is_refused() -> None:
    with pytest.raises(DiagramRefused):
        draw(b"halo")


def test_a_flow_ends_in_an_arrow() -> None:
    drawn = diagram(
        task("a"),
        task("b"),
        flows(("a", "b")),
        drawn=placed("a") + placed("b", 300) + routed("f_a_b", (200, 140), (200, 140), (300, 140)),
    )

    arrow = group(draw(drawn), "f_a_b").find(f"{SVG}polygon")
    assert arrow is not None
    assert arrow.get("points", "").startswith("300,140")


def test_a_collapsed_subprocess_hides_its_inside() -> None:
    inside = shape("subProcess", "s", task("a"))
    svg = draw(diagram(inside, drawn=placed("s") + placed("a")))

    assert parsed(svg).find(f".//{SVG}g[@data-element='a']") is None


def test_everything_drawn_in_the_shipped_diagram_is_in_its_picture() -> None:
    root = etree.parse(str(KSDD)).getroot()
    drawn = {e.get("bpmnElement") for e in root.iter("{*}BPMNShape", "{*}BPMNEdge")}

    svg = parsed(draw(KSDD.read_bytes()))

    assert {g.get("data-element") for g in svg.iter(f"{SVG}g")} == drawn


@pytest.mark.parametrize(
    "name",
    [
        "Penandatanganan",
        "Berita acara pengakhiran kerja sama daerah dengan daerah lain di luar negeri",
        "Pertanggungjawabannyalahyangdipertanyakan oleh semua pihak",
        "W" * 400,
        # letter by letter this one would take hours
        "W" * 2_000_000,
        "satu\ndua\ttiga",
        "省" * 30,
    ],
    ids=lambda name: name[:20],
)
def test_words_stay_inside_their_shape(name: str) -> None:
    block = fit(name, 90, 58, (12.0, 11.0, 10.0, 9.0))

    assert block.lines
    assert block.height <= 58
    assert all(width_of(line, block.size) <= 90 for line in block.lines)


def test_short_names_keep_the_usual_size() -> None:
    block = fit("Telaah TKKSD", 90, 58, (12.0, 11.0))

    assert (block.lines, block.size) == (("Telaah TKKSD",), 12.0)


def test_the_way_between_the_tasks_a_case_met_is_found_with_its_flows() -> None:
    met = ["tahap1_permohonan", "tahap1_telaah", "tahap1_permohonan", "tahap1_telaah"]
    met += ["tahap1_surat", "tahap2_kesediaan", "tahap2_kesediaan", "tahap3_pembahasan"]
    taken = path_taken(KSDD.read_bytes(), met)
    assert {
        "alur_mulai_siapkan",
        "alur_g1_telaah_tahap1_permohonan",
        "tahap1_kategori",
        "alur_tahap1_surat_tahap2_pihak",
        "alur_s2_mulai_tahap2_kesediaan",
        "alur_g2_jawaban_tahap3_pembahasan",
    } <= taken
    assert not any("tindak" in each or "diam" in each or "tahap4" in each for each in taken)
    assert path_taken(KSDD.read_bytes(), []) == set()
    assert path_taken(KSDD.read_bytes(), ["tidak_ada"]) == set()
