"""What an owner changes beside the drawing, on the panel of a task: by clicking only, to published,
and in a new case."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from processes.office import SHIPPED
from processes.store.tables import AccountRole
from tests.browser.conftest import owner_of
from tests.browser.owner_at_work import OwnerAtWork, entered
from tests.conftest import made_once
from tests.journeys.answers import Journey
from tests.journeys.conftest import START
from tests.journeys.test_reminders import WIB, live, mails, told, working_days_after
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

BOGOR, SUKABUMI = "32.01", "32.02"
PAIR = [BOGOR, SUKABUMI]
SHIPPED_ROLES = (SHIPPED / "ksdd/peran.toml").read_text("utf-8").rstrip()
INSPECTOR = 'inspektur_daerah = { nama = "Inspektur Daerah", atasan = "sekda" }'
HOLDERS = (
    "region,role,name,email\n32.01,inspektur_daerah,Sri Contoh,inspektur.3201@contoh.example\n"
)


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, settled_sqlite: Path, chromium: Browser
) -> Path:
    """The database of a town in which all these edits stand in one version that was published."""

    def make(folder: Path) -> None:
        with owner_of(folder, settled_sqlite, chromium) as owner:
            owner.begin("Nomor agenda, Inspektur, pengingat dan Asisten")
            ask_a_further_question(owner)
            remind_one_day_more(owner)
            tell_one_more_step_of_the_house(owner)
            let_a_new_role_send_the_letter(owner)
            owner.publish("Nomor agenda, Inspektur Daerah, pengingat dan eskalasi")
            admin = entered(owner.town, chromium, AccountRole.ADMIN, "Tono Administrator")
            bring_officials(admin, owner.town)
            admin.context.close()

    return made_once(tmp_path_factory, "panel", make) / "ksdd.sqlite3"


def ask_a_further_question(owner: OwnerAtWork) -> None:
    owner.find("Telaah TKKSD")
    owner.group("ksdd-isian").get_by_role("button", name="Tambah butir").click()
    number = owner.last_field()
    owner.write(f"isian-{number}-label", "Nomor agenda telaah")
    owner.check(f"isian-{number}-required")
    owner.picture("isian")


def test_a_further_question_must_be_answered(town: Town) -> None:
    journey = Journey(town, PAIR).until("tahap1_telaah")
    token = town.link(journey.id, "tahap1_telaah", BOGOR)
    refused = town.post(token, {"hasil": "lengkap"})
    assert refused.status_code == 422
    assert "Nomor agenda telaah" in refused.get_data(as_text=True)
    assert journey.elements == ["tahap1_telaah"]
    town.answer(journey.id, "tahap1_telaah", BOGOR, hasil="lengkap", nomor_agenda_telaah="17/2026")
    assert journey.elements == ["tahap1_surat"]


def let_a_new_role_send_the_letter(owner: OwnerAtWork) -> None:
    owner.find("Mengirim surat permohonan")
    owner.choose("ksdd-peran", "Peran baru …")
    owner.page.get_by_label("Sebutan peran baru").fill("Inspektur Daerah")
    owner.page.get_by_role("button", name="Tambah peran").click()
    owner.page.get_by_label("Atasan bila jabatan kosong: Inspektur Daerah").select_option(
        label="Sekretaris Daerah"
    )
    owner.picture("peran")
    owner.settle()
    kept = owner.files()["peran.toml"].decode().rstrip()
    assert kept == f"{SHIPPED_ROLES}\n{INSPECTOR}"
    owner.open_file("ksdd.bpmn")
    owner.find("Mengirim surat permohonan")
    owner.choose("ksdd-peran", "Inspektur Daerah (inspektur_daerah)")


def test_a_new_role_gets_a_holder_and_his_task(town: Town) -> None:
    journey = Journey(town, PAIR).until("tahap1_telaah")
    journey.pass_with("tahap1_telaah", BOGOR, nomor_agenda_telaah="17/2026")
    town.link(journey.id, "tahap1_surat", BOGOR)
    written = [to for _, to, subject, _ in mails(town) if "Mengirim surat permohonan" in subject]
    assert written == ["inspektur.3201@contoh.example"]


def remind_one_day_more(owner: OwnerAtWork) -> None:
    owner.find("Menyusun permohonan dan KAK")
    owner.choose("ksdd-pengingat-tambah", "1 hari kerja sebelum tenggat")
    owner.picture("pengingat", "ksdd-pengingat-tambah")
    now_said = re.compile(r"^-2 hari kerja; -1 hari kerja; 0")
    expect(owner.entry("ksdd-pengingat")).to_have_value(now_said)


def test_a_reminder_comes_on_one_day_more(town: Town) -> None:
    Journey(town, PAIR)
    due = working_days_after(START.astimezone(WIB).date(), 5)
    live(town, due + timedelta(days=1))
    reminded = {day for day, _ in told(town, "Pengingat")}
    assert reminded == {working_days_after(due, -2), working_days_after(due, -1), due}


def tell_one_more_step_of_the_house(owner: OwnerAtWork) -> None:
    owner.find("Menyusun permohonan dan KAK")
    expect(owner.entry("ksdd-eskalasi")).not_to_have_value("")
    before = owner.entry("ksdd-eskalasi").input_value()
    owner.choose("ksdd-eskalasi-tambah", "Asisten")
    owner.picture("eskalasi", "ksdd-eskalasi-tambah")
    expect(owner.entry("ksdd-eskalasi")).to_have_value(f"{before}; +7 hari kerja: asisten")


def test_one_more_step_of_the_house_is_told_what_is_late(town: Town) -> None:
    Journey(town, PAIR)
    due = working_days_after(START.astimezone(WIB).date(), 5)
    live(town, working_days_after(due, 8))
    informed = {who: day for day, who in told(town, "Mohon informasi")}
    assert informed["asisten.3201"] == working_days_after(due, 7)


def bring_officials(admin: Page, town: Town) -> None:
    """An administrator brings the holder of the new role in, on the page for lists."""
    admin.goto(f"{town.settings.base_url}/pejabat/impor")
    table = {"name": "pejabat.csv", "mimeType": "text/csv", "buffer": HOLDERS.encode()}
    admin.locator('input[type="file"]').set_input_files(table)  # type: ignore[arg-type]
    admin.get_by_role("button", name="Tinjau").click()
    admin.locator("#reason, [name=reason]").first.fill("Peran baru")
    admin.locator("form", has=admin.locator('[name="dilihat"]')).locator("button.main").click()
    admin.get_by_role("status").wait_for()
