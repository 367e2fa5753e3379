"""One case through 2027 and the leap day of 2028, among regions of three time zones, always late.

Nobody answers before the last reminder and the last escalation have rung. Which mail is due when is
counted here day by day, from the tables below, without the product's calendar and policies.
"""

from __future__ import annotations

import email
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email import policy
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from sqlalchemy import select

from processes import actions
from processes.store.tables import Task
from tests.journeys.answers import Journey, smooth
from tests.journeys.town import Town
from worker.tick import tick

BOGOR, BULELENG, JAYAPURA = "32.01", "51.08", "91.71"
PARTIES = [BOGOR, BULELENG, JAYAPURA]
#: how a letter calls the partner whom a task of the other house is about
ABOUT = {BULELENG: ", mengenai Kabupaten Buleleng", JAYAPURA: ", mengenai Kota Jayapura"}
ZONES = {
    BOGOR: ZoneInfo("Asia/Jakarta"),
    BULELENG: ZoneInfo("Asia/Makassar"),
    JAYAPURA: ZoneInfo("Asia/Jayapura"),
}
ROLES = (
    "bagian_kerja_sama", "sekretaris_tkksd", "ketua_tkksd", "kabag", "asisten", "sekda",
    "kepala_daerah", "sekretaris_dprd", "pelaksana",
)  # fmt: skip
#: name, holder and working days of every task that this case meets, as procedure.md has them
TASKS = {
    "tahap1_permohonan": ("Menyusun permohonan dan KAK", "bagian_kerja_sama", 5),
    "tahap1_telaah": ("Telaah TKKSD", "sekretaris_tkksd", 5),
    "tahap1_surat": ("Mengirim surat permohonan", "bagian_kerja_sama", 5),
    "tahap2_kesediaan": ("Jawaban kesediaan kepala daerah", "kepala_daerah", 30),
    "tahap2_surat_kedua": ("Surat kedua", "bagian_kerja_sama", 5),
    "tahap3_pembahasan": ("Pembahasan TKKSD", "ketua_tkksd", 15),
    "tahap3_konfirmasi": ("Konfirmasi hasil pembahasan", "bagian_kerja_sama", 3),
    "tahap4_permohonan_dprd": ("Surat permohonan ke DPRD", "bagian_kerja_sama", 5),
    "tahap4_keputusan_dprd": ("Mencatat keputusan DPRD", "sekretaris_dprd", 45),
    "tahap5_paraf_kabag": ("Paraf Kabag", "kabag", 2),
    "tahap5_paraf_asisten": ("Paraf Asisten", "asisten", 2),
    "tahap5_paraf_sekda": ("Paraf Sekda", "sekda", 2),
    "tahap6_jadwal": ("Jadwal penandatanganan", "bagian_kerja_sama", 5),
    "tahap6_tanda_tangan": ("Penandatanganan", "kepala_daerah", 5),
    "tahap6_registrasi": ("Registrasi naskah", "bagian_kerja_sama", 5),
    "tahap7_laporan": ("Laporan pelaksanaan", "pelaksana", 10),
    "tahap7_evaluasi": ("Evaluasi", "sekretaris_tkksd", 10),
}
#: nobody answers these: silence counts as an answer
SILENT = ("tahap3_konfirmasi", "tahap4_keputusan_dprd")
REMINDED = (-2, 0, 2, 4, 6)
TOLD = {1: "bagian_kerja_sama", 3: "kabag", 5: "sekda"}
#: where the house's own ladder has other steps
OTHERWISE: dict[str, dict[int, str]] = {
    "tahap3_pembahasan": {1: "bagian_kerja_sama", 3: "asisten", 5: "sekda"},
    "tahap5_paraf_kabag": {1: "bagian_kerja_sama", 3: "asisten", 5: "sekda"},
    "tahap5_paraf_asisten": {1: "bagian_kerja_sama", 3: "sekda"},
    "tahap5_paraf_sekda": {1: "bagian_kerja_sama", 3: "sekda"},
    "tahap4_keputusan_dprd": {1: "bagian_kerja_sama"},
}
#: before silence counts as an answer, each of these is warned
WARNED = {"tahap4_keputusan_dprd": ((-10, -3), ("sekretaris_dprd", "kabag", "sekda"))}
ENDS = date(2028, 3, 15)
#: 90, 60, 30, 7 and 0 days before that, over the leap day
END_TOLD = ("2027-12-16", "2028-01-15", "2028-02-14", "2028-03-08", "2028-03-15")
#: when the sweeps look between two mornings at nine in Jakarta (UTC, with the days to add): before
#: every zone's eight o'clock and at it
LOOKS = (*((time(22, 59), 0), (time(23), 0)), *((time(hour), 1) for hour in (0, 1)))
#: and after every zone's four o'clock, when silence ends; what else rang then by mistake is found
#: at the next look, which is no one's moment
AFTER_FOUR = tuple((time(hour, 1), 0) for hour in (7, 8, 9))
OFF = holidays.country_holidays("ID", years=(2026, 2027, 2028), categories=("public", "government"))
Mail = tuple[datetime, str, str]


def test_the_years_days_off_are_those_that_everybody_knows() -> None:
    days = ("2027-01-01", "2027-05-01", "2027-06-01", "2027-08-17", "2027-12-25", "2028-08-17")
    assert all(date.fromisoformat(day) in OFF for day in days)
    assert date(2028, 2, 29) not in OFF
    assert date(2028, 2, 29).weekday() < 5


def working_day(start: date, count: int) -> date:
    """The day that lies so many working days after (or before) another, found by walking."""
    day = start
    while count:
        day += timedelta(days=1 if count > 0 else -1)
        if day.weekday() < 5 and day not in OFF:
            count -= 1 if count > 0 else -1
    return day


def address(role: str, region: str) -> str:
    return f"{role.replace('_', '-')}.{region.replace('.', '')}@uji.example"


def staff(town: Town) -> None:
    """One person for every role of the three regions, and nobody of the sample there."""
    rows = "".join(
        f"{region},{role},Pejabat {role} {region},,Jabatan {role},definitif,"
        f"{address(role, region)},\n"
        for region in PARTIES
        for role in ROLES
    )
    actions.import_officials(
        town.office,
        f"region,role,name,nip,position,status,email,phone\n{rows}",
        replace=True,
        actor=actions.Actor(kind="token", name="kota"),
        now=town.now,
    )


class Year:
    """The case, its officials who are always late, and when the clock of each task started."""

    def __init__(self, town: Town) -> None:
        self.town = town
        town.now = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
        staff(town)
        self.journey = Journey(town, PARTIES)
        #: the day from which a deadline counts, where an answer said so
        self.starts: dict[tuple[str, str], date] = {}

    def pass_until(self, end: date) -> None:
        """Let days pass: the sweeps look several times a day, the officials act once, at nine."""
        day = self.town.now.date()
        while day < end:
            for at, later in (*(AFTER_FOUR if self.is_silent() else ()), *LOOKS):
                self.town.now = datetime.combine(day + timedelta(days=later), at, UTC)
                tick(self.town.office, self.town.now)
            day += timedelta(days=1)
            self.town.now = datetime.combine(day, time(2), UTC)
            self.act()

    def is_silent(self) -> bool:
        """Whether somebody's silence will count, or ends a wait."""
        waits = ("tahap2_kesediaan", *SILENT)
        return any(task.closed_at is None and task.element in waits for task in tasks(self.town))

    def act(self) -> None:
        """Answer every task after which nothing more would ring."""
        for task in tasks(self.town):
            is_awaited = task.closed_at is None and task.element not in SILENT
            if is_awaited and max(self.ringing(task)) < self.town.now:
                changes = self.answers(task)
                self.journey.answer(task.element, task.region_code, **changes)

    def answers(self, task: Task) -> dict[str, Any]:
        """What differs from a smooth case, and the days that later deadlines count from."""
        today = self.town.now.date()
        self.journey.plan = smooth(today.isoformat(), parties=PARTIES)
        match task.element:
            case "tahap1_permohonan":
                return {"tahun_anggaran": 2027}
            case "tahap1_surat":
                self.starts |= {("tahap2_kesediaan", p): today for p in PARTIES[1:]}
            case "tahap2_kesediaan":
                heavy = task.region_code == JAYAPURA
                return {"membebani_daerah": heavy, "tahun_anggaran": 2027}
            case "tahap4_permohonan_dprd":
                self.starts["tahap4_keputusan_dprd", task.region_code] = today
            case "tahap6_jadwal":
                signing = today + timedelta(days=3)
                self.starts |= {("tahap6_tanda_tangan", p): signing for p in PARTIES}
                return {"tanggal": signing.isoformat()}
            case "tahap6_registrasi":
                return {"tanggal_berakhir": ENDS.isoformat(), "evaluasi_bulan": 3}
        return {}

    def last_day(self, task: Task) -> date:
        """The day a task is due, by the days of procedure.md."""
        opened = task.opened_at.astimezone(ZONES[task.region_code]).date()
        start = self.starts.get((task.element, task.region_code), opened)
        return working_day(start, TASKS[task.element][2])

    def morning(self, task: Task, offset: int) -> datetime:
        day = working_day(self.last_day(task), offset)
        return datetime.combine(day, time(8), ZONES[task.region_code]).astimezone(UTC)

    def ringing(self, task: Task) -> list[datetime]:
        ladder = OTHERWISE.get(task.element, TOLD)
        return [self.morning(task, offset) for offset in (*REMINDED, *ladder)]

    def expected(self) -> Iterator[Mail]:
        """Every reminder and escalation of every task the case ever had."""
        for task in tasks(self.town):
            name, role, _ = TASKS[task.element]
            region = task.region_code
            name += ABOUT.get(task.about or "", "")
            for offset in REMINDED:
                if self.rings(task, offset):
                    yield self.morning(task, offset), address(role, region), f"Pengingat: {name}"
            for offset, told in OTHERWISE.get(task.element, TOLD).items():
                if not self.rings(task, offset):
                    continue
                houses = [region] if told != role else []
                council = role == "sekretaris_dprd"
                if told == "bagian_kerja_sama" and region != BOGOR and not council:
                    houses.append(BOGOR)
                for house in houses:
                    yield self.morning(task, offset), address(told, house), f"Mohon: {name}"

            yield from self.warned(task, name)

    def warned(self, task: Task, name: str) -> Iterator[Mail]:
        """Every warning of what silence will count as."""
        for offset, told in product(*WARNED.get(task.element, ((), ()))):
            if self.rings(task, offset):
                to = address(told, task.region_code)
                yield self.morning(task, offset), to, f"Peringatan: {name}"

    def rings(self, task: Task, offset: int) -> bool:
        """Whether the task is open at that moment."""
        at = self.morning(task, offset)
        return task.opened_at < at and (task.closed_at is None or at < task.closed_at)


def tasks(town: Town) -> list[Task]:
    with town.office.database.read() as session:
        return list(session.scalars(select(Task).order_by(Task.opened_at, Task.position)))


def mails(town: Town) -> Iterator[Mail]:
    """Every reminder and escalation that was mailed, with the moment it was written."""
    for path in sorted((town.folder / "mail").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        subject, at = str(message["Subject"]), message["Date"].datetime.astimezone(UTC)
        subject = subject.replace("Mohon informasi", "Mohon").replace(" melewati tenggat", "")
        if subject.startswith(("Pengingat: ", "Mohon: ")):
            yield at, str(message["To"]), subject.rpartition(" (")[0]
        elif subject.startswith("Peringatan: "):
            yield at, str(message["To"]), subject.partition(", “Dianggap setuju” bila ")[0]
        elif subject.startswith("Kerja sama berakhir"):
            yield at, str(message["To"]), "berakhir"


@pytest.mark.slow
def test_every_reminder_and_escalation_of_a_year_comes_at_its_very_moment(town: Town) -> None:
    year = Year(town)
    year.pass_until(date(2028, 4, 15))
    expected = Counter(year.expected())
    for day in END_TOLD:
        at = datetime.combine(date.fromisoformat(day), time(8), ZONES[BOGOR]).astimezone(UTC)
        expected.update((at, address("bagian_kerja_sama", p), "berakhir") for p in PARTIES)
    sent = Counter(mails(town))
    assert sent - expected == Counter()
    assert expected - sent == Counter()
    met = {task.element for task in tasks(town)}
    assert met >= set(TASKS)
    leap = (datetime(2028, 2, 28, tzinfo=UTC), datetime(2028, 3, 2, tzinfo=UTC))
    around_the_leap_day = [what for at, _, what in expected if leap[0] < at < leap[1]]
    assert around_the_leap_day
    assert len(expected) > 150
