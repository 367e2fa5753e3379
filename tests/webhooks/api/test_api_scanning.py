"""The virus scanner: what it finds is refused, and while it is silent nothing leaves the house."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from processes import actions
from processes.actions import scanning
from processes.office import Office
from processes.settings import Settings
from processes.store import questions
from processes.store.tables import Scan
from processes.store.viewer import Viewer
from tests.store.scanner import EICAR, Mood, Scanner
from tests.webhooks.api.machine import Machine, pdf
from tests.webhooks.conftest import Clock, SignIn

BOGOR, SUKABUMI = "32.01", "32.02"
VIRUS = pdf().replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + EICAR + b"\n")


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    made = Scanner().start()
    yield made
    made.stop()


@pytest.fixture
def office(office: Office, scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(scanning, "PATIENCE", 0.3)
    monkeypatch.setattr(scanning, "LATER_PATIENCE", 0.3)
    environ = {
        "KSDD_ENV": "development",
        "KSDD_DATA": str(office.settings.data),
        "KSDD_CLAMD_URL": scanner.url,
    }
    return replace(office, settings=Settings.from_environment(environ))


def hand_in(machine: Machine, content: bytes, region: str = BOGOR) -> TestResponse:
    return machine.post(
        "/documents",
        data={"file": (io.BytesIO(content), "surat.pdf"), "region": region},
        content_type="multipart/form-data",
    )


def files_of(office: Office) -> list[Path]:
    return [p for p in office.blobs.folder.rglob("*") if p.is_file()]


def test_an_infected_file_is_refused_and_a_clean_one_is_taken(
    machine: Callable[..., Machine], office: Office
) -> None:
    admin = machine("pusat")
    refused = hand_in(admin, VIRUS)
    assert refused.status_code == 415
    assert "Eicar-Signature" in refused.get_json()["detail"]
    assert "unggah kembali" in refused.get_json()["detail"]
    assert files_of(office) == []
    taken = hand_in(admin, pdf())
    assert (taken.status_code, taken.get_json()["scan"]) == (201, "bersih")


@pytest.mark.parametrize("mood", [Mood.HANGS, Mood.BABBLES, Mood.HANGS_UP, None])
def test_while_the_scanner_is_silent_only_its_own_house_gets_a_file(
    machine: Callable[..., Machine],
    office: Office,
    scanner: Scanner,
    signed_in: SignIn,
    mood: Mood | None,
) -> None:
    if mood is None:
        scanner.stop()
    else:
        scanner.mood = mood
    admin, own = machine("pusat"), machine("bogor", role="system", region=BOGOR)
    kept = hand_in(admin, pdf()).get_json()
    assert kept["scan"] == "menunggu"
    path = f"/documents/{kept['id']}/content"
    held = admin.get(path)
    assert (held.status_code, "pemindai virus" in held.get_json()["detail"]) == (409, True)
    assert own.get(path).status_code == 200
    assert "1 berkas menunggu pemindai virus" in signed_in().get("/").get_data(as_text=True)


def test_what_waited_is_asked_for_again_with_pauses_and_then_set_free_or_held(
    machine: Callable[..., Machine], office: Office, scanner: Scanner, clock: Clock
) -> None:
    admin = machine("pusat")
    scanner.mood = Mood.HANGS_UP
    kept = [hand_in(admin, content).get_json()["id"] for content in (pdf(), VIRUS)]

    def ask() -> int:
        return actions.scan_documents(office, now=clock(), limit=10)

    assert (ask(), scanner.asked) == (0, 3)
    assert (ask(), scanner.asked) == (0, 3)
    clock.moment += timedelta(minutes=1)
    scanner.mood = Mood.WELL
    assert (ask(), ask()) == (2, 0)
    assert admin.get(f"/documents/{kept[0]}/content").status_code == 200
    assert admin.get(f"/documents/{kept[1]}/content").status_code == 409
    with office.database.read() as session:
        found = questions.find_document(session, Viewer.system(), kept[1])
    assert found is not None
    assert (found.scan, found.infection) == (Scan.INFECTED, "Eicar-Signature")
    bogor = machine("bogor", role="system", region=BOGOR)
    assert bogor.get(f"/documents/{kept[1]}/content").status_code == 409


def test_a_file_that_the_scanner_cannot_judge_keeps_no_other_waiting(
    machine: Callable[..., Machine], office: Office, scanner: Scanner, clock: Clock
) -> None:
    admin = machine("pusat")
    scanner.mood = Mood.HANGS_UP
    lost = hand_in(admin, pdf()).get_json()["id"]
    [file] = files_of(office)
    file.unlink()
    clock.moment += timedelta(seconds=1)
    kept = hand_in(admin, VIRUS).get_json()["id"]
    scanner.mood = Mood.WELL
    seen: list[int] = []
    told = actions.scan_documents(office, now=clock(), limit=10, alive=lambda: seen.append(1))
    assert (told, len(seen)) == (1, 2), "it is seen to work between two files"
    assert admin.get(f"/documents/{kept}/content").status_code == 409
    assert admin.get(f"/documents/{lost}").get_json()["scan"] == "menunggu"
