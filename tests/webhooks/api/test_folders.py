"""A zip from a stranger is read without believing it."""

from __future__ import annotations

import io
import random
import stat
import zipfile
from collections.abc import Sequence
from contextlib import suppress

import pytest

from processes.actions.procedures import FOLDER_LIMIT
from processes.errors import TooLarge, WrongType
from webhooks.api.folders import ENTRIES_LIMIT, ZIP, BadFolder, read_folder

DIAGRAM = ("a.bpmn", b"<a/>")


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return found.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_only_what_a_version_keeps_is_taken() -> None:
    content = zipped(DIAGRAM, ("b.dmn", b"<b/>"), ("pesan/baru.txt", b"x"), ("catatan.md", b"y"))
    assert set(read_folder(content, ZIP, key="a")) == {"a.bpmn", "b.dmn", "pesan/baru.txt"}


def test_what_file_managers_add_is_left_out() -> None:
    content = zipped(DIAGRAM, ("__MACOSX/._a.bpmn", b"x"), (".DS_Store", b"x"))
    assert set(read_folder(content, ZIP, key="a")) == {"a.bpmn"}


@pytest.mark.parametrize(
    "files",
    [
        [("../a.bpmn", b"x")],
        [("/etc/a.bpmn", b"x")],
        [("a/../../b.bpmn", b"x")],
        [("a\\b.bpmn", b"x")],
        [("C:a.bpmn", b"x")],
        [("a/b/c/d/e/f.bpmn", b"x")],
        [(link("a.bpmn"), b"/etc/passwd")],
        [DIAGRAM, ("dalam.txt", zipped(DIAGRAM))],
        [("a.txt", b"x")],
        [],
        [DIAGRAM, *((f"pesan/{n}.txt", b"") for n in range(ENTRIES_LIMIT))],
    ],
)
def test_a_zip_that_is_not_a_plain_folder_is_refused(
    files: Sequence[tuple[str | zipfile.ZipInfo, bytes]],
) -> None:
    with pytest.raises(BadFolder):
        read_folder(zipped(*files), ZIP, key="a")


def test_a_bomb_is_stopped_at_the_limit() -> None:
    content = zipped(DIAGRAM, ("besar.txt", b"0" * (FOLDER_LIMIT + 1)))
    assert len(content) < 100_000
    with pytest.raises(TooLarge):
        read_folder(content, ZIP, key="a")


def test_a_broken_zip_never_breaks_more_than_itself() -> None:
    whole = zipped(DIAGRAM, ("pesan/baru.txt", b"halo" * 100))
    chance = random.Random(7)
    for _ in range(2_000):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        for content in (bytes(broken), bytes(broken[: chance.randint(1, len(broken))])):
            with suppress(BadFolder, TooLarge):
                read_folder(content, ZIP, key="a")


def test_something_else_is_a_wrong_type() -> None:
    with pytest.raises(WrongType):
        read_folder(b"x", "application/pdf", key="a")
