"""The commands about data that are kept, as whoever keeps an installation types them."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from webhooks.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    filled_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    folder = tmp_path / "data"
    shutil.copytree(filled_folder, folder)
    for name in ("ENV=development", f"DATA={folder}"):
        key, _, value = name.partition("=")
        monkeypatch.setenv(f"KSDD_{key}", value)
    monkeypatch.setenv("KSDD_DATABASE_URL", f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}")

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out.strip(), said.err.strip()

    return call


def test_old_agreements_are_looked_at_then_recorded_and_not_twice(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "lama.csv"
    good = (
        "region;partners;title;type;numbers;signed_on;starts_on;ends_on\n"
        "3201;32.02;Air bersih;PKS;3201=1/PKS|3202=2/PKS;2024-03-01;2024-03-04;2029-03-04\n"
    )
    file.write_text(good, "utf-8")
    code, seen, _ = run("agreements", "import", str(file), "--preview")
    assert (code, "Air bersih" in seen, "belum ada yang disimpan" in seen) == (0, True, True)
    file.write_text(good.replace("3201;", "99.99;"), "utf-8")
    code, _, wrong = run("agreements", "import", str(file))
    assert (code, "Baris 2, kolom region" in wrong) == (1, True)
    file.write_text(good, "utf-8")
    assert run("agreements", "import", str(file))[1].startswith("1 kerja sama")
    code, _, wrong = run("agreements", "import", str(file))
    assert (code, "sudah tercatat" in wrong) == (1, True)
    assert run("agreements", "import", str(tmp_path / "tidak-ada.csv"))[0] == 1


def test_a_person_gets_his_data_in_a_file_that_nobody_else_reads(run: Run, tmp_path: Path) -> None:
    clerk, file = "bagian-kerja-sama.3201@contoh.example", tmp_path / "data.zip"
    assert run("officials", "data", clerk, str(file), "--reason", "Diminta")[0] == 0
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("data.json"))["person"]["email"] == clerk
    code, _, said = run("officials", "data", clerk, str(file), "--reason", "Diminta")
    assert (code, said.count("\n")) == (1, 0), "a file that is there is not overwritten"
    assert run("officials", "data", "siapa", str(tmp_path / "x.zip"), "--reason", "x")[0] == 1


def test_retention_says_what_would_go_and_what_stays(run: Run) -> None:
    code, said, _ = run("retention", "--dry-run")
    assert (code, "selamanya" in said, "riwayat perkara" in said) == (0, True, True)
    assert "sudah dihapus" in run("retention")[1]
