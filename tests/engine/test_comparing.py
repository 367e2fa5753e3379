"""What differs between two folders is told in words an owner knows, and nothing is left out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from lxml import etree

import processes
from processes.actions.procedures import read_folder
from processes.engine.attributes import BPMN
from processes.engine.comparing import Weight, compare, is_text_only, marks_after, marks_before
from processes.engine.picture.marking import Mark

KSDD = read_folder(Path(processes.__file__ or "").parent / "ksdd")
DIAGRAM = "ksdd.bpmn"
Files = dict[str, bytes]
Edit = Callable[[Files], None]
#: words that only programmers know
FOREIGN = re.compile(
    r"\b(bpmn|dmn|xml|gateway|task|flow|event|sequence|camunda|property|boolean|string|enum|id)\b"
    r"|</|\{|None|True",
    re.IGNORECASE,
)


def in_file(path: str, old: str, new: str, *, behind: str = "") -> Edit:
    """Another text in a file, the first behind a mark."""

    def edit(files: Files) -> None:
        text = files[path].decode()
        start = text.index(behind)
        place = text.index(old, start)
        files[path] = (text[:place] + new + text[place + len(old) :]).encode()

    return edit


def at(element: str, old: str, new: str) -> Edit:
    """Another text in the diagram, the first behind the id of an element."""
    return in_file(DIAGRAM, old, new, behind=f' id="{element}"')


def anywhere(old: str, new: str) -> Edit:
    """The same other text wherever it stands in the diagram."""

    def edit(files: Files) -> None:
        assert old.encode() in files[DIAGRAM]
        files[DIAGRAM] = files[DIAGRAM].replace(old.encode(), new.encode())

    return edit


def put(path: str, content: bytes | None) -> Edit:
    """A file that is new, or none."""

    def edit(files: Files) -> None:
        if content is None:
            del files[path]
        else:
            files[path] = content

    return edit


def cut(*elements: str) -> Edit:
    """Elements taken out of the diagram, as an editor does, with their pictures."""

    def edit(files: Files) -> None:
        root = etree.fromstring(files[DIAGRAM])
        for node in list(root.iter()):
            if {node.get("id"), node.get("bpmnElement"), node.text} & set(elements):
                node.getparent().remove(node)
        files[DIAGRAM] = etree.tostring(root)

    return edit


def new_paraf(files: Files) -> None:
    """The paraf of the Kabag Hukum between two others: the first of the ten edits."""
    root = etree.fromstring(files[DIAGRAM])
    asisten = root.find(f".//{{{BPMN}}}userTask[@id='tahap5_paraf_asisten']")
    assert asisten is not None
    added = etree.fromstring(etree.tostring(asisten))
    added.set("id", "tahap5_paraf_hukum")
    added.set("name", "Paraf Kabag Hukum")
    added.set("{http://camunda.org/schema/1.0/bpmn}candidateGroups", "kabag_hukum")
    asisten.addnext(added)
    flow = root.find(f".//{{{BPMN}}}sequenceFlow[@id='alur_g5_kabag_tahap5_paraf_asisten']")
    assert flow is not None
    flow.set("targetRef", "tahap5_paraf_hukum")
    further = etree.SubElement(asisten.getparent(), f"{{{BPMN}}}sequenceFlow")
    for name, value in (
        ("id", "alur_hukum"),
        ("sourceRef", "tahap5_paraf_hukum"),
        ("targetRef", "tahap5_paraf_asisten"),
    ):
        further.set(name, value)
    files[DIAGRAM] = etree.tostring(root)


DEADLINE = "tahap2_kesediaan"
KABAG = "tahap5_paraf_kabag"
REMINDERS = "-2 hari kerja; 0; +2 hari kerja berulang 3"
TABLE = "persetujuan_dprd.dmn"
RULE, TEXT, LAYOUT = Weight.RULE, Weight.TEXT, Weight.LAYOUT

EDITS: dict[str, tuple[Edit, str, Weight]] = {
    "a deadline": (
        at(DEADLINE, '"30 hari kerja"', '"45 hari kerja"'),
        "Tahap 2, Jawaban kesediaan kepala daerah: tenggat 30 → 45 hari kerja",
        RULE,
    ),
    "a deadline in another unit": (
        at(DEADLINE, '"30 hari kerja"', '"2 bulan"'),
        "Tahap 2, Jawaban kesediaan kepala daerah: tenggat 30 hari kerja → 2 bulan",
        RULE,
    ),
    "a deadline taken away": (
        at(KABAG, ' camunda:dueDate="2 hari kerja"', ""),
        "Tahap 5, Paraf Kabag: tenggat dihapus, tadinya 2 hari kerja",
        RULE,
    ),
    "the silence of the council": (
        at("s4_diam_def", "hari_kerja(45,", "hari_kerja(60,"),
        "Tahap 4, Kejadian pada tugas “Dianggap setuju”: waktu 45 → 60 hari kerja sejak "
        "“tahap4_permohonan_dprd.tanggal_terima”",
        RULE,
    ),
    "another kind of timer": (
        at("s3_diam_def", "timeDuration", "timeDate"),
        "",
        RULE,
    ),
    "a role": (
        at(KABAG, 'candidateGroups="kabag"', 'candidateGroups="kabag_hukum"'),
        "Tahap 5, Paraf Kabag: peran Kepala Bagian → Kepala Bagian Hukum",
        RULE,
    ),
    "whose role": (
        at("tahap3_pembahasan", 'name="daerah" value="pemrakarsa"', 'name="daerah" value="mitra"'),
        "Tahap 3, Pembahasan TKKSD: daerah yang mengerjakan daerah pemrakarsa → daerah mitra",
        RULE,
    ),
    "a reminder more": (
        at(KABAG, REMINDERS, "-5 hari kerja; " + REMINDERS),
        "Tahap 5, Paraf Kabag: pengingat ditambah 5 hari kerja sebelum tenggat",
        RULE,
    ),
    "a reminder less": (
        at(KABAG, REMINDERS, REMINDERS.replace("0; ", "")),
        "Tahap 5, Paraf Kabag: pengingat dikurangi pada hari tenggat",
        RULE,
    ),
    "an escalation": (
        at(KABAG, "+5 hari kerja: sekda", "+5 hari kerja: sekda, alihkan"),
        "Tahap 5, Paraf Kabag: eskalasi ditambah 5 hari kerja sesudah tenggat mengalihkan kepada "
        "Sekretaris Daerah dan dikurangi 5 hari kerja sesudah tenggat memberi tahu Sekretaris "
        "Daerah",
        RULE,
    ),
    "the assurance": (
        at(KABAG, 'value="tautan+kode"', 'value="masuk"'),
        "Tahap 5, Paraf Kabag: jaminan tautan dan kode → masuk dengan akun",
        RULE,
    ),
    "what is sent back": (
        at("tahap1_surat", '"tahap1_permohonan, tahap1_telaah"', '"tahap1_permohonan"'),
        "Tahap 1, Mengirim surat permohonan: tujuan pengembalian dikurangi Telaah TKKSD",
        RULE,
    ),
    "a legal basis": (
        at(KABAG, "Target internal; pengaturan pemilik proses", "SK Bupati 12/2026"),
        "Tahap 5, Paraf Kabag: dasar “Target internal; pengaturan pemilik proses” → "
        "“SK Bupati 12/2026”",
        TEXT,
    ),
    "an instruction": (
        at(KABAG, "Periksa naskah, lalu", "Periksa naskah dengan teliti, lalu"),
        "Tahap 5, Paraf Kabag: petunjuk diubah",
        TEXT,
    ),
    "the name of a task": (
        at(KABAG, 'name="Paraf Kabag"', 'name="Paraf Kepala Bagian"'),
        "Tahap 5, Paraf Kepala Bagian: nama “Paraf Kabag” → “Paraf Kepala Bagian”",
        TEXT,
    ),
    "the name of a stage": (
        anywhere('value="5 Pemarafan"', 'value="5 Paraf Naskah"'),
        "Prosedur: nama tahap 5 “Pemarafan” → “Paraf Naskah”",
        TEXT,
    ),
    "the number of a stage": (
        at(KABAG, 'value="5 Pemarafan"', 'value="4 Persetujuan DPRD"'),
        "Tahap 4, Paraf Kabag: tahap “5 Pemarafan” → “4 Persetujuan DPRD”",
        RULE,
    ),
    "the name of a gateway": (
        at("g3_hasil", 'name="Hasil?"', 'name="Hasil pembahasan?"'),
        "Tahap 3, Gerbang pilihan “Hasil pembahasan?”: nama “Hasil?” → “Hasil pembahasan?”",
        TEXT,
    ),
    "the default flow": (
        at("g3_hasil", "alur_g3_hasil_g3_tanda", "alur_g3_hasil_tahap3_pembahasan"),
        "Tahap 3, Gerbang pilihan “Hasil?”: alur bawaan menuju Gerbang pilihan "
        "“Ditandatangani semua?” → menuju Pembahasan TKKSD",
        RULE,
    ),
    "a condition": (
        at("alur_g1_telaah_tahap1_permohonan", '"perbaikan"</', '"kembali"</'),
        "Tahap 1, Alur “perbaikan” (Gerbang pilihan “Lengkap?” → Menyusun permohonan dan KAK): "
        'syarat “tahap1_telaah.hasil == "perbaikan"” → “tahap1_telaah.hasil == "kembali"”',
        RULE,
    ),
    "a flow redirected": (
        at(
            "alur_tahap1_kategori_tahap1_surat",
            'targetRef="tahap1_surat"',
            'targetRef="tahap2_pihak"',
        ),
        "Tahap 1, Alur Wajib atau sukarela? → Mengirim surat permohonan: dialihkan, kini menuju "
        "Kesediaan setiap calon mitra",
        RULE,
    ),
    "a flow taken out": (
        cut("alur_g2_tindak_tahap1_permohonan"),
        "Tahap 2, Alur “ajukan ulang” (Gerbang pilihan “Tindakan?” → Menyusun permohonan dan "
        "KAK): dihapus",
        RULE,
    ),
    "a task added": (
        new_paraf,
        "Tahap 5, Paraf Kabag Hukum: Tugas ini ditambahkan sesudah Gerbang pilihan “Diparaf?” dan "
        "sebelum Paraf Asisten",
        RULE,
    ),
    "a task taken out": (
        cut("tahap2_surat_kedua"),
        "Tahap 2, Surat kedua: Tugas ini dihapus",
        RULE,
    ),
    "an end of another kind": (
        at("akhir_ditolak", 'name="status" value="rejected"', 'name="status" value="stopped"'),
        "Tahap 2, Akhir “Ditolak”: keadaan akhir ditolak → dihentikan",
        RULE,
    ),
    "a script": (
        at("siapkan", "jeda_bulan = 6", "jeda_bulan = 3"),
        "Tahap 1, Pengaturan dan catatan awal: isi catatan otomatis diubah",
        RULE,
    ),
    "a table for a task": (
        at("tahap4_perlu", 'decisionRef="persetujuan_dprd"', 'decisionRef="kategori"'),
        "Tahap 4, Perlu persetujuan DPRD?: tabel Perlukah persetujuan DPRD daerah ini? → Kerja "
        "sama wajib atau sukarela",
        RULE,
    ),
    "whether an event ends its task": (
        at("s2_diam_30", 'cancelActivity="false"', 'cancelActivity="true"'),
        "Tahap 2, Kejadian pada tugas “30 hk”: menghentikan pekerjaan yang berjalan tidak → ya",
        RULE,
    ),
    "when a loop stops": (
        at("tahap4_pihak", '["tidak_setuju", "perbaikan"]', '["tidak_setuju"]'),
        "Tahap 4, Persetujuan DPRD setiap pihak: syarat berhenti mengulang “keputusan_daerah."
        'keputusan in ["tidak_setuju", "perbaikan"]” → “keputusan_daerah.keputusan in '
        '["tidak_setuju"]”',
        RULE,
    ),
    "one after the other": (
        at(
            "tahap2_pihak",
            'camunda:elementVariable="m"',
            'camunda:elementVariable="m" isSequential="true"',
        ),
        "Tahap 2, Kesediaan setiap calon mitra: urutan ulangan bersamaan → satu per satu",
        RULE,
    ),
    "a lane": (
        at("lajur_tkksd", 'name="TKKSD"', 'name="Tim Koordinasi"'),
        "Lajur “Tim Koordinasi”: nama “TKKSD” → “Tim Koordinasi”",
        TEXT,
    ),
    "a setting of the whole procedure": (
        in_file(DIAGRAM, "90; 60; 30; 7; 0", "90; 30; 7; 0"),
        "Prosedur: pengingat akhir masa berlaku dikurangi 60 hari sebelum berakhir",
        RULE,
    ),
    "a question added": (
        at(
            "tahap1_permohonan",
            "<camunda:formData>",
            '<camunda:formData><camunda:formField id="camat" label="Camat" type="string">'
            '<camunda:validation><camunda:constraint name="required" config="true"/>'
            "</camunda:validation></camunda:formField>",
        ),
        "Tahap 1, Menyusun permohonan dan KAK: isian “Camat” ditambahkan (teks, wajib diisi)",
        RULE,
    ),
    "a question taken out": (
        cut("lokasi"),
        "Tahap 1, Menyusun permohonan dan KAK: isian “Lokasi” dihapus",
        RULE,
    ),
    "a question required": (
        at(
            "tahap3_konfirmasi",
            'id="catatan" label="Catatan" type="string">',
            'id="catatan" label="Catatan" type="string"><camunda:validation><camunda:constraint '
            'name="required" config="true"/></camunda:validation>',
        ),
        "Tahap 3, Konfirmasi hasil pembahasan: isian “Catatan” kini wajib diisi",
        RULE,
    ),
    "another kind of answer": (
        at("lokasi", 'type="string"', 'type="date"'),
        "Tahap 1, Menyusun permohonan dan KAK: jenis isian “Lokasi” teks → tanggal",
        RULE,
    ),
    "the words of a question": (
        at("lokasi", 'label="Lokasi"', 'label="Tempat"'),
        "Tahap 1, Menyusun permohonan dan KAK: pertanyaan “Lokasi” → “Tempat”",
        TEXT,
    ),
    "the explanation of a question": (
        at("jangka_waktu_bulan", "Paling lama 60 bulan.", "Paling lama lima tahun."),
        "Tahap 1, Menyusun permohonan dan KAK: penjelasan pada isian “Jangka waktu (bulan)” diubah",
        TEXT,
    ),
    "a limit": (
        at("jangka_waktu_bulan", 'config="60"', 'config="48"'),
        "Tahap 1, Menyusun permohonan dan KAK: nilai tertinggi pada isian “Jangka waktu (bulan)” "
        "“60” → “48”",
        RULE,
    ),
    "a choice more": (
        at(
            "cara_kirim",
            "<camunda:value",
            '<camunda:value id="faks" name="Faksimile"/><camunda:value',
        ),
        "Tahap 1, Mengirim surat permohonan: pilihan pada isian “Cara pengiriman” ditambah "
        "Faksimile",
        RULE,
    ),
    "a choice less": (
        cut("srikandi"),
        "Tahap 1, Mengirim surat permohonan: pilihan pada isian “Cara pengiriman” dikurangi "
        "SRIKANDI",
        RULE,
    ),
    "the words of a choice": (
        at("cara_kirim", 'name="Kurir atau pos"', 'name="Pos"'),
        "Tahap 1, Mengirim surat permohonan: pilihan pada isian “Cara pengiriman” “Kurir atau pos”"
        " → “Pos”",
        TEXT,
    ),
    "when a question is required": (
        at(KABAG, 'value="paraf == &quot;kembalikan&quot;"', 'value="paraf != null"'),
        'Tahap 5, Paraf Kabag: wajib jika pada isian “Catatan” “paraf == "kembalikan"” → “paraf '
        "!= null”",
        RULE,
    ),
    "the order of conditions": (
        lambda files: reorder(files, "alur_g3_hasil_akhir_dihentikan_pembahasan"),
        "Tahap 3, Gerbang pilihan “Hasil?”: urutan pemeriksaan syarat pada alur keluarnya berubah",
        RULE,
    ),
    "a cell of a table": (
        in_file(TABLE, ">true<", ">false<", behind='"perlu_karena_daerah_hasil"'),
        "Tabel “Perlukah persetujuan DPRD daerah ini?”: baris 2, kolom “Perlu DPRD?” ya → tidak",
        RULE,
    ),
    "a row more": (
        in_file(
            "kategori.dmn",
            '<rule id="kategori_wajib">',
            '<rule id="baru"><inputEntry id="b1"><text>false</text></inputEntry>'
            '<inputEntry id="b2"><text>true</text></inputEntry><outputEntry id="b3">'
            '<text>"wajib"</text></outputEntry></rule><rule id="kategori_wajib">',
        ),
        "Tabel “Kerja sama wajib atau sukarela”: baris 1 ditambahkan: Daerah berbatasan? tidak dan "
        "Eksternalitas lintas daerah? ya → Kategori “wajib”",
        RULE,
    ),
    "a row less": (
        in_file(TABLE, '<rule id="tidak_perlu">', '<rule id="lain">'),
        "",
        LAYOUT,
    ),
    "which row counts": (
        in_file(TABLE, 'hitPolicy="UNIQUE"', 'hitPolicy="FIRST"'),
        "Tabel “Perlukah persetujuan DPRD daerah ini?”: cara memilih baris tepat satu baris yang "
        "cocok → baris teratas yang cocok",
        RULE,
    ),
    "what a column asks": (
        in_file(TABLE, "beban_daerah.teranggarkan", "beban_daerah.terdanai"),
        "Tabel “Perlukah persetujuan DPRD daerah ini?”: kolom “Sudah teranggarkan?”, yang diperiksa"
        " “beban_daerah.teranggarkan” → “beban_daerah.terdanai”",
        RULE,
    ),
    "the title of a column": (
        in_file(TABLE, "Sudah teranggarkan?", "Ada anggaran?"),
        "Tabel “Perlukah persetujuan DPRD daerah ini?”: judul kolom “Sudah teranggarkan?” → “Ada "
        "anggaran?”",
        TEXT,
    ),
    "a remark in a table": (
        in_file(TABLE, "Tidak membebani dan sudah", "Tidak membebani tetapi sudah"),
        "Tabel “Perlukah persetujuan DPRD daerah ini?”: keterangannya diubah",
        TEXT,
    ),
    "a message": (
        in_file("pesan/tugas_baru.txt", "Dengan hormat,", "Salam hormat,"),
        "Pesan “tugas_baru”: isinya diubah",
        TEXT,
    ),
    "a new message": (
        put("pesan/lain.txt", b"Perihal\n\nIsi"),
        "Pesan “lain”: ditambahkan",
        TEXT,
    ),
    "a letter": (
        put("surat/permohonan.docx", b"PK\x00\xff" * 500),
        "Surat “permohonan.docx”: isinya diubah (9,9 kB → 2,0 kB)",
        TEXT,
    ),
    "a letter taken out": (
        put("surat/undangan.docx", None),
        "Surat “undangan.docx”: dihapus",
        TEXT,
    ),
    "a scenario": (
        put("skenario/wajib.toml", b'judul = "Wajib"'),
        "Skenario “wajib.toml”: ditambahkan",
        TEXT,
    ),
    "a new role": (
        in_file("peran.toml", 'sekda = "', 'inspektur = "Inspektur"\nsekda = "'),
        "Peran “Inspektur”: ditambahkan",
        RULE,
    ),
    "what a role is called": (
        in_file("peran.toml", '"Sekretaris Daerah"', '"Sekda"'),
        "Peran “Sekda”: nama “Sekretaris Daerah” → “Sekda”",
        TEXT,
    ),
    "a superior": (
        in_file("peran.toml", 'atasan = "asisten"', 'atasan = "sekda"'),
        "Peran “Kepala Bagian”: atasan Asisten → Sekretaris Daerah",
        RULE,
    ),
    "a holder for each case": (
        in_file("peran.toml", "pilih_per_perkara = true, ", ""),
        "Peran “Asisten”: tidak lagi dipilih satu pejabat untuk setiap perkara",
        RULE,
    ),
    "the identifier of a task": (
        anywhere("tahap1_telaah", "tahap1_telaah_staf"),
        "Tahap 1, Telaah TKKSD: pengenal “tahap1_telaah” → “tahap1_telaah_staf”",
        RULE,
    ),
    "a shape at another place": (
        at("tahap1_permohonan_di", 'x="', 'x="1'),
        "",
        LAYOUT,
    ),
    "a technical setting": (
        at(KABAG, 'name="Paraf Kabag"', 'name="Paraf Kabag" camunda:asyncBefore="true"'),
        "Tahap 5, Paraf Kabag: ada pengaturan teknis yang berubah di luar yang dikenal di sini",
        RULE,
    ),
    "how the file is written": (
        lambda files: files.update({DIAGRAM: etree.tostring(etree.fromstring(files[DIAGRAM]))}),
        "Gambar: ditulis ulang tanpa mengubah isinya",
        LAYOUT,
    ),
    "a diagram that is none": (
        put(DIAGRAM, b"<bpmn"),
        "Gambar: tidak dapat dibaca, sehingga perubahannya tidak dapat diuraikan",
        RULE,
    ),
}


def reorder(files: Files, flow: str) -> None:
    """A flow behind all others."""
    root = etree.fromstring(files[DIAGRAM])
    found = root.find(f".//{{{BPMN}}}sequenceFlow[@id='{flow}']")
    assert found is not None
    parent = found.getparent()
    parent.remove(found)
    parent.append(found)
    files[DIAGRAM] = etree.tostring(root)


def edited(edit: Edit) -> Files:
    files = dict(KSDD)
    edit(files)
    return files


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_told_in_words_with_its_weight(name: str) -> None:
    edit, sentence, weight = EDITS[name]
    changes = compare(KSDD, edited(edit))
    said = [change.say() for change in changes]
    assert sentence in said or not sentence, said
    assert max(change.weight for change in changes) == weight, said
    assert is_text_only(changes) is (weight is not RULE)
    told = [*said, *(line.say() for change in changes for line in change.lines)]
    quoted = re.compile("“[^”]*”|[a-z0-9_]+[.(][^ ]*")
    assert not [each for each in said if FOREIGN.search(quoted.sub("", each))], told
    english = [change.say("en") for change in changes]
    assert len(set(english)) == len(set(said))


def test_there_are_enough_kinds_of_edits() -> None:
    assert len([each for each in EDITS.values() if each[1]]) >= 50


def test_what_stays_the_same_is_not_told() -> None:
    assert compare(KSDD, dict(KSDD)) == []
    assert is_text_only([])


def test_an_edit_and_its_opposite_touch_the_same_shapes() -> None:
    for edit, _, weight in EDITS.values():
        there, back = compare(KSDD, edited(edit)), compare(edited(edit), KSDD)
        assert is_text_only(there) is is_text_only(back) is (weight is not RULE)
        assert {change.before for change in there} == {change.after for change in back}


def test_the_new_task_is_described_and_drawn_as_new() -> None:
    changes = compare(KSDD, edited(new_paraf))
    added = next(change for change in changes if change.after == "tahap5_paraf_hukum")
    lines = [line.say() for line in added.lines]
    assert "+ peran: Kepala Bagian Hukum" in lines
    assert "+ tenggat: 2 hari kerja" in lines
    assert "+ isian “Paraf” (pilihan, wajib diisi)" in lines
    assert marks_after(changes)["tahap5_paraf_hukum"] is Mark.ADDED
    assert marks_after(changes)["alur_hukum"] is Mark.ADDED
    assert marks_after(changes)["alur_g5_kabag_tahap5_paraf_asisten"] is Mark.CHANGED
    assert "tahap5_paraf_hukum" not in marks_before(changes)
    gone = marks_before(compare(edited(new_paraf), KSDD))
    assert gone["tahap5_paraf_hukum"] is gone["alur_hukum"] is Mark.REMOVED


def test_lines_of_a_text_that_went_and_came_are_shown() -> None:
    edit = in_file("pesan/tugas_baru.txt", "Dengan hormat,", "Salam hormat,")
    [change] = compare(KSDD, edited(edit))
    assert [line.say() for line in change.lines] == ["- Dengan hormat,", "+ Salam hormat,"]
    endless = put("pesan/tugas_baru.txt", b"baris\n" * 500)
    [change] = compare(KSDD, edited(endless))
    assert len(change.lines) <= 61
    assert "baris lagi" in change.lines[-1].say()


def test_a_shape_that_was_drawn_anew_is_found_by_its_name_neighbours_or_place() -> None:
    new_id = anywhere('"g3_hasil"', '"Gateway_0abc"')

    def references(files: Files) -> None:
        new_id(files)
        files[DIAGRAM] = files[DIAGRAM].replace(b">g3_hasil<", b">Gateway_0abc<")

    for more in (
        lambda files: None,
        at("Gateway_0abc", 'name="Hasil?"', 'name="Bagaimana hasilnya?"'),
    ):

        def edit(files: Files, further: Edit = more) -> None:
            references(files)
            further(files)

        said = [change.say() for change in compare(KSDD, edited(edit))]
        assert any("pengenal “g3_hasil” → “Gateway_0abc”" in each for each in said), said
        assert not any("ditambahkan" in each or "dihapus" in each for each in said), said


#: elements of which nothing is for the engine, and properties that only people read
FOR_PEOPLE = {
    "documentation",
    "incoming",
    "outgoing",
    "flowNodeRef",
    "textAnnotation",
    "lane",
    "laneSet",
}
READ_BY_PEOPLE = ("dasar", "bantuan")


def stripped(content: bytes) -> bytes:
    """A diagram without what only people read and where things are drawn, by rules of our own."""
    root = etree.fromstring(content, etree.XMLParser(remove_blank_text=True))
    for node in list(root.iter()):
        name, own = etree.QName(node).localname, node.get("name", node.get("id"))
        is_read = name == "property" and own in READ_BY_PEOPLE
        if "bpmndi" in (node.prefix or "") or name in FOR_PEOPLE or is_read:
            node.getparent().remove(node)
        else:
            strip_words(node, name)
        if not (node.text or "").strip():
            node.text = None  # what is left blank where the only child was removed
    for name in ("properties", "extensionElements"):
        for node in list(root.iter("{*}" + name)):
            if not len(node):
                node.getparent().remove(node)
    return etree.tostring(root, method="c14n")


def strip_words(node: etree._Element, name: str) -> None:
    if name.endswith("EventDefinition") or name in ("sequenceFlow", "collaboration"):
        node.attrib.pop("id", None)  # only the default of a gateway and the drawing ask for it
    if node.get("name") == "tahap":
        node.set("value", node.get("value", "").split()[0])
    elif name == "formField":
        node.set("label", "")
    elif name not in ("property", "constraint", "message", "signal"):
        node.attrib.pop("name", None)


def test_random_edits_are_text_only_exactly_when_nothing_else_differs() -> None:
    chance = random.Random(7)
    nodes = len(list(etree.fromstring(KSDD[DIAGRAM]).iter()))
    texts = 0
    for _ in range(80):
        root = etree.fromstring(KSDD[DIAGRAM])
        node = list(root.iter())[chance.randrange(1, nodes)]
        if node.attrib and chance.random() < 0.7:
            name = chance.choice(list(node.attrib))
            node.set(name, node.get(name) + "9")
        elif (node.text or "").strip():
            node.text += " 9"
        else:
            node.getparent().remove(node)
        content = etree.tostring(root)
        changes = compare(KSDD, {**KSDD, DIAGRAM: content})
        assert changes
        same = stripped(content) == stripped(KSDD[DIAGRAM])
        texts += same
        if not same and is_text_only(changes):
            raise AssertionError([etree.tostring(node)[:300], [c.say() for c in changes]])
    assert 15 < texts < 75


def test_nothing_that_a_file_holds_stops_a_comparison() -> None:
    broken: list[Mapping[str, bytes]] = [
        {},
        {DIAGRAM: b""},
        {DIAGRAM: b"<a/>"},
        {**KSDD, "peran.toml": b"\xff = [", "kategori.dmn": b"<", "pesan/tugas_baru.txt": b"\xff"},
        {**KSDD, DIAGRAM: KSDD[DIAGRAM][: len(KSDD[DIAGRAM]) // 2]},
    ]
    for files in broken:
        for pair in ((KSDD, files), (files, KSDD)):
            changes = compare(*pair)
            assert changes
            assert not is_text_only(changes)
            assert all(change.say() and change.say("en") for change in changes)
