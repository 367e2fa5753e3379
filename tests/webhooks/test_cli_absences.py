"""`ksdd officials substitute` and `back`: an office that nobody is in, from the command line."""

from __future__ import annotations

import pytest

from tests.webhooks.test_cli import HEADER, Run
from tests.webhooks.test_cli import database as database
from tests.webhooks.test_cli import ksdd as ksdd
from tests.webhooks.test_cli import settings as settings

OFFICIALS = HEADER + (
    "32.01,kabag,Sari Contoh,,Kabag,definitif,sari@contoh.example,\n"
    "32.01,asisten,Budi Contoh,,Asisten,definitif,budi@contoh.example,\n"
    "32.01,pelaksana,Ani Contoh,,Kepala Dinas,definitif,ani@contoh.example,\n"
    "32.01,pelaksana,Ida Contoh,,Kepala Dinas,definitif,ida@contoh.example,\n"
)
ORDER = ("officials", "substitute", "32.01", "kabag", "--letter", "800/12")
RINA = ("--by", "Rina Contoh", "--email", "rina@contoh.example")


@pytest.fixture
def town(ksdd: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("list") / "officials.csv"
    path.write_text(OFFICIALS, "utf-8")
    assert ksdd("officials", "import", str(path), "--replace")[0] == 0
    return ksdd


def test_somebody_stands_in_until_the_official_is_back(town: Run) -> None:
    code, out, _ = town(*ORDER, *RINA, "--until", "2999-12-31", "--status", "Plt")
    assert code == 0
    assert "Rina Contoh menjadi Plt. untuk Sari Contoh, Kabag" in out
    assert "2999-12-31" in out
    code, _, err = town(*ORDER, *RINA)
    assert (code, "sudah mempunyai pengganti" in err) == (1, True)
    code, out, _ = town("officials", "back", "32.01", "kabag", "--reason", "Selesai cuti")
    assert (code, "Sari Contoh" in out) == (0, True)
    code, _, err = town("officials", "back", "32.01", "kabag")
    assert (code, "Tidak ada pejabat" in err) == (1, True)


def test_a_colleague_is_known_by_his_name(town: Run) -> None:
    code, out, _ = town(*ORDER, "--by", "budi contoh")
    assert (code, "sampai diakhiri" in out) == (0, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((*ORDER, "--by", "Siapa Contoh"), "tidak terdaftar"),
        ((*ORDER, *RINA, "--until", "2001-01-01"), "Hari terakhir"),
        ((*ORDER, *RINA, "--until", "besok"), "--until"),
        ((*ORDER, "--by", "Rina Contoh", "--email", "rina"), "tidak terbaca"),
        (("officials", "substitute", "32.01", "raja", "--letter", "1", *RINA), "raja"),
        (("officials", "substitute", "99", "kabag", "--letter", "1", *RINA), "99"),
        (("officials", "substitute", "32.01", "pelaksana", "--letter", "1", *RINA), "Ani Contoh"),
        (("officials", "back", "32.01", "kabag"), "Tidak ada pejabat"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(town: Run, words: tuple[str, ...], told: str) -> None:
    code, out, err = town(*words)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert told in err


def test_an_import_that_ends_a_substitution_says_so(
    town: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert town(*ORDER, "--by", "Budi Contoh")[0] == 0
    path = tmp_path_factory.mktemp("list") / "officials.csv"
    lines = [line for line in OFFICIALS.splitlines() if "Budi" not in line]
    path.write_text("\n".join(lines), "utf-8")
    code, out, _ = town("officials", "import", str(path), "--replace")
    assert code == 0
    assert "Penggantian Sari Contoh oleh Budi Contoh berakhir" in out
