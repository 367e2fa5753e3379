"""`make golden`: keep what this program writes, for all programs after it to read.

One case of the first procedure waits at each step, and one of the second in each of its stages.
Made once for each release, and whenever the codec's number is raised.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from processes import actions
from processes.store import rows
from tests.golden.files import FOLDER, LEFT, PARTIES
from tests.journeys.answers import Journey
from tests.journeys.ten_stages import TenStages
from tests.journeys.town import Town

#: elements at which a case of the first procedure waits
STEPS = (
    "tahap1_permohonan", "tahap1_telaah", "tahap1_surat", "tahap2_kesediaan", "tahap3_pembahasan",
    "tahap3_konfirmasi", "tahap4_permohonan_dprd", "tahap4_keputusan_dprd", "tahap5_paraf_kabag",
    "tahap5_paraf_sekda", "tahap6_jadwal", "tahap6_tanda_tangan", "tahap6_registrasi",
)  # fmt: skip
#: where a case of the second one waits
SECOND = (
    "tahap1_telaah", "tahap2_tanggapan", "tahap3_konfirmasi", "naskah_paraf_sekda",
    "tahap5_permohonan_dprd", "tahap6_pembahasan", "naskah_tanda_tangan", "tahap8_rencana",
    "tahap9_penatausahaan",
)  # fmt: skip


def main() -> None:
    """Make the file of today and say where it lies."""
    with tempfile.TemporaryDirectory(prefix="ksdd-golden-") as name:
        town = Town(f"sqlite+pysqlite:///{name}/ksdd.sqlite3", Path(name), LEFT)
        fill(town)
        path = FOLDER / f"{datetime.now(UTC):%Y-%m-%d}-{_step(town)}.zip"
        actions.back_up(town.office, path, now=LEFT)
        town.close()
    path.chmod(0o644)
    sys.stdout.write(f"{path}: {path.stat().st_size} bytes\n")


def fill(town: Town) -> None:
    """Open the cases and walk each to its step."""
    for element in STEPS:
        Journey(town, PARTIES, burden=element.startswith("tahap4"), title=element).until(element)
    Journey(town, PARTIES, title="tahap7_menunggu").to_rest()
    for element in SECOND:
        burden = element.startswith("tahap5")
        TenStages(town, PARTIES, burden=burden, title=element).until(element)
    TenStages(town, PARTIES, title="tahap10_menunggu").to_rest()


def _step(town: Town) -> str:
    with town.office.database.connect_to_read() as connection:
        return rows.step_of(connection)


if __name__ == "__main__":
    main()
