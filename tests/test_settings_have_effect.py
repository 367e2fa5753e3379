"""What is stored is executed: every attribute about time and every setting changes something.

Two tables name the test that shows it; an attribute or a setting without one fails here.
"""

from __future__ import annotations

import ast
import email
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from email import policy
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from sqlalchemy import func, select

from processes import actions
from processes.engine.checks.tasks import ON_TASK, READ
from processes.office import Office
from processes.settings import NAMES, Settings
from processes.store import outbox
from processes.store.tables import Alarm, AlarmKind, Official, Task
from tests.journeys.answers import Journey
from tests.journeys.conftest import settled_sqlite as settled_sqlite
from tests.journeys.conftest import sqlite_town as sqlite_town
from tests.journeys.conftest import town as town
from tests.journeys.test_reminders import live, told, working_days_after
from tests.journeys.town import Town
from tests.servers import free_port
from tests.store.signed_pdfs import Authority, sign
from tests.webhooks.api.machine import pdf
from tests.worker.served import Served, wait_until
from worker.delivery import deliver_due

ROOT = Path(__file__).parent
SHIPPED = ROOT.parent / "processes" / "ksdd"
BOGOR, SUKABUMI = "32.01", "32.02"
WIB = ZoneInfo("Asia/Jakarta")
FIRST = "tahap1_permohonan"
#: the day a case of these tests begins, and the day its first task is due as shipped
BEGUN, DUE = date(2026, 7, 6), date(2026, 7, 13)
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"

HERE = "test_settings_have_effect.py"
#: attribute of a task or of the whole process -> the test that changes it
ATTRIBUTES = {
    "camunda:dueDate": f"{HERE}::test_another_deadline_is_due_on_another_day",
    "tenggat": f"{HERE}::test_the_process_has_a_deadline_for_tasks_without_their_own",
    "mulai_dari": f"{HERE}::test_a_deadline_counts_from_another_day",
    "pengingat": f"{HERE}::test_other_reminders_come_on_other_days",
    "eskalasi": f"{HERE}::test_another_escalation_tells_somebody_else",
    "eskalasi, alihkan": f"{HERE}::test_an_escalation_hands_the_task_over",
    "eskalasi, peringatkan": "journeys/test_councils_warned.py"
    "::test_secretary_kabag_and_sekda_are_warned_ten_and_three_days_before_silence_counts",
    "penyiap": f"{HERE}::test_a_preparer_is_asked_to_prepare",
    "dasar": f"{HERE}::test_another_basis_is_shown_beside_the_deadline",
    "pengingat_akhir": f"{HERE}::test_the_parties_hear_of_the_end_on_other_days",
    "ringkasan_harian": f"{HERE}::test_another_number_of_tasks_brings_a_digest",
    "ringkasan_mingguan": f"{HERE}::test_the_weekly_digest_comes_on_another_day",
    "segel_riwayat": f"{HERE}::test_the_seal_is_mailed_daily_or_never",
}
#: attributes of tasks that have nothing to do with time
NOT_ABOUT_TIME = {
    "tahap", "daerah", "jaminan", "mengikat", "mengembalikan", "sampaikan", "mengakhiri",
    "membagikan", "memeriksa", "pesan_menyusul", "rantai", "jalur", "membuka_lanjutan", "konsep",
    "kode_lemah", "kembali_ke", "tarik_kembali", "gerbang_hukum", "dahulu",
}  # fmt: skip
PARTS = "worker/test_parts.py::test_web_worker_and_beat_work_together_as_separate_processes"
PROVIDER = (
    "webhooks/test_oidc.py::test_who_has_an_account_is_let_in_and_known_by_his_subject_from_then_on"
)
SETTINGS = {
    "KSDD_ENV": "worker/test_delivery.py::test_in_production_messages_wait_for_a_mail_server",
    "KSDD_DATA": "worker/test_serve.py"
    "::test_term_stops_everything_and_the_next_start_keeps_the_data",
    "KSDD_HOST": f"{HERE}::test_the_pages_answer_on_the_address_that_is_set",
    "KSDD_PORT": "worker/test_serve.py::test_it_says_where_it_is_and_how_to_sign_in",
    "KSDD_BASE_URL": "worker/test_delivery.py"
    "::test_an_invitation_is_sent_once_and_its_link_opens_the_task",
    "KSDD_DATABASE_URL": PARTS,
    "KSDD_DATABASE_PASSWORD_FILE": "test_settings.py"
    "::test_the_password_of_the_database_may_lie_in_a_file",
    "KSDD_REDIS_URL": PARTS,
    "KSDD_MAIL_URL": PARTS,
    "KSDD_MAIL_URL_FILE": "test_settings.py"
    "::test_the_mail_server_may_stand_in_a_file_and_an_empty_one_names_none",
    "KSDD_MAIL_FROM": f"{HERE}::test_letters_come_from_the_address_that_is_set",
    "KSDD_PROXIES": "webhooks/test_security.py::test_a_declared_proxy_tells_who_called",
    "KSDD_LETTERS_PER_DAY": "worker/test_letters_per_day.py"
    "::test_what_is_more_than_a_days_letters_shares_the_last_one",
    "KSDD_TRUST": f"{HERE}::test_signatures_are_trusted_by_the_folder_that_is_set",
    "KSDD_CLAMD_URL": "webhooks/api/test_api_scanning.py"
    "::test_an_infected_file_is_refused_and_a_clean_one_is_taken",
    "KSDD_WEBHOOK_NETWORKS": "journeys/test_events.py"
    "::test_in_production_only_an_opened_network_inside_is_called",
    "KSDD_LOG": "worker/test_logs.py::test_logs_are_json_where_the_setting_says_so",
    "KSDD_PING_URL": "worker/test_ping.py"
    "::test_somebody_elsewhere_hears_once_a_minute_that_all_is_well",
    "KSDD_OIDC_ISSUER": PROVIDER,
    "KSDD_OIDC_CLIENT_ID": PROVIDER,
    "KSDD_OIDC_CLIENT_SECRET": PROVIDER,
    "KSDD_OIDC_CLIENT_SECRET_FILE": "test_settings.py"
    "::test_the_secret_of_the_identity_provider_may_lie_in_a_file",
    "KSDD_BUNDLE": "worker/test_supervisor.py"
    "::test_the_modelers_scripts_are_an_errand_unless_the_setting_says_otherwise",
    "KSDD_SAMPLE": f"{HERE}::test_sample_officials_come_only_when_they_are_wanted",
}


def test_every_attribute_about_time_has_a_test_that_changes_it() -> None:
    known = ON_TASK.union(*READ.values()) - {"status", "alasan"}
    assert known - NOT_ABOUT_TIME == set(ATTRIBUTES) - {
        "camunda:dueDate",
        "eskalasi, alihkan",
        "eskalasi, peringatkan",
    }


def test_every_setting_has_a_test_that_changes_it() -> None:
    assert set(SETTINGS) == set(NAMES)


@pytest.mark.parametrize("where", sorted({*ATTRIBUTES.values(), *SETTINGS.values()}))
def test_the_named_test_exists(where: str) -> None:
    path, _, name = where.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}


def publish(town: Town, edits: Mapping[str, Mapping[str, str]]) -> None:
    """Publish the shipped folder with other attributes, by the id of the task or `process`."""
    files = actions.procedures.read_folder(SHIPPED)
    root = etree.fromstring(files["ksdd.bpmn"])
    process = next(root.iter(f"{BPMN}process"))
    tasks = {task.get("id"): task for task in root.iter(f"{BPMN}userTask")}
    for element, changes in edits.items():
        shape = process if element == "process" else tasks[element]
        for name, value in changes.items():
            if name == "dueDate":
                shape.attrib.pop(f"{CAMUNDA}dueDate", None)
                shape.attrib.update({f"{CAMUNDA}dueDate": value} if value else {})
            else:
                _set_property(shape, name, value)
    files["ksdd.bpmn"] = etree.tostring(root)
    clock = actions.Actor.clock()
    actions.publish(town.office, files, note="Diubah", actor=clock, now=town.now)


def _set_property(shape: etree._Element, name: str, value: str) -> None:
    properties = shape.find(f"{BPMN}extensionElements/{CAMUNDA}properties")
    assert properties is not None
    for found in properties.findall(f"{CAMUNDA}property"):
        if found.get("name") == name:
            properties.remove(found)
    if value:
        etree.SubElement(properties, f"{CAMUNDA}property", name=name, value=value)


def first_task(town: Town) -> Task:
    with town.office.database.read() as session:
        return session.scalars(select(Task).where(Task.element == FIRST)).one()


def due_day(task: Task) -> date:
    assert task.due_at is not None
    return task.due_at.astimezone(WIB).date()


def ringing(town: Town, kind: AlarmKind) -> list[datetime]:
    with town.office.database.read() as session:
        found = select(Alarm.due_at).where(Alarm.kind == kind, Alarm.dropped_at.is_(None))
        return [at.astimezone(WIB) for at in session.scalars(found.order_by(Alarm.due_at))]


def test_as_shipped_the_first_task_is_due_after_five_working_days(town: Town) -> None:
    Journey(town, [BOGOR, SUKABUMI])
    assert due_day(first_task(town)) == DUE == working_days_after(BEGUN, 5)


def test_another_deadline_is_due_on_another_day(town: Town) -> None:
    publish(town, {FIRST: {"dueDate": "9 hari kerja"}})
    Journey(town, [BOGOR, SUKABUMI])
    assert due_day(first_task(town)) == working_days_after(BEGUN, 9)


@pytest.mark.parametrize(("own", "days"), [("", 7), ("9 hari kerja", 9)])
def test_the_process_has_a_deadline_for_tasks_without_their_own(
    town: Town, own: str, days: int
) -> None:
    publish(town, {"process": {"tenggat": "7 hari kerja"}, FIRST: {"dueDate": own}})
    Journey(town, [BOGOR, SUKABUMI])
    assert due_day(first_task(town)) == working_days_after(BEGUN, days)


@pytest.mark.parametrize("words", ["", "tahap1_surat.tanggal_terima[m.kode]"])
def test_a_deadline_counts_from_another_day(town: Town, words: str) -> None:
    publish(town, {"tahap2_kesediaan": {"mulai_dari": words}})
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_surat")
    received = BEGUN + timedelta(days=1)
    town.now += timedelta(days=3)
    journey.answer("tahap1_surat", tanggal_terima={SUKABUMI: received.isoformat()})
    with town.office.database.read() as session:
        task = session.scalars(select(Task).where(Task.element == "tahap2_kesediaan")).one()
    start = received if words else BEGUN + timedelta(days=3)
    assert due_day(task) == working_days_after(start, 30)


@pytest.mark.parametrize("where", [FIRST, "process"])
def test_other_reminders_come_on_other_days(town: Town, where: str) -> None:
    own = {} if where == FIRST else {FIRST: {"pengingat": ""}}
    publish(town, {**own, where: {"pengingat": "-1 hari kerja; +3 hari kerja berulang 2"}})
    Journey(town, [BOGOR, SUKABUMI])
    expected = [working_days_after(DUE, offset) for offset in (-1, 3, 6)]
    rings = ringing(town, AlarmKind.REMINDER)
    assert rings == [datetime.combine(day, time(8), WIB) for day in expected]


@pytest.mark.parametrize("where", [FIRST, "process"])
def test_another_escalation_tells_somebody_else(town: Town, where: str) -> None:
    own = {} if where == FIRST else {FIRST: {"eskalasi": ""}}
    publish(town, {**own, where: {"eskalasi": "+2 hari kerja: asisten"}})
    Journey(town, [BOGOR, SUKABUMI])
    live(town, date(2026, 7, 31))
    assert told(town, "Mohon informasi") == {(working_days_after(DUE, 2), "asisten.3201"): 1}


@pytest.mark.parametrize("verb", ["beritahu", "alihkan"])
def test_an_escalation_hands_the_task_over(town: Town, verb: str) -> None:
    publish(town, {FIRST: {"eskalasi": f"+1 hari kerja: sekda, {verb}"}})
    journey = Journey(town, [BOGOR, SUKABUMI])
    old = town.link(journey.id, FIRST, BOGOR)
    live(town, working_days_after(DUE, 1))
    moved = verb == "alihkan"
    assert first_task(town).role == ("sekda" if moved else "bagian_kerja_sama")
    assert town.client.get(f"/t/{old}").status_code == (410 if moved else 200)
    assert bool(told(town, "Mohon informasi")) is not moved
    journey.answer(FIRST)


def test_a_preparer_is_asked_to_prepare(town: Town) -> None:
    publish(town, {FIRST: {"penyiap": "kabag"}})
    journey = Journey(town, [BOGOR, SUKABUMI])
    assert town.link(journey.id, FIRST, BOGOR, "siapkan")
    assert first_task(town).preparer_role == "kabag"


@pytest.mark.parametrize("basis", ["Perbup Bogor 12/2026", "SOP Bagian Kerja Sama"])
def test_another_basis_is_shown_beside_the_deadline(town: Town, basis: str) -> None:
    publish(town, {FIRST: {"dasar": basis}})
    journey = Journey(town, [BOGOR, SUKABUMI])
    page = town.client.get(f"/t/{town.link(journey.id, FIRST, BOGOR)}")
    assert basis in page.get_data(as_text=True)


def test_the_parties_hear_of_the_end_on_other_days(town: Town) -> None:
    publish(town, {"process": {"pengingat_akhir": "10; 3"}})
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    journey.answer("tahap6_registrasi", tanggal_berakhir="2026-10-14")
    rings = ringing(town, AlarmKind.AGREEMENT_END)
    assert [at.date() for at in rings] == [date(2026, 10, 4), date(2026, 10, 11)]


def test_another_number_of_tasks_brings_a_digest(town: Town) -> None:
    publish(town, {"process": {"ringkasan_harian": "1"}})
    for _ in range(2):
        Journey(town, [BOGOR, SUKABUMI])
    town.read_mail()
    live(town, date(2026, 7, 8))
    days = (date(2026, 7, 7), date(2026, 7, 8))
    assert told(town, "Ringkasan hari ini") == {(day, "bagian-kerja-sama.3201"): 1 for day in days}
    publish(town, {"process": {"ringkasan_harian": "0"}})
    live(town, date(2026, 7, 9))
    assert len(told(town, "Ringkasan hari ini")) == 2


def test_the_weekly_digest_comes_on_another_day(town: Town) -> None:
    publish(town, {"process": {"ringkasan_mingguan": "kamis"}})
    Journey(town, [BOGOR, SUKABUMI])
    live(town, date(2026, 7, 20))
    assert list(told(town, "Ringkasan pekan ini")) == [(date(2026, 7, 16), "kepala-daerah.3201")]
    publish(town, {"process": {"ringkasan_mingguan": "mati"}})
    live(town, date(2026, 7, 24))
    assert len(told(town, "Ringkasan pekan ini")) == 1


def test_the_seal_is_mailed_daily_or_never(town: Town) -> None:
    publish(town, {"process": {"segel_riwayat": "mati"}})
    Journey(town, [BOGOR, SUKABUMI])
    live(town, date(2026, 7, 8))
    assert not told(town, "Segel riwayat")
    publish(town, {"process": {"segel_riwayat": "harian"}})
    Journey(town, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    live(town, date(2026, 7, 10))
    assert told(town, "Segel riwayat")[date(2026, 7, 10), "bagian-kerja-sama.3201"] == 1


def test_letters_come_from_the_address_that_is_set(town: Town) -> None:
    settings = replace(town.settings, mail_from="kerjasama@bogorkab.example")
    with town.office.database.write() as session:
        outbox.put(session, key="x", kind="kabar", address="kabag@x.example", now=town.now)
    deliver_due(replace(town.office, settings=settings), town.now)
    [path] = settings.mail_folder.glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert "<kerjasama@bogorkab.example>" in mail["From"]


@pytest.mark.parametrize("sample", [True, False])
def test_sample_officials_come_only_when_they_are_wanted(tmp_path: Path, sample: bool) -> None:
    environ = {
        "KSDD_ENV": "development",
        "KSDD_DATA": str(tmp_path),
        "KSDD_SAMPLE": str(int(sample)),
    }
    office = Office.open(Settings.from_environment(environ))
    with office.database.read() as session:
        found = session.scalar(select(func.count()).select_from(Official)) or 0
    office.close()
    assert (found > 0) is sample


@pytest.mark.parametrize("is_set", [True, False])
def test_signatures_are_trusted_by_the_folder_that_is_set(
    town: Town, tmp_path: Path, is_set: bool
) -> None:
    trust = tmp_path / "akar"
    authority = Authority.founded("Akar", town.now)
    authority.trust_in(trust)
    environ = {"KSDD_ENV": "development", "KSDD_DATA": str(town.folder)}
    environ |= {"KSDD_TRUST": str(trust)} if is_set else {}
    office = replace(town.office, settings=Settings.from_environment(environ))
    content = sign(pdf(), authority.signer("Bupati Bogor"))
    who = actions.Actor(kind="account", name="uji")
    document = actions.add_document(
        office, BytesIO(content), "naskah.pdf", actor=who, region=BOGOR, now=town.now
    )
    [found] = document.signatures or []
    assert (found["verdict"], found.get("why")) == (
        ("valid", None) if is_set else ("untrusted", "no_roots")
    )


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[int]:
    """The port of a web server that was told to listen on 127.0.0.2."""
    port = free_port()
    environ = {"KSDD_ENV": "development", "KSDD_DATA": str(tmp_path / "data"), "KSDD_SAMPLE": "0"}
    environ |= {"KSDD_HOST": "127.0.0.2", "KSDD_PORT": str(port)}
    served = Served([sys.executable, "-P", "-m", "webhooks.cli", "web"], tmp_path, environ)
    yield port
    served.clear_away()


@pytest.mark.slow
def test_the_pages_answer_on_the_address_that_is_set(elsewhere: int) -> None:
    wait_until(lambda: listens("127.0.0.2", elsewhere), seconds=60)
    assert not listens("127.0.0.1", elsewhere)


def listens(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0
