"""What the tests of plays have in common: answers to the small drawing, and types of fixtures."""

from __future__ import annotations

from collections.abc import Callable

from tests.webhooks.playing.trial import Trial

Draft = Callable[..., str]
Enter = Callable[[str], Trial]
#: every kind of question of the small drawing, answered
ALL_KINDS = {
    "judul": "Pelayanan publik",
    "uraian": "Dua\nbaris",
    "bulan": "24",
    "nilai": "Rp1.500.000",
    "tanggal_surat": "2026-03-01",
    "membebani": "true",
    "nomor[32.01]": "119/1",
    "nomor[32.02]": "074/9",
}
