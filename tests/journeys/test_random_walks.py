"""Officials who answer at random, over HTTP by mailed links, and what must always hold."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from processes.store import history
from processes.store.tables import Case
from tests.journeys.answers import Journey
from tests.journeys.town import Town

REGIONS = ["32.01", "32.02", "32.03", "32.04", "51.03"]
STEERING = {
    "tahap1_telaah": ("hasil", ["lengkap", "lengkap", "perbaikan"]),
    "tahap2_kesediaan": ("tanggapan", ["bersedia", "bersedia", "menolak", "minta_perbaikan"]),
    "tahap2_surat_kedua": ("keputusan", ["tunggu", "hentikan"]),
    "tahap2_laporan_gwpp": ("keputusan", ["tunggu", "hentikan"]),
    "tahap2_keputusan_lanjut": ("keputusan", ["lanjut", "lanjut", "hentikan"]),
    "tahap2_tindak_lanjut": ("tindakan", ["lapor_gwpp_menteri", "ajukan_ulang", "hentikan"]),
    "tahap3_pembahasan": ("hasil", ["sepakat", "sepakat", "sepakat", "revisi", "dihentikan"]),
    "tahap3_konfirmasi": ("konfirmasi", ["sesuai", "sesuai", "keberatan"]),
    "tahap4_keputusan_dprd": ("keputusan", ["setuju", "setuju", "perbaikan", "tidak_setuju"]),
    "tahap5_paraf_kabag": ("paraf", ["paraf", "paraf", "paraf", "kembalikan"]),
    "tahap5_paraf_asisten": ("paraf", ["paraf", "paraf", "paraf", "kembalikan"]),
    "tahap5_paraf_sekda": ("paraf", ["paraf", "paraf", "paraf", "kembalikan"]),
    "tahap6_tanda_tangan": (
        "tanda_tangan",
        ["ditandatangani", "ditandatangani", "ditunda", "perlu_perubahan"],
    ),
    "tahap6_registrasi": ("hasil", ["sah", "sah", "tidak_sah"]),
    "tahap7_evaluasi": ("rekomendasi", ["dilanjutkan", "diperluas", "dihentikan"]),
    "tahap7_berita_acara_pengakhiran": ("sikap", ["setuju", "tidak_setuju"]),
}
#: letters about a partner's silence are the pemrakarsa's, one per partner
SEVERAL = {"tahap2_surat_kedua", "tahap2_laporan_gwpp"}
ENDINGS = {
    ("completed", "selesai"),
    ("completed", "diakhiri"),
    ("rejected", "ditolak"),
    ("rejected", "tidak_disetujui"),
    ("stopped", "dihentikan"),
    ("withdrawn", "ditarik"),
}


@pytest.mark.parametrize("seed", range(3))
def test_a_case_answered_at_random_never_gets_stuck_or_breaks_a_rule(both: Town, seed: int) -> None:
    random = Random(seed)
    parties = random.sample(REGIONS, random.choice([2, 2, 3, 4]))
    journey = Journey(both, parties, burden=random.random() < 0.5)
    for _ in range(60):
        if journey.case["status"] != "running":
            break
        step(random, both, journey)
        hold(journey)
    with both.office.database.read() as session:
        assert history.verify(session) is None


#: a draft was discussed before, so that the next round may change what it burdens
DISCUSSED = ("tahap3_pembahasan", "done")


def step(random: Random, town: Town, journey: Journey) -> None:
    """Somebody answers, time passes, or, rarely, the case is withdrawn."""
    found = journey.open
    ending = any("berita_acara_p" in element for element, _ in found)
    if random.random() < 0.03 and not ending:
        town.withdraw(journey.id)
    elif not found or random.random() < 0.1:
        town.wait(days=random.choice([1, 5, 20, 70, 190]))
    else:
        element, region = random.choice(found)
        journey.answer(element, region, **chosen(random, journey, element))


def chosen(random: Random, journey: Journey, element: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    if element in STEERING:
        name, choices = STEERING[element]
        answers[name] = random.choice(choices)
        if element not in SEVERAL:
            answers["catatan"] = "Catatan"
    if element == "tahap3_pembahasan":
        answers["ditandatangani_semua"] = random.random() < 0.5
        changes = random.random() < 0.3
        before = [t for t in journey.case["tasks"] if (t["element"], t["status"]) == DISCUSSED]
        answers["mengubah_pembebanan"] = changes and bool(before)
    if element == "tahap6_registrasi":
        left = {t["region"] for t in journey.case["tasks"] if t["element"] == "tahap6_tanda_tangan"}
        numbers = journey.plan[element]["nomor"]
        answers["nomor"] = {code: numbers[code] for code in numbers if code in left}
    return answers


def hold(journey: Journey) -> None:
    """What must be true after every step."""
    case = journey.case
    found = [(t["element"], t["region"]) for t in case["tasks"] if t["status"] == "open"]
    single = [pair for pair in found if pair[0] not in SEVERAL]
    assert len(single) == len(set(single)), f"a task is open twice: {found}"
    if case["status"] != "running":
        assert found == []
        assert (case["status"], case["end_reason"]) in ENDINGS
        return
    with journey.town.office.database.read() as session:
        waits_for = session.get_one(Case, journey.id).next_timer_at
    assert found or waits_for, "nobody and nothing is awaited"
    initialled_before_signing(case)


def initialled_before_signing(case: dict[str, Any]) -> None:
    """Whoever is asked to sign has three initials of its own house behind it."""
    order = {t["id"]: n for n, t in enumerate(case["tasks"])}
    for task in case["tasks"]:
        if task["element"] != "tahap6_tanda_tangan":
            continue
        before = {
            t["element"]
            for t in case["tasks"]
            if t["region"] == task["region"]
            and t["status"] == "done"
            and order[t["id"]] < order[task["id"]]
        }
        assert {"tahap5_paraf_kabag", "tahap5_paraf_asisten", "tahap5_paraf_sekda"} <= before
