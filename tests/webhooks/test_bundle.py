"""The modeler's scripts: carried between machines whole or not at all, and a failure says why."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processes.errors import KsddError
from processes.office import Office
from processes.sentences import LANGUAGES, area
from processes.store import folder_drafts
from processes.store.tables import AccountRole
from tests.webhooks.conftest import SignIn
from tests.webhooks.drawing.made_bundle import fill_folder, fill_shelf
from tests.webhooks.forms import key_in
from tests.webhooks.test_cli import ksdd as ksdd
from tests.webhooks.test_cli import settings as settings
from webhooks.bundle.carrying import bring, carry
from webhooks.bundle.making import make
from webhooks.bundle.running import last
from webhooks.bundle.shelf import CONTENTS, MOST_KEPT, Shelf, State
from webhooks.bundle.sources import source_files, source_key

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]


def test_a_bundle_is_missing_then_made_then_ready(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.state() is State.MISSING
    with shelf.alone():
        assert shelf.state() is State.MAKING
    shelf.note_failure("bundle.too_slow", {"minutes": 15}, NOW)
    assert shelf.state() is State.FAILED
    fill_shelf(tmp_path)
    assert shelf.state() is State.READY
    assert make(shelf, now=NOW) is False


def test_a_failure_of_other_sources_is_no_failure_of_these(tmp_path: Path) -> None:
    other, shelf = Shelf(tmp_path, key="0" * 16), Shelf(tmp_path)
    other.root.mkdir()
    other.note_failure("bundle.too_slow", {"minutes": 15}, NOW)
    assert (other.state(), shelf.state()) == (State.FAILED, State.MISSING)


def test_a_bundle_is_carried_to_another_installation(tmp_path: Path) -> None:
    here, there = fill_shelf(tmp_path / "a"), Shelf(tmp_path / "b")

    carry(here, tmp_path / "usb")
    bring(there, tmp_path / "usb")

    assert there.is_ready()
    names = {path.name for path in there.folder.iterdir()}
    assert names == {path.name for path in here.folder.iterdir()}
    with pytest.raises(KsddError, match="sudah ada"):
        carry(here, tmp_path / "usb")
    with pytest.raises(KsddError, match="belum siap"):
        carry(Shelf(tmp_path / "c"), tmp_path / "d")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda folder: shutil.rmtree(folder), "bukan folder penyunting"),
        (lambda folder: (folder / CONTENTS).write_text("{}"), "bukan folder penyunting"),
        (lambda folder: (folder / "modeler.js").write_text("alert(1)"), "tidak lengkap"),
        (lambda folder: (folder / "viewer.css").unlink(), "tidak lengkap"),
    ],
)
def test_a_folder_that_is_not_whole_is_not_taken(
    tmp_path: Path, harm: Callable[[Path], object], words: str
) -> None:
    shelf = Shelf(tmp_path / "data")
    folder = fill_folder(tmp_path / "usb", shelf.key)
    harm(folder)

    with pytest.raises(KsddError, match=words):
        bring(shelf, folder)
    assert not shelf.is_ready()


def test_a_folder_of_other_sources_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(KsddError, match="versi lain"):
        bring(Shelf(tmp_path / "data"), fill_folder(tmp_path / "usb", "0" * 16))


def test_only_a_few_old_bundles_are_kept(tmp_path: Path) -> None:
    for number in range(MOST_KEPT + 2):
        shelf = Shelf(tmp_path, key=f"{number:016}")
        made = fill_folder(tmp_path / "bundle" / f"work{number}", shelf.key)
        os.utime(made, (number, number))
        shelf.put(made)
    assert len(list((tmp_path / "bundle").glob(f"*/{CONTENTS}"))) == MOST_KEPT
    assert shelf.is_ready()


def test_without_a_network_the_reason_is_kept_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # nobody listens on the discard port of this machine
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9/")
    monkeypatch.setenv("NPM_CONFIG_FETCH_RETRIES", "0")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("PIP_RETRIES", "0")
    shelf = Shelf(tmp_path)

    with pytest.raises(KsddError, match="tidak terjangkau") as refused:
        make(shelf, now=NOW)

    assert "http" not in str(refused.value)
    failure = shelf.failure()
    assert failure is not None
    assert (failure.sentence, failure.at) == ("bundle.no_network", NOW.isoformat())
    assert not (shelf.root / "work").exists()
    assert shelf.state() is State.FAILED


def test_two_processes_make_one_after_the_other(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with (
        shelf.alone(),
        (shelf.root / "making.lock").open("w") as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_key_is_that_of_every_source() -> None:
    names = {path.name for path in source_files()}
    assert {"package-lock.json", "build.mjs", "modeler.js", "viewer.css", "parts.json"} <= names
    assert len(source_key()) == 16


def test_what_a_step_said_is_told_without_addresses() -> None:
    assert (
        last("npm error\n request to https://x.example/y failed") == "npm error request to … failed"
    )


def test_the_command_brings_carries_and_says_where(ksdd: Run, tmp_path: Path) -> None:
    folder = fill_folder(tmp_path / "usb", source_key())

    code, out, _ = ksdd("bundle", "--from", str(folder))
    assert (code, "siap" in out) == (0, True)
    code, out, _ = ksdd("bundle")
    assert (code, "siap" in out) == (0, True)
    code, out, _ = ksdd("bundle", "--to", str(tmp_path / "lain"))
    assert (code, (tmp_path / "lain" / CONTENTS).exists()) == (0, True)
    code, _, err = ksdd("bundle", "--from", str(tmp_path / "tidak-ada"))
    assert (code, "bukan folder penyunting" in err) == (1, True)


def test_every_sentence_of_it_is_there_in_both_languages() -> None:
    assert len({frozenset(area(language, "bundle")) for language in LANGUAGES}) == 1
    assert len({frozenset(area(language, "drawing")) for language in LANGUAGES}) == 1


def test_the_page_says_what_is_missing_and_what_to_do(signed_in: SignIn, office: Office) -> None:
    owner = signed_in(role=AccountRole.OWNER)
    key = key_in(owner.get("/akun-saya").text)
    owner.post("/prosedur", data={"_kunci": key, "key": "uji", "title": "Tenggat"})
    with office.database.read() as session:
        [draft] = folder_drafts.open_drafts(session)
    shelf = Shelf(office.settings.data)

    missing = owner.get(f"/rancangan/{draft.id}")
    assert (missing.status_code, "ksdd bundle" in missing.text) == (503, True)
    with shelf.alone():
        making = owner.get(f"/rancangan/{draft.id}")
    assert "sedang disiapkan" in making.text
    assert making.headers["Refresh"] == "5"
    shelf.note_failure("bundle.no_network", {"said": "ENOTFOUND"}, NOW)
    failed = owner.get(f"/rancangan/{draft.id}")
    assert "tidak terjangkau" in failed.text
    assert "ENOTFOUND" in failed.text
    assert "cannot be reached" in owner.get(f"/rancangan/{draft.id}?lang=en").text
    # the rest of the product, and the picture on the map, need none of it
    assert "data-diagram" not in owner.get("/peta").text
    assert owner.get("/prosedur").status_code == 200
