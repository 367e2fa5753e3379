"""The answers of a smooth case; a journey names only what it wants otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.journeys.town import PDF, File, Town

SCAN = File(PDF)
Plan = dict[str, dict[str, Any]]


def smooth(day: str, *, parties: Sequence[str], burden: bool = False) -> Plan:
    """Answers by element: everything agreed, dated `day`, no council needed unless `burden`."""
    letter = {"nomor_surat": "119/16-Kesber/VII/2026", "tanggal_surat": day}
    load = {
        "membebani_masyarakat": False,
        "membebani_daerah": burden,
        "teranggarkan": True,
        "tahun_anggaran": 2026,
    }
    initial = {"paraf": "paraf"}
    return {
        "tahap1_permohonan": {
            "judul": "Pelayanan Publik",
            "urusan": "pendidikan",
            "objek": "Pelayanan publik di wilayah perbatasan",
            "maksud_tujuan": "Meningkatkan pelayanan",
            "ruang_lingkup": "Pelayanan administrasi",
            "lokasi": "Wilayah perbatasan",
            "manfaat": "Pelayanan lebih dekat",
            "pembiayaan": "APBD masing-masing",
            "jangka_waktu_bulan": 60,
            "jenis_naskah": "kesepakatan_bersama",
            "berbatasan": True,
            "eksternalitas": True,
            "objek_terencana": True,
            **load,
            "kak": SCAN,
        },
        "tahap1_telaah": {"hasil": "lengkap"},
        "tahap1_surat": {
            **letter,
            "penanda_tangan": "Bupati",
            "surat": SCAN,
            "cara_kirim": "kurir",
            "tanggal_terima": dict.fromkeys(parties[1:], day),
        },
        "tahap2_kesediaan": {"tanggapan": "bersedia", **letter, **load},
        "tahap2_surat_kedua": {**letter, "keputusan": "tunggu"},
        "tahap2_laporan_gwpp": {**letter, "keputusan": "tunggu"},
        "tahap2_keputusan_lanjut": {"keputusan": "lanjut"},
        "tahap2_tindak_lanjut": {"tindakan": "ajukan_ulang"},
        "tahap3_pembahasan": {
            "hasil": "sepakat",
            "tanggal_rapat": day,
            "peserta": "Para pihak",
            "berita_acara": SCAN,
            "rancangan": SCAN,
        },
        "tahap3_konfirmasi": {"konfirmasi": "sesuai"},
        "tahap4_permohonan_dprd": {**letter, "surat": SCAN, "tanggal_terima": day},
        "tahap4_keputusan_dprd": {
            "keputusan": "setuju",
            "nomor": "170/1",
            "tanggal": day,
            "tanggal_rapat": day,
            "alat_kelengkapan": "Komisi I",
            "penanda_tangan": "Ketua DPRD",
            "berkas": SCAN,
        },
        "tahap4_anggaran": load,
        "tahap5_paraf_kabag": initial,
        "tahap5_paraf_asisten": initial,
        "tahap5_paraf_sekda": initial,
        "tahap6_jadwal": {"metode": "desk_to_desk", "tanggal": day, "tempat": "Bogor"},
        "tahap6_tanda_tangan": {"tanda_tangan": "ditandatangani"},
        "tahap6_registrasi": {
            "hasil": "sah",
            "nomor": {code: f"119/{n}/KB/2026" for n, code in enumerate(parties, start=1)},
            "tanggal_berlaku": day,
            "tanggal_berakhir": f"{int(day[:4]) + 5}{day[4:]}",
            "evaluasi_bulan": 6,
            "naskah": SCAN,
            "paraf_lengkap": True,
            "bermeterai": True,
            "bercap": True,
        },
        "tahap7_laporan": {"realisasi": "Terlaksana", "laporan": SCAN},
        "tahap7_evaluasi": {"rekomendasi": "dilanjutkan", "nilai": 4},
        "tahap7_berita_acara_pengakhiran": {
            "sikap": "setuju",
            "dasar": "kesepakatan_para_pihak",
        },
        "tahap7_naskah_lama": {
            "jenis_naskah": "kesepakatan_bersama",
            "nomor": {code: f"119/{n}/KB/2024" for n, code in enumerate(parties, start=1)},
            "tanggal_tanda_tangan": f"{int(day[:4]) - 2}{day[4:]}",
            "tanggal_berlaku": f"{int(day[:4]) - 2}{day[4:]}",
            "tanggal_berakhir": f"{int(day[:4]) + 3}{day[4:]}",
            "evaluasi_bulan": 6,
            "kategori_naskah": "wajib",
            "penanda_tangan": dict.fromkeys(parties, "Bupati Contoh"),
            "naskah": SCAN,
        },
        "penarikan_berita_acara": {"berita_acara": SCAN},
    }


class Journey:
    """One case walked by its officials, with a plan of answers; a new one, or that of `case_id`.

    What a test names is answered over the mailed link. The way there is walked by a machine's
    token, which is quicker, or `by_mail`, through the links too.
    """

    def __init__(
        self,
        town: Town,
        parties: Sequence[str],
        *,
        burden: bool = False,
        title: str = "Pelayanan Publik",
        case_id: str | None = None,
        by_mail: bool = False,
        **entry: Any,
    ) -> None:
        self.town = town
        self.by_mail = by_mail
        self.parties = list(parties)
        self.plan = smooth(town.now.date().isoformat(), parties=parties, burden=burden)
        self.plan["tahap1_permohonan"]["judul"] = title
        self.id = case_id or town.open_case(parties[0], parties[1:], title, **entry)

    def answer(self, element: str, region: str | None = None, **changes: Any) -> Journey:
        """Finish a task by the plan, with changes."""
        where = region or next(r for e, r in self.open if e == element)
        self.town.answer(self.id, element, where, **{**self.plan[element], **changes})
        return self

    def until(self, element: str) -> Journey:
        """Walk by the plan until a task of this shape is open."""
        return self._walk(lambda found: any(e == element for e, _ in found))

    def to_rest(self) -> Journey:
        """Walk by the plan until nobody is awaited."""
        return self._walk(lambda found: not found)

    def _walk(self, enough: Callable[[list[tuple[str, str]]], bool]) -> Journey:
        for _ in range(400):
            found = self.open
            if enough(found):
                return self
            self._pass(*found[0])
        raise AssertionError(f"the case goes in circles at {self.open}")

    def pass_with(self, element: str, region: str, **changes: Any) -> Journey:
        """Finish a task with the token of a machine, by the plan with changes."""
        self.town.complete(self.id, element, region, {**self.plan[element], **changes})
        return self

    def _pass(self, element: str, region: str) -> None:
        if self.by_mail:
            self.answer(element, region)
        else:
            self.pass_with(element, region)

    @property
    def open(self) -> list[tuple[str, str]]:
        return self.town.open_tasks(self.id)

    @property
    def elements(self) -> list[str]:
        return [element for element, _ in self.open]

    @property
    def case(self) -> dict[str, Any]:
        return self.town.case(self.id)

    def stands(self) -> tuple[str, str | None]:
        """Status and reason of its end."""
        case = self.case
        return case["status"], case["end_reason"]
