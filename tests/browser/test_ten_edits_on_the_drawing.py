"""What an owner changes on the drawing: by clicking only, to published, and in a new case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from processes.store.people import add_person, make_official
from tests.browser.conftest import owner_of
from tests.browser.owner_at_work import OwnerAtWork
from tests.conftest import made_once
from tests.journeys.answers import Journey
from tests.journeys.conftest import START
from tests.journeys.test_reminders import WIB, mails, working_days_after
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

BOGOR, SUKABUMI = "32.01", "32.02"
PAIR = [BOGOR, SUKABUMI]
PLANNED = "Menyusun permohonan dan KAK: Apakah objek tercantum dalam dokumen perencanaan daerah?"
#: scenarios that come to the stage of initials
WITH_INITIALS = (
    "dprd_diam", "jalan_lurus", "paraf_dikembalikan", "revisi", "tanpa_dprd", "tiga_pihak",
)  # fmt: skip
#: a step of a scenario in which somebody initials
STEP = 'jawab = "{task}"\ndaerah = "{region}"\nisian = {{ paraf = "paraf" }}\n'


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, settled_sqlite: Path, chromium: Browser
) -> Path:
    """The database of a town in which three of these edits stand in one version that was
    published; the fourth takes away what another one adds to."""

    def make(folder: Path) -> None:
        with owner_of(folder, settled_sqlite, chromium) as owner:
            appoint(owner.town, "kabag_hukum", "Kepala Bagian Hukum Kabupaten Bogor")
            owner.begin("Paraf Kabag Hukum, DPRD 60 hari kerja, objek di luar rencana")
            draw_another_initial(owner)
            give_the_council_sixty_days(owner)
            draw_a_branch(owner)
            initial_in_the_scenarios(owner)
            owner.publish("Paraf Kabag Hukum, DPRD 60 hari kerja, objek di luar rencana")

    return made_once(tmp_path_factory, "gambar", make) / "ksdd.sqlite3"


def initial_in_the_scenarios(owner: OwnerAtWork) -> None:
    for path in ("skenario/jalan_lurus.toml", "skenario/paraf_dikembalikan.toml"):
        owner.open_file(path)
        for region in PAIR:
            kabag = STEP.format(task="tahap5_paraf_kabag", region=region)
            hukum = STEP.format(task="paraf_kabag_hukum", region=region)
            owner.replace(kabag, f"{kabag}\n[[langkah]]\n{hukum}")


def test_the_head_of_the_legal_section_initials_too(town: Town) -> None:
    journey = Journey(town, PAIR).until("tahap5_paraf_kabag")
    journey.pass_with("tahap5_paraf_kabag", BOGOR)
    assert ("paraf_kabag_hukum", BOGOR) in journey.open
    assert "tahap5_paraf_asisten" not in journey.elements
    town.link(journey.id, "paraf_kabag_hukum", BOGOR)
    [to] = [to for _, to, subject, _ in mails(town) if "Paraf Kabag Hukum" in subject]
    assert to.startswith("kabag_hukum@")
    town.answer(journey.id, "paraf_kabag_hukum", BOGOR, paraf="kembalikan", catatan="Pasal 3")
    assert journey.elements == ["tahap3_pembahasan"]


def draw_another_initial(owner: OwnerAtWork) -> None:
    """A copy of a task in a flow, with a role of its own and a way back."""
    owner.find("Paraf Kabag")
    owner.pad("Salin tugas ini")
    owner.click_flow("g5_kabag", "tahap5_paraf_asisten")
    owner.pad("Tempel salinan di sini")
    owner.name("Paraf Kabag Hukum")
    owner.click_shape("paraf_kabag_hukum")
    owner.choose("ksdd-peran", "Kepala Bagian Hukum (kabag_hukum)")
    owner.picture("paraf")
    owner.click_flow("paraf_kabag_hukum", "tahap5_paraf_asisten")
    owner.pad("Sisipkan cabang di sini")
    owner.name("Diparaf Kabag Hukum?")
    owner.click_shape("diparaf_kabag_hukum")
    owner.connect("s5_kembali")
    owner.choose("ksdd-syarat-jawaban", "Paraf Kabag Hukum: Paraf")
    owner.choose("ksdd-syarat-nilai", "Mengembalikan")
    owner.leave()


def give_the_council_sixty_days(owner: OwnerAtWork) -> None:
    owner.find("Mencatat keputusan DPRD")
    owner.write("ksdd-tenggat", "60 hari kerja")
    owner.picture("dprd")
    owner.find("Dianggap setuju")
    owner.write("ksdd-jam-isi", "hari_kerja(60, tahap4_permohonan_dprd.tanggal_terima)")
    owner.open_file("skenario/dprd_diam.toml")
    owner.replace("DPRD diam 45", "DPRD diam 60")
    owner.replace("44 hari kerja", "59 hari kerja")
    owner.replace("2026-05-13", f"{working_days_after(date(2026, 3, 2), 60)}")
    owner.open_file("ksdd.bpmn")


def test_the_council_has_sixty_working_days(town: Town) -> None:
    journey = Journey(town, PAIR, burden=True).until("tahap4_keputusan_dprd")
    while "tahap4_permohonan_dprd" in journey.elements:
        journey.pass_with("tahap4_permohonan_dprd", journey.open[-1][1])
    last = working_days_after(START.astimezone(WIB).date(), 60)
    due = {task["due_at"] for task in journey.case["tasks"] if task["status"] == "open"}
    end = datetime(last.year, last.month, last.day, 16, tzinfo=WIB)
    assert {datetime.fromisoformat(each) for each in due} == {end}
    town.at(end.astimezone(UTC).replace(hour=8))
    assert journey.elements == ["tahap4_keputusan_dprd"] * 2
    town.at(end.astimezone(UTC).replace(hour=9, minute=30))
    assert journey.elements == ["tahap5_paraf_kabag"] * 2


def draw_a_branch(owner: OwnerAtWork) -> None:
    owner.find("tahap1_kategori")
    owner.click_flow("tahap1_kategori", "tahap1_surat")
    owner.pad("Sisipkan cabang di sini")
    owner.name("Objek di luar rencana?")
    owner.click_shape("objek_di_luar_rencana")
    owner.pad("Lanjutkan ke tugas pejabat")
    owner.name("Penjelasan objek")
    owner.click_shape("penjelasan_objek")
    owner.choose("ksdd-peran", "Kepala Bagian (kabag)")
    owner.connect("tahap1_surat")
    owner.click_flow("objek_di_luar_rencana", "penjelasan_objek")
    owner.choose("ksdd-syarat-jawaban", PLANNED)
    owner.choose("ksdd-syarat-nilai", "Tidak")
    owner.picture("cabang")
    owner.leave()


def test_a_branch_asks_once_more_where_an_object_is_not_planned(town: Town) -> None:
    planned = Journey(town, PAIR).until("tahap1_telaah")
    planned.pass_with("tahap1_telaah", BOGOR)
    assert planned.elements == ["tahap1_surat"]
    other = Journey(town, PAIR)
    unplanned = {"objek_terencana": False, "alasan_luar_rencana": "kondisi_darurat"}
    other.pass_with("tahap1_permohonan", BOGOR, **unplanned)
    other.pass_with("tahap1_telaah", BOGOR)
    assert other.open == [("penjelasan_objek", BOGOR)]
    town.answer(other.id, "penjelasan_objek", BOGOR)
    assert other.elements == ["tahap1_surat"]


def test_the_stage_of_initials_is_removed(owner: OwnerAtWork) -> None:
    owner.begin("Tanpa pemarafan")
    owner.find("Pemarafan setiap pihak")
    owner.picture("tahap_dihapus")
    owner.delete()
    owner.find("Ada yang dikembalikan?")
    owner.click_flow("g5_hasil", "tahap3_pembahasan")
    owner.delete()
    owner.click_shape("g5_hasil")
    owner.delete()
    for name in (
        "dprd_diam",
        "jalan_lurus",
        "paraf_dikembalikan",
        "revisi",
        "tanpa_dprd",
        "tiga_pihak",
    ):
        owner.remove_file(f"skenario/{name}.toml")
    owner.publish("Pemarafan dilakukan di luar sistem")

    journey = Journey(owner.town, PAIR).until("tahap6_jadwal")
    walked = {task["element"] for task in journey.case["tasks"]}
    assert not any(element.startswith("tahap5") for element in walked)
    assert "tahap3_konfirmasi" in walked


def appoint(town: Town, role: str, position: str) -> None:
    """Somebody in Bogor whose address begins with his role."""
    with town.office.database.write() as session:
        person = add_person(session, name="Contoh", email=f"{role}@contoh.example", phone=None)
        make_official(session, BOGOR, role, person, position)
