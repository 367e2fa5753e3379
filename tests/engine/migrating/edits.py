"""What an owner may do to the shipped diagram, twenty times and more, each as a new folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

import processes
from processes.engine.attributes import BPMN, CAMUNDA
from processes.engine.procedure import Procedure

KSDD = Path(processes.__file__ or "").parent / "ksdd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMES = {"bpmn": BPMN, "camunda": CAMUNDA}


@cache
def shipped() -> Mapping[str, bytes]:
    """The files of the shipped folder; its scenarios tell of the drawing as it was."""
    return {
        path.relative_to(KSDD).as_posix(): path.read_bytes()
        for path in sorted(KSDD.rglob("*"))
        if path.is_file() and path.suffix != ".svg" and path.parent.name != "skenario"
    }


def b(tag: str) -> str:
    return f"{{{BPMN}}}{tag}"


def c(tag: str) -> str:
    return f"{{{CAMUNDA}}}{tag}"


class Sheet:
    """The diagram of a folder on the drawing board."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.root = etree.fromstring(
            files["ksdd.bpmn"], etree.XMLParser(remove_blank_text=True, resolve_entities=False)
        )

    def done(self) -> dict[str, bytes]:
        """The folder with the diagram as it is now."""
        written = etree.tostring(
            self.root, pretty_print=True, xml_declaration=True, encoding="UTF-8"
        )
        return {**self.files, "ksdd.bpmn": written}

    def at(self, element: str) -> Any:
        [found] = self.root.xpath(f"//bpmn:*[@id='{element}']", namespaces=NAMES)
        return found

    def put(self, tag: str, inside: Any, **attributes: str) -> Any:
        return etree.SubElement(
            inside,
            b(tag),
            {k.replace("camunda_", f"{{{CAMUNDA}}}"): v for k, v in attributes.items()},
        )

    def flow(self, source: str, target: str, condition: str = "") -> Any:
        here = self.at(source).getparent()
        own_id = f"alur_{source}_{target}"
        made = self.put("sequenceFlow", here, id=own_id, sourceRef=source, targetRef=target)
        if condition:
            self.put("conditionExpression", made).text = condition
        for end, tag in ((source, "outgoing"), (target, "incoming")):
            self._mention(end, tag, own_id)
        return made

    def _mention(self, element: str, tag: str, flow: str) -> None:
        """Flows are mentioned behind what describes a shape and before what is inside of it."""
        node, made = self.at(element), etree.Element(b(tag))
        made.text = flow
        heads = [b("documentation"), b("extensionElements"), b("incoming")]
        heads += [b("outgoing")] if tag == "outgoing" else []
        place = sum(child.tag in heads for child in node)
        node.insert(place, made)

    def cut(self, flow: str) -> Any:
        """Take a flow out; it is returned, for its ends."""
        found = self.at(flow)
        for mention in self.root.xpath("//bpmn:incoming | //bpmn:outgoing", namespaces=NAMES):
            if mention.text == flow:
                mention.getparent().remove(mention)
        for shape in self.root.xpath(f"//bpmn:*[@default='{flow}']", namespaces=NAMES):
            del shape.attrib["default"]
        found.getparent().remove(found)
        return found

    def turn(self, flow: str, target: str) -> None:
        """Let a flow lead somewhere else, under its own id."""
        found = self.at(flow)
        for mention in self.root.xpath("//bpmn:incoming", namespaces=NAMES):
            if mention.text == flow:
                mention.getparent().remove(mention)
        found.set("targetRef", target)
        self._mention(target, "incoming", flow)

    def task(self, element: str, like: str, name: str) -> Any:
        """A user task like another one, beside it, without flows."""
        model = self.at(like)
        made = etree.fromstring(etree.tostring(model))
        made.set("id", element)
        made.set("name", name)
        for tag in ("incoming", "outgoing", "multiInstanceLoopCharacteristics"):
            for child in made.findall(b(tag)):
                made.remove(child)
        model.addnext(made)
        for lane in self.root.xpath("//bpmn:flowNodeRef", namespaces=NAMES):
            if lane.text == like:
                etree.SubElement(lane.getparent(), b("flowNodeRef")).text = element
        return made

    def between(self, flow: str, element: str) -> None:
        """Put a shape into a flow."""
        target = self.at(flow).get("targetRef")
        self.turn(flow, element)
        self.flow(element, target)

    def remove(self, element: str) -> None:
        """Take a shape with one way in and one way out, and join these."""
        [out] = self.root.xpath(f"//bpmn:sequenceFlow[@sourceRef='{element}']", namespaces=NAMES)
        ways = self.root.xpath(f"//bpmn:sequenceFlow[@targetRef='{element}']", namespaces=NAMES)
        target = out.get("targetRef")
        self.cut(out.get("id"))
        for way in ways:
            self.turn(way.get("id"), target)
        self.erase(element)

    def erase(self, element: str) -> None:
        node = self.at(element)
        node.getparent().remove(node)
        for lane in self.root.xpath("//bpmn:flowNodeRef", namespaces=NAMES):
            if lane.text == element:
                lane.getparent().remove(lane)
        shapes = f"//*[@bpmnElement='{element}']"
        for drawn in self.root.xpath(shapes):
            drawn.getparent().remove(drawn)

    def erase_event(self, element: str) -> None:
        """Take a boundary event and the flow that leaves it."""
        for out in self.root.xpath(
            f"//bpmn:sequenceFlow[@sourceRef='{element}']", namespaces=NAMES
        ):
            self.cut(out.get("id"))
        self.erase(element)

    def rename(self, before: str, after: str) -> None:
        """Give a shape another id, wherever it is mentioned."""
        text = etree.tostring(self.root).decode()
        text = re.sub(rf"(?<![A-Za-z0-9_]){before}(?![A-Za-z0-9_])", after, text)
        self.root = etree.fromstring(text.encode(), etree.XMLParser(remove_blank_text=True))

    def property(self, element: str, name: str, value: str) -> None:
        """Set a property of a shape."""
        node = self.at(element)
        outer = node.find(b("extensionElements"))
        if outer is None:
            outer = etree.Element(b("extensionElements"))
            node.insert(sum(child.tag == b("documentation") for child in node), outer)
        properties = outer.find(c("properties"))
        if properties is None:
            properties = etree.SubElement(outer, c("properties"))
        for known in properties:
            if known.get("name") == name:
                known.set("value", value)
                return
        etree.SubElement(properties, c("property"), {"name": name, "value": value})

    def field(self, element: str, name: str, *, required: bool = True) -> None:
        """A text field more on a form."""
        [form] = self.at(element).xpath(
            "./bpmn:extensionElements/camunda:formData", namespaces=NAMES
        )
        made = etree.SubElement(form, c("formField"), id=name, label=name.title(), type="string")
        if required:
            rules = etree.SubElement(made, c("validation"))
            etree.SubElement(rules, c("constraint"), name="required", config="true")

    def drop_field(self, name: str) -> None:
        """Take a form field."""
        path = f"//camunda:formField[@id='{name}']"
        for found in self.root.xpath(path, namespaces=NAMES):
            found.getparent().remove(found)

    def timer(self, element: str, host: str, kind: str, text: str, *, closes: bool) -> Any:
        """A timer on the edge of a task."""
        made = etree.Element(b("boundaryEvent"), {"id": element, "attachedToRef": host})
        made.set("cancelActivity", "true" if closes else "false")
        self.at(host).addnext(made)
        definition = self.put("timerEventDefinition", made, id=f"{element}_def")
        self.put(kind, definition).text = text
        return made

    def expression(self, element: str, text: str) -> None:
        """Another text in the timer of an event, or in a script."""
        node = self.at(element)
        found = node.xpath(
            ".//bpmn:timeDate | .//bpmn:timeDuration | .//bpmn:script", namespaces=NAMES
        )
        found[0].text = text


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One thing an owner does, and what the migration needs to be told besides."""

    name: str
    change: Callable[[Sheet], None]
    replacements: Mapping[str, str] = field(default_factory=dict)
    #: elements at which a case stays, because what is open there is gone
    stays_at: frozenset[str] = frozenset()
    #: whether only words changed
    words_only: bool = False

    def files(self) -> dict[str, bytes]:
        sheet = Sheet(shipped())
        self.change(sheet)
        return sheet.done()

    def procedure(self) -> Procedure:
        return Procedure("ksdd", self.files())


def _add_a_task(sheet: Sheet) -> None:
    sheet.task("tahap5_paraf_hukum", "tahap5_paraf_kabag", "Paraf Kabag Hukum")
    sheet.between("alur_s5_mulai_tahap5_paraf_kabag", "tahap5_paraf_hukum")


def _remove_a_task(sheet: Sheet) -> None:
    # its gateway goes with it: nothing decides by it any more
    sheet.cut("alur_g5_asisten_s5_kembali")
    sheet.remove("g5_asisten")
    sheet.remove("tahap5_paraf_asisten")
    sheet.property("tahap5_paraf_sekda", "kembali_ke", "tahap5_paraf_kabag")


def _reorder(sheet: Sheet) -> None:
    sheet.turn("alur_s5_mulai_tahap5_paraf_kabag", "tahap5_paraf_asisten")
    sheet.turn("alur_g5_asisten_tahap5_paraf_sekda", "tahap5_paraf_kabag")
    sheet.turn("alur_g5_kabag_tahap5_paraf_asisten", "tahap5_paraf_sekda")
    sheet.property("tahap5_paraf_asisten", "kembali_ke", "")
    sheet.property("tahap5_paraf_kabag", "kembali_ke", "tahap5_paraf_asisten")


def _add_a_gateway(sheet: Sheet) -> None:
    here = sheet.at("tahap1_telaah").getparent()
    sheet.put("exclusiveGateway", here, id="g1_cepat", default="alur_g1_cepat_tahap1_telaah")
    sheet.turn("alur_tahap1_permohonan_tahap1_telaah", "g1_cepat")
    sheet.flow("g1_cepat", "tahap1_telaah")
    sheet.flow("g1_cepat", "tahap1_kategori", 'jenis_naskah == "adendum"')


def _change_a_condition(sheet: Sheet) -> None:
    [text] = sheet.at("alur_g3_hasil_tahap3_pembahasan")
    text.text = 'tahap3_pembahasan.hasil == "revisi" and len(mitra) > 0'


def _read_another_answer(sheet: Sheet) -> None:
    """A condition that asks for an answer that steered nothing before."""
    [text] = sheet.at("alur_g1_telaah_tahap1_permohonan")
    text.text = 'tahap1_telaah.hasil == "perbaikan" or tahap1_permohonan.lokasi == "x"'


def _add_a_closing_timer(sheet: Sheet) -> None:
    sheet.timer("t3_lama", "tahap3_pembahasan", "timeDuration", "90 hari kerja", closes=True)
    sheet.flow("t3_lama", "akhir_dihentikan_pembahasan")


def _add_a_ringing_timer(sheet: Sheet) -> None:
    sheet.task("tahap5_ingat", "tahap5_paraf_kabag", "Paraf terlambat")
    sheet.timer("t5_sekda", "tahap5_paraf_sekda", "timeDuration", "400 hari kerja", closes=False)
    sheet.flow("t5_sekda", "tahap5_ingat")
    here = sheet.at("tahap5_ingat").getparent()
    sheet.put("endEvent", here, id="s5_diingatkan")
    sheet.flow("tahap5_ingat", "s5_diingatkan")


def _remove_timers(sheet: Sheet) -> None:
    sheet.erase_event("s3_diam")
    sheet.cut("alur_s3_anggap_sesuai_s3_diam_akhir")
    sheet.erase("s3_anggap_sesuai")
    sheet.erase("s3_diam_akhir")


def _change_a_timer(sheet: Sheet) -> None:
    sheet.expression("s4_diam", "hari_kerja(60, tahap4_permohonan_dprd.tanggal_terima)")


def _change_the_waiting(sheet: Sheet) -> None:
    sheet.expression(
        "tahap7_tunggu",
        "tanggal_terawal(tambah_bulan(berlaku_sejak, 3 * putaran), berlaku_sampai)",
    )


def _size_of_a_loop(sheet: Sheet) -> None:
    loop = sheet.at("tahap5_pihak").find(b("multiInstanceLoopCharacteristics"))
    loop.set(c("collection"), "mitra")


def _a_lane(sheet: Sheet) -> None:
    lanes = sheet.root.find(f".//{b('laneSet')}")
    sheet.put("lane", lanes, id="lajur_hukum", name="Bagian Hukum")


def _inside_an_event(sheet: Sheet) -> None:
    sheet.task("penarikan_persetujuan", "penarikan_berita_acara", "Persetujuan penarikan")
    sheet.between("alur_penarikan_berita_acara_ditarik", "penarikan_persetujuan")


def _decision_row(sheet: Sheet) -> None:
    table = sheet.files["persetujuan_dprd.dmn"].decode()
    sheet.files["persetujuan_dprd.dmn"] = table.replace(
        "<description>", "<description>(2) "
    ).encode()


def _decision_rule(sheet: Sheet) -> None:
    """The council is asked in any case."""
    table = sheet.files["persetujuan_dprd.dmn"].decode()
    before = '<outputEntry id="tidak_perlu_hasil"><text>false'
    assert before in table
    sheet.files["persetujuan_dprd.dmn"] = table.replace(before, before[:-5] + "true").encode()


def _deadline(sheet: Sheet) -> None:
    sheet.at("tahap4_keputusan_dprd").set(c("dueDate"), "60 hari kerja")
    sheet.at("tahap2_kesediaan").set(c("dueDate"), "20 hari kerja")
    sheet.at("tahap5_paraf_sekda").set(c("dueDate"), "3 hari kerja")


def _texts(sheet: Sheet) -> None:
    sheet.files["pesan/tugas_baru.txt"] += b"\n"


def _documentation(sheet: Sheet) -> None:
    sheet.at("tahap1_telaah").find(b("documentation")).text = "Telaah dengan teliti."
    sheet.at("tahap3_pembahasan").set("name", "Pembahasan Tim Koordinasi")


def _role(sheet: Sheet) -> None:
    sheet.at("tahap1_telaah").set(c("candidateGroups"), "ketua_tkksd")
    sheet.at("tahap5_paraf_kabag").set(c("candidateGroups"), "asisten")
    sheet.at("tahap4_keputusan_dprd").set(c("candidateGroups"), "sekda")


def _stages(sheet: Sheet) -> None:
    for found in sheet.root.xpath("//camunda:property[@name='tahap']", namespaces=NAMES):
        number, _, name = found.get("value").partition(" ")
        found.set("value", f"{int(number) + 1} {name}")
    sheet.property("tahap1_permohonan", "tahap", "1 Prakarsa")


def _parallel(sheet: Sheet) -> None:
    """A second opinion beside the review, which both have to be in."""
    here = sheet.at("tahap1_telaah").getparent()
    sheet.task("tahap1_pendapat", "tahap1_telaah", "Pendapat hukum")
    sheet.put("parallelGateway", here, id="g1_bagi")
    sheet.put("parallelGateway", here, id="g1_kumpul")
    sheet.turn("alur_tahap1_permohonan_tahap1_telaah", "g1_bagi")
    sheet.turn("alur_tahap1_telaah_g1_telaah", "g1_kumpul")
    sheet.flow("g1_bagi", "tahap1_telaah")
    sheet.flow("g1_bagi", "tahap1_pendapat")
    sheet.flow("tahap1_pendapat", "g1_kumpul")
    sheet.flow("g1_kumpul", "g1_telaah")


def _rename(sheet: Sheet) -> None:
    for before, after in RENAMED.items():
        sheet.rename(before, after)


def _rename_a_part(sheet: Sheet) -> None:
    sheet.rename("tahap5_pihak", "tahap5_pemarafan")
    sheet.property("tahap5_pemarafan", "dahulu", "tahap5_pihak")


def _fields(sheet: Sheet) -> None:
    sheet.field("tahap1_telaah", "pendapat")
    sheet.field("tahap3_pembahasan", "simpulan")


RENAMED = {
    "tahap1_telaah": "tahap1_pemeriksaan",
    "tahap5_paraf_sekda": "tahap5_paraf_terakhir",
}
EDITS = [
    Edit(name="a task added inside a loop", change=_add_a_task),
    Edit(
        name="a task removed",
        change=_remove_a_task,
        stays_at=frozenset({"tahap5_paraf_asisten"}),
    ),
    Edit(
        name="a task removed, with where to go on",
        change=_remove_a_task,
        replacements={"tahap5_paraf_asisten": "tahap5_paraf_sekda"},
    ),
    Edit(
        name="tasks renamed",
        change=_rename,
        replacements=RENAMED,
    ),
    Edit(
        name="a sub-process renamed, as the shape itself says",
        change=_rename_a_part,
    ),
    Edit(name="tasks put into another order", change=_reorder),
    Edit(name="a gateway added", change=_add_a_gateway),
    Edit(name="a condition changed", change=_change_a_condition),
    Edit(name="a condition on an answer that was kept nowhere", change=_read_another_answer),
    Edit(name="a closing timer added", change=_add_a_closing_timer),
    Edit(name="a timer added that opens a task", change=_add_a_ringing_timer),
    Edit(name="timers removed", change=_remove_timers),
    Edit(name="a boundary timer changed", change=_change_a_timer),
    Edit(name="a waiting time changed", change=_change_the_waiting),
    Edit(
        name="form fields added",
        change=_fields,
    ),
    Edit(
        name="a form field removed",
        change=lambda s: s.drop_field("kak_memadai"),
    ),
    Edit(name="roles changed", change=_role),
    Edit(name="deadlines changed", change=_deadline),
    Edit(
        name="reminders changed",
        change=lambda s: s.property("tahap1_telaah", "pengingat", "-1 hari kerja; 0"),
    ),
    Edit(
        name="escalations changed",
        change=lambda s: s.property("tahap5_paraf_kabag", "eskalasi", "+4 hari kerja: sekda"),
    ),
    Edit(name="the size of a loop changed", change=_size_of_a_loop),
    Edit(name="a message text changed", change=_texts, words_only=True),
    Edit(name="the description of a decision changed", change=_decision_row, words_only=True),
    Edit(name="a row of a decision changed", change=_decision_rule),
    Edit(name="stages renumbered", change=_stages),
    Edit(name="a lane added", change=_a_lane, words_only=True),
    Edit(name="an event sub-process changed", change=_inside_an_event),
    Edit(
        name="an end with another status",
        change=lambda s: s.property("akhir_ditolak", "status", "stopped"),
    ),
    Edit(name="documentation and a name changed", change=_documentation, words_only=True),
    Edit(
        name="a parallel branch added",
        change=_parallel,
        stays_at=frozenset({"tahap1_telaah"}),
    ),
]
