"""Memeriksa berkas perkara tanpa aplikasi: python3 periksa.py (Python 3.8 atau lebih baru).

1. Setiap berkas dalam SHA256SUMS dihitung ulang sidik jarinya (SHA-256).
2. Setiap baris riwayat.jsonl dihitung ulang: SHA-256 atas hash baris sebelumnya yang disambung
   dengan JSON baku baris itu (kunci urut abjad, tanpa spasi) yang memuat actor, at, case, details,
   kind, dan seq.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
HASHED = ("actor", "at", "case", "details", "kind", "seq")


def wrong_files() -> Iterator[str]:
    """Names in SHA256SUMS whose bytes are gone or are not what they were."""
    for line in (HERE / "SHA256SUMS").read_text("utf-8").splitlines():
        told, _, name = line.partition("  ")
        path = HERE / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != told:
            yield name


def wrong_entries(lines: Sequence[str]) -> Iterator[int]:
    """Sequence numbers of entries that do not fit their hash or the entry before."""
    previous = ""
    for number, line in enumerate(lines, start=1):
        entry = json.loads(line)
        content = json.dumps(
            {key: entry[key] for key in HASHED},
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        made = hashlib.sha256((entry["previous"] + content).encode("utf-8")).hexdigest()
        fits = made == entry["hash"] or entry.get("disamarkan") is True
        if entry["seq"] != number or entry["previous"] != previous or not fits:
            yield entry["seq"]
        previous = entry["hash"]


def main() -> int:
    """Print what was found; 0 when all is whole."""
    lines = (HERE / "riwayat.jsonl").read_text("utf-8").splitlines()
    hidden = sum(json.loads(line).get("disamarkan") is True for line in lines)
    files, entries = list(wrong_files()), list(wrong_entries(lines))
    for name in files:
        sys.stdout.write("BERKAS BERUBAH ATAU HILANG: " + name + "\n")
    for seq in entries:
        sys.stdout.write("RIWAYAT TIDAK COCOK PADA NOMOR " + str(seq) + "\n")
    whole = str(len(lines) - hidden) + " entri dihitung ulang, " + str(hidden) + " disamarkan"
    sys.stdout.write(whole + "\n")
    sys.stdout.write("TIDAK UTUH\n" if files or entries else "UTUH\n")
    return 1 if files or entries else 0


if __name__ == "__main__":
    sys.exit(main())
