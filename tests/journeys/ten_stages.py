"""The second procedure: published beside the first, and walked by the same officials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from processes.actions import Actor, publish
from processes.office import SHIPPED
from tests.journeys.answers import SCAN, Journey, Plan, smooth
from tests.journeys.town import Town

KEY = "ksdd_pp28"
FOLDER = SHIPPED / KEY
#: stages in which each document is signed
SIGNED_IN = {4: "kesepakatan_bersama", 7: "perjanjian_kerja_sama"}


def ten(day: str, *, parties: Sequence[str], burden: bool = False) -> Plan:
    """Answers by element: everything agreed, dated `day`, no council needed unless `burden`.

    What both procedures ask is answered as in the first one.
    """
    seven = smooth(day, parties=parties, burden=burden)
    talks = seven["tahap3_pembahasan"]
    schedule = seven["tahap6_jadwal"]
    letter = {"nomor_surat": "100.2/7/KSD/2026", "tanggal_surat": day}
    return {
        "tahap1_permohonan": seven["tahap1_permohonan"],
        "tahap1_telaah": seven["tahap1_telaah"],
        "tahap2_surat": seven["tahap1_surat"],
        "tahap2_tanggapan": {**seven["tahap2_kesediaan"], "tanggapan": "menerima"},
        "tahap2_surat_kedua": seven["tahap2_surat_kedua"],
        "tahap2_laporan_gwpp": seven["tahap2_laporan_gwpp"],
        "tahap2_keputusan_lanjut": seven["tahap2_keputusan_lanjut"],
        "tahap2_tindak_lanjut": seven["tahap2_tindak_lanjut"],
        "tahap3_pembahasan": talks,
        "tahap3_konfirmasi": seven["tahap3_konfirmasi"],
        "tahap4_jadwal": schedule,
        "naskah_paraf_kabag": seven["tahap5_paraf_kabag"],
        "naskah_paraf_asisten": seven["tahap5_paraf_asisten"],
        "naskah_paraf_sekda": seven["tahap5_paraf_sekda"],
        "naskah_tanda_tangan": seven["tahap6_tanda_tangan"],
        "naskah_jadwal": schedule,
        "naskah_registrasi": seven["tahap6_registrasi"],
        "tahap5_anggaran": seven["tahap4_anggaran"],
        "tahap5_permohonan_dprd": {**seven["tahap4_permohonan_dprd"], "rancangan": SCAN},
        "tahap5_keputusan_dprd": seven["tahap4_keputusan_dprd"],
        "tahap5_tindak_lanjut": {"tindakan": "ajukan_ulang"},
        "tahap6_pembahasan": talks,
        "tahap6_konfirmasi": seven["tahap3_konfirmasi"],
        "tahap7_jadwal": schedule,
        "tahap8_rencana": {"rencana": "Membuka loket bersama"},
        "tahap9_penatausahaan": {"lokasi_asli": "Lemari arsip Bagian Kerja Sama"},
        "tahap10_laporan": seven["tahap7_laporan"],
        "tahap10_evaluasi": seven["tahap7_evaluasi"],
        "tahap10_pelaporan": {**letter, "disampaikan_kepada": "Gubernur"},
        "tahap8_naskah_lama": seven["tahap7_naskah_lama"],
        "pengakhiran_berita_acara": seven["tahap7_berita_acara_pengakhiran"],
        "penarikan_berita_acara": seven["penarikan_berita_acara"],
    }


class TenStages(Journey):
    """A case of the second procedure, which is published when the town has not got it yet."""

    def __init__(
        self,
        town: Town,
        parties: Sequence[str],
        *,
        burden: bool = False,
        title: str = "Pelayanan Publik",
        by_mail: bool = False,
        **entry: Any,
    ) -> None:
        if town.call("GET", f"/procedures/{KEY}/versions").status_code == 404:
            owner = Actor(kind="account", name="pemilik")
            publish(town.office, FOLDER, note="Prosedur kedua", actor=owner, now=town.now)
        super().__init__(town, parties, title=title, by_mail=by_mail, procedure=KEY, **entry)
        self.plan = ten(town.now.date().isoformat(), parties=parties, burden=burden)
        self.plan["tahap1_permohonan"]["judul"] = title

    def answer(self, element: str, region: str | None = None, **changes: Any) -> TenStages:
        super().answer(element, region, **{**self._registered(element), **changes})
        return self

    def pass_with(self, element: str, region: str, **changes: Any) -> TenStages:
        super().pass_with(element, region, **{**self._registered(element), **changes})
        return self

    def until(self, element: str) -> TenStages:
        super().until(element)
        return self

    def signed(self) -> TenStages:
        """Walk until the Kesepakatan Bersama is signed and registered."""
        self.until("naskah_registrasi").pass_with("naskah_registrasi", self.parties[0])
        return self

    def _registered(self, element: str) -> dict[str, Any]:
        """Which document is registered: the one that is signed in the stage of the case."""
        if element != "naskah_registrasi":
            return {}
        return {"jenis_naskah": SIGNED_IN[self.case["stage"]]}

    @property
    def stages(self) -> list[int]:
        """The stages that the case went through, in their order."""
        history = self.town.call("GET", f"/cases/{self.id}/history").get_json()["items"]
        return [1] + [e["details"]["after"] for e in history if e["kind"] == "case.stage"]
