"""Cases of the shipped diagram at every place, without any database, and their way to an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from processes.engine.calendar import WorkingCalendar
from processes.engine.migration import Given
from processes.engine.procedure import Procedure
from processes.engine.run import Run
from processes.engine.shapes import ENTRIES, USUAL_ENTRY

MONDAY = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
CALENDAR = WorkingCalendar(lambda _: ZoneInfo("Asia/Jakarta"))
PARTIES = ("32.01", "32.02", "32.03")
LOAD = {
    "membebani_masyarakat": False,
    "membebani_daerah": True,
    "teranggarkan": True,
    "tahun_anggaran": 2030,
}
#: how each task is answered; of several answers most often the first
CHOICES: Mapping[str, tuple[str, list[str]]] = {
    "tahap1_telaah": ("hasil", ["lengkap", "perbaikan"]),
    "tahap2_kesediaan": ("tanggapan", ["bersedia", "menolak", "minta_perbaikan"]),
    "tahap2_surat_kedua": ("keputusan", ["tunggu", "hentikan"]),
    "tahap2_laporan_gwpp": ("keputusan", ["tunggu", "hentikan"]),
    "tahap2_keputusan_lanjut": ("keputusan", ["lanjut", "hentikan"]),
    "tahap2_tindak_lanjut": ("tindakan", ["hentikan", "lapor_gwpp_menteri", "ajukan_ulang"]),
    "tahap3_pembahasan": ("hasil", ["sepakat", "revisi", "dihentikan"]),
    "tahap3_konfirmasi": ("konfirmasi", ["sesuai", "keberatan"]),
    "tahap4_keputusan_dprd": ("keputusan", ["setuju", "perbaikan", "tidak_setuju"]),
    "tahap5_paraf_kabag": ("paraf", ["paraf", "kembalikan"]),
    "tahap5_paraf_asisten": ("paraf", ["paraf", "kembalikan"]),
    "tahap5_paraf_sekda": ("paraf", ["paraf", "kembalikan"]),
    "tahap6_tanda_tangan": ("tanda_tangan", ["ditandatangani", "ditunda", "perlu_perubahan"]),
    "tahap6_registrasi": ("hasil", ["sah", "tidak_sah"]),
    "tahap7_evaluasi": ("rekomendasi", ["dihentikan", "dilanjutkan", "diperluas"]),
    "tahap7_berita_acara_pengakhiran": ("sikap", ["setuju", "tidak_setuju"]),
}
#: what a renamed or new task is answered like
ALIKE = {
    "tahap1_pemeriksaan": "tahap1_telaah",
    "tahap1_pendapat": "tahap1_telaah",
    "tahap5_paraf_terakhir": "tahap5_paraf_sekda",
    "tahap5_paraf_hukum": "tahap5_paraf_kabag",
    "tahap5_ingat": "tahap5_paraf_kabag",
}


def answers_to(element: str, day: str, choice: int = 0) -> dict[str, Any]:
    """What a task is answered; `choice` of several answers, the first as usual."""
    element = ALIKE.get(element, element)
    found: dict[str, Any] = {
        "berbatasan": True,
        "eksternalitas": True,
        "jenis_naskah": "kesepakatan_bersama",
        "objek_terencana": True,
        "jangka_waktu_bulan": 60,
        "lokasi": "Wilayah perbatasan",
        "tanggal_terima": day
        if "dprd" in element or "masuk" in element
        else dict.fromkeys(PARTIES[1:], day),
        "tanggal_surat": day,
        "nomor_surat": "119/1",
        "tanggal": day,
        "tanggal_berlaku": day,
        "tanggal_berakhir": f"{int(day[:4]) + 2}{day[4:8]}01",
        "evaluasi_bulan": 6,
        "ditandatangani_semua": False,
        "mengubah_pembebanan": False,
        "mengubah_penawaran": False,
        "pelaksana": "Dinas",
        **LOAD,
    }
    if element in CHOICES:
        name, choices = CHOICES[element]
        found[name] = choices[min(choice, len(choices) - 1)]
    if element == "tahap2_kesediaan":
        found.pop("tanggal_terima")
    return found


@dataclass(kw_only=True)
class Stroll:
    """One case on its way, saved and restored at every step."""

    procedure: Procedure
    now: datetime
    state: bytes
    given: list[Given] = field(default_factory=list)
    over: bool = False
    next_timer: datetime | None = None
    #: the budget year that everybody names
    year: int = 2030

    @classmethod
    def begin(cls, procedure: Procedure, parties: int = 3, entry: str = USUAL_ENTRY) -> Stroll:
        run = procedure.start(parties=PARTIES[:parties], now=MONDAY, calendar=CALENDAR, entry=entry)
        stroll = cls(procedure=procedure, now=MONDAY, state=b"")
        stroll.keep(run)
        return stroll

    def wake(self) -> Run:
        return self.procedure.resume(self.state, region=PARTIES[0], now=self.now, calendar=CALENDAR)

    def keep(self, run: Run) -> None:
        self.over, self.next_timer = run.is_over, run.next_timer
        self.state = run.save()

    def answer(self, place: int = 0, choice: int = 0) -> None:
        """Answer one of the open tasks."""
        run = self.wake()
        found = run.open_tasks()
        task = found[place % len(found)]
        answers = answers_to(task.shape.element, self.now.date().isoformat(), choice)
        answers["tahun_anggaran"] = self.year
        element, region = task.shape.element, task.region
        self.given.append(Given(element=element, region=region, answers=answers))
        run.complete(task.id, answers)
        self.keep(run)

    def at(self, moment: datetime) -> None:
        self.now = max(self.now, moment)
        run = self.wake()
        run.fire_timers()
        self.keep(run)

    def send(self, message: str) -> bool:
        run = self.wake()
        if not run.expects(message):
            return False
        run.send(message)
        self.keep(run)
        return True

    @property
    def elements(self) -> list[str]:
        return [task.shape.element for task in self.wake().open_tasks()]

    def step(self, random: Random, hints: Mapping[str, list[int]], patience: float) -> None:
        """Do something: answer, mostly smoothly or by the hints; wait, the more the less patience
        there is; or let time pass when nobody is awaited."""
        found = self.elements
        if not found:
            assert self.next_timer is not None, "nobody and nothing is awaited"
            self.at(self.next_timer)
        elif random.random() < patience:
            self.at(self.now + timedelta(days=random.choice([4, 20, 50])))
        else:
            place = random.randrange(len(found))
            usual = [0, 0, 0, 0, 0, 0, 0, 1, 2]
            self.answer(place, random.choice(hints.get(found[place], usual)))

    def to_the_end(self, most: int = 250) -> Stroll:
        """Walk on smoothly until the case is over."""
        for _ in range(most):
            if self.over:
                return self
            if self.elements:
                self.answer()
            else:
                assert self.next_timer is not None, "nobody and nothing is awaited"
                self.at(self.next_timer)
        raise AssertionError(f"it goes in circles at {self.elements}")


#: moods of the walkers: which answers they give, how long they wait, which budget year they name
MOODS: Sequence[tuple[Mapping[str, list[int]], float, int]] = (
    ({}, 0.02, 2030),
    ({"tahap2_kesediaan": [1]}, 0.02, 2030),
    ({"tahap2_kesediaan": [0, 1]}, 0.02, 2030),
    ({}, 0.6, 2030),
    ({}, 0.02, 2025),
)


def places(procedure: Procedure) -> list[str]:
    """Every task that a case can come to, and none: a case in which only time is awaited."""
    # one task is there only where the owner switches it on
    return [*(procedure.shapes.keys() - {"tahap4_konfirmasi_diam"}), ""]


def at_every_place(procedure: Procedure, count: int, seed: int = 1) -> list[Stroll]:
    """So many running cases, at every task of the diagram about equally often."""
    wanted = Counter(
        {place: -(-count // len(places(procedure))) for place in sorted(places(procedure))}
    )
    found: list[tuple[int, Stroll]] = []
    for attempt in range(400):
        random = Random(f"{seed}:{attempt}")
        for stroll in _walked(procedure, random, attempt):
            here = max(stroll.elements or [""], key=lambda place: wanted[place])
            if wanted[here] > 0:
                found.append((-wanted[here], stroll))
                wanted[here] -= 1
        if not +wanted:
            # the first of each place before the second
            return [stroll for _, stroll in sorted(found, key=lambda each: each[0])][:count]
    raise AssertionError(f"nobody comes to {sorted(+wanted)}")


def _walked(procedure: Procedure, random: Random, attempt: int) -> Iterator[Stroll]:
    """Every state of one case on its way, but the last."""
    hints, patience, year = MOODS[attempt % len(MOODS)]
    entry = ENTRIES[attempt // 7 % len(ENTRIES)] if attempt % 7 == 0 else USUAL_ENTRY
    stroll = Stroll.begin(procedure, random.choice([2, 3]), entry)
    stroll.year = year
    for _ in range(70):
        if stroll.over:
            return
        yield replace(stroll, given=list(stroll.given))
        if attempt % 11 == 10 and random.random() < 0.1:
            stroll.send("penarikan")
        else:
            stroll.step(random, hints, patience)
