"""The case file: read and checked without the product, and no more in it than one may see."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from processes.store import accounts
from processes.store.tables import AccountRole
from tests.journeys.answers import Journey
from tests.journeys.conftest import START
from tests.journeys.town import File, Town
from tests.webhooks.api.machine import pdf
from tests.webhooks.forms import key_in

BOGOR, SUKABUMI = "32.01", "32.02"
SECRET_DRAFT = pdf(4321)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One case, and its file as three viewers took it."""

    town: Town
    case: Journey
    #: unpacked: by the installation's token, by the pemrakarsa's and by the partner's
    whole: Path
    first: Path
    partner: Path
    #: what arrived for the partner, as it came
    partner_zip: bytes


def take(town: Town, case_id: str, token: str, to: Path) -> bytes:
    answer = town.client.get(
        f"/api/v1/cases/{case_id}/export", headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert "KSDD-2026-0001.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        archive.extractall(to)
    return answer.data


@pytest.fixture(scope="module")
def taken(settled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """A case in its third stage, whose second draft is prepared and not sent yet."""
    folder = tmp_path_factory.mktemp("berkas")
    shutil.copy(settled_sqlite, folder / "ksdd.sqlite3")
    town = Town(f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}", folder / "data", START)
    tokens = {}
    with town.office.database.write() as session:
        for code in (BOGOR, SUKABUMI):
            tokens[code] = accounts.create_token(
                session, name=code, role=AccountRole.SYSTEM, region_code=code, now=START
            )
    case = Journey(town, [BOGOR, SUKABUMI], title='Air bersih <b>"lintas"</b> & batas')
    case.until("tahap3_pembahasan")
    case.answer("tahap3_pembahasan", hasil="revisi", rancangan=File(pdf(4400)))
    prepared = {**case.plan["tahap3_pembahasan"], "rancangan": File(SECRET_DRAFT)}
    preparer = town.link(case.id, "tahap3_pembahasan", BOGOR, "siapkan")
    assert town.post(preparer, prepared).status_code == 200
    places = {name: folder / name for name in ("whole", "first", "partner")}
    take(town, case.id, town.token, places["whole"])
    take(town, case.id, tokens[BOGOR], places["first"])
    zipped = take(town, case.id, tokens[SUKABUMI], places["partner"])
    yield Taken(town=town, case=case, partner_zip=zipped, **places)
    town.close()


def told(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "perkara.json").read_text("utf-8"))
    return found


def entries(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "riwayat.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_party_that_left_is_told_as_such_in_every_form_of_the_file(
    sqlite_town: Town, tmp_path: Path
) -> None:
    case = Journey(sqlite_town, [BOGOR, SUKABUMI, "32.04"]).until("tahap2_kesediaan")
    case.answer("tahap2_kesediaan", SUKABUMI, tanggapan="menolak")
    case.answer("tahap2_kesediaan", "32.04").answer("tahap2_keputusan_lanjut")

    take(sqlite_town, case.id, sqlite_town.token, tmp_path)

    assert told(tmp_path)["case"]["parties"] == [BOGOR, SUKABUMI, "32.04"]
    assert told(tmp_path)["case"]["left"] == [SUKABUMI]
    printed = PdfReader(tmp_path / "berkas-perkara.pdf")
    pages = " ".join("".join(page.extract_text() for page in printed.pages).split())
    assert pages.count("tidak lagi ikut; Nomor perkara di daerah ini") == 1


def test_everybody_checks_it_with_the_tools_of_his_own_machine(taken: Taken) -> None:
    for folder in (taken.whole, taken.first, taken.partner):
        done = subprocess.run(
            ["sha256sum", "--strict", "-c", "SHA256SUMS"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        listed = done.stdout.count(": OK\n")
        assert listed == sum(path.is_file() for path in folder.rglob("*")) - 1
        said = check(folder)
        assert said.endswith("UTUH\n")
        assert "TIDAK" not in said


def check(folder: Path) -> str:
    return subprocess.run(
        [sys.executable, "-I", "periksa.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_the_chain_is_recomputed_as_the_file_itself_describes(taken: Taken) -> None:
    """By the description in the file: previous, then the canonical JSON of six names."""
    previous = ""
    for number, entry in enumerate(entries(taken.whole), start=1):
        six = {k: entry[k] for k in ("actor", "at", "case", "details", "kind", "seq")}
        text = json.dumps(six, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        made = hashlib.sha256((previous + text).encode()).hexdigest()
        assert (entry["seq"], entry["previous"], entry["hash"]) == (number, previous, made)
        assert "disamarkan" not in entry
        previous = made
    last = entries(taken.whole)[-1]
    assert (last["kind"], previous in page(taken.whole)) == ("case.exported", True)


def page(folder: Path) -> str:
    return (folder / "index.html").read_text("utf-8")


def test_whatever_is_altered_is_found(taken: Taken, tmp_path: Path) -> None:
    folder = tmp_path / "palsu"
    shutil.copytree(taken.whole, folder)
    lines = (folder / "riwayat.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "riwayat.jsonl").write_text("".join([*lines[:4], *lines[5:]]), "utf-8")
    document = next((folder / "dokumen").iterdir())
    document.write_bytes(document.read_bytes() + b"x")
    said = check(folder)
    assert f"BERKAS BERUBAH ATAU HILANG: dokumen/{document.name}" in said
    assert "BERKAS BERUBAH ATAU HILANG: riwayat.jsonl" in said
    assert "RIWAYAT TIDAK COCOK PADA NOMOR 6" in said
    assert said.endswith("TIDAK UTUH\n")


def test_the_other_region_gets_no_draft(taken: Taken) -> None:
    held = [d for d in told(taken.first)["documents"] if d["size"] == 4321]
    assert len(held) == 1
    assert (taken.first / held[0]["path"]).read_bytes() == SECRET_DRAFT
    for word in (SECRET_DRAFT, held[0]["id"].encode(), held[0]["sha256"].encode()):
        assert word not in taken.partner_zip
        files = [p for p in taken.partner.rglob("*") if p.is_file()]
        assert not [p for p in files if word in p.read_bytes()]
    assert "hanya memuat bagian yang boleh dilihat" in page(taken.partner)
    hidden = [entry for entry in entries(taken.partner) if entry.get("disamarkan")]
    assert hidden
    assert all("answers" not in entry["details"] for entry in hidden)
    seen_by_first = {d["id"] for d in told(taken.first)["documents"]}
    assert {d["id"] for d in told(taken.partner)["documents"]} < seen_by_first


def test_each_export_is_recorded_and_names_whose_part_it_was(taken: Taken) -> None:
    assert taken.town.call("HEAD", f"/cases/{taken.case.id}/export").status_code == 200
    answer = taken.town.call("GET", f"/cases/{taken.case.id}/history")
    found = [e for e in answer.get_json()["items"] if e["kind"] == "case.exported"]
    assert [e["actor"]["name"] for e in found] == ["kota", BOGOR, SUKABUMI]
    assert [e["details"].get("region") for e in found] == [None, BOGOR, SUKABUMI]


def test_it_can_be_printed(taken: Taken) -> None:
    reader = PdfReader(taken.whole / "berkas-perkara.pdf")
    words = " ".join(sheet.extract_text() for sheet in reader.pages)
    for wanted in ("KSDD/2026/0001", "Air bersih", "Telaah TKKSD", "dokumen/001-"):
        assert wanted in words


def test_the_board_offers_it_behind_a_button_that_only_its_own_page_has(taken: Taken) -> None:
    town = taken.town
    with town.office.database.write() as session:
        link = accounts.first_sign_in_link(session, town.now)
    browser = town.app.test_client()
    assert browser.post(f"/masuk/{link}").status_code == 303
    shown = browser.get(f"/perkara/{taken.case.id}").get_data(as_text=True)
    path = f"/perkara/{taken.case.id}/berkas"
    assert path in shown
    assert browser.post(path, data={}).status_code == 403
    answer = browser.post(path, data={"_kunci": key_in(shown)})
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
