"""Owners change a folder in drafts, several at once, and nobody overwrites anybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from processes import actions
from processes.actions.actor import Actor
from processes.errors import Conflict, InvalidAnswers, NotFound, TooLarge
from processes.store import folder_drafts
from processes.store.tables import FolderDraft
from tests.journeys.town import Town

RINI = Actor(kind="account", name="Rini Pemilik")
BUDI = Actor(kind="account", name="Budi Pemilik")


def begin(town: Town, title: str = "Tenggat DPRD", **more: object) -> str:
    new = actions.NewDraft(key="ksdd", title=title, **more)  # type: ignore[arg-type]
    return actions.begin_draft(town.office, new, actor=RINI, now=town.now)


def save(town: Town, draft_id: str, changed: dict[str, bytes | None], revision: int) -> int:
    return actions.save_draft(
        town.office, draft_id, changed, revision=revision, actor=BUDI, now=town.now
    )


def look(town: Town, draft_id: str) -> tuple[FolderDraft, dict[str, bytes]]:
    with town.office.database.read() as session:
        draft = folder_drafts.find_draft(session, draft_id)
        return draft, folder_drafts.files_of(session, draft_id)


def test_a_draft_begins_with_the_published_folder_and_is_published_by_nobody(
    town: Town,
) -> None:
    draft, files = look(town, begin(town))

    assert {"ksdd.bpmn", "peran.toml", "kategori.dmn"} <= set(files)
    assert (draft.key, draft.revision, draft.begun_by) == ("ksdd", 1, "Rini Pemilik")
    with town.office.database.read() as session:
        assert [each.id for each in folder_drafts.open_drafts(session)] == [draft.id]


def test_files_are_changed_added_and_taken_out(town: Town) -> None:
    draft_id = begin(town)
    changed = {"pesan/baru.txt": b"Perihal\n\nIsi", "gambar.txt": b"x", "peran.toml": b"[peran]"}

    assert save(town, draft_id, changed, 1) == 2
    assert save(town, draft_id, {"gambar.txt": None}, 2) == 3
    draft, files = look(town, draft_id)

    assert files["peran.toml"] == b"[peran]"
    assert "gambar.txt" not in files
    assert (draft.changed_by, draft.revision) == ("Budi Pemilik", 3)
    # the same once more is no change
    assert save(town, draft_id, {"peran.toml": b"[peran]"}, 3) == 3


def test_who_was_overtaken_is_refused_and_keeps_his_own_as_a_second_draft(
    town: Town,
) -> None:
    draft_id = begin(town)
    save(town, draft_id, {"catatan.txt": b"Budi"}, 1)

    with pytest.raises(actions.DraftOvertaken) as refused:
        save(town, draft_id, {"catatan.txt": b"Rini"}, 1)

    assert "Budi Pemilik" in refused.value.say()
    _, files = look(town, draft_id)
    assert files["catatan.txt"] == b"Budi"
    own = begin(town, "Milik Rini", files={**files, "catatan.txt": b"Rini"})
    assert look(town, own)[1]["catatan.txt"] == b"Rini"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"../ksdd.bpmn": b"x"}, InvalidAnswers),
        ({"program.py": b"x"}, InvalidAnswers),
        ({".rahasia.txt": b"x"}, InvalidAnswers),
        ({"ksdd.bpmn": None}, InvalidAnswers),
        ({"besar.txt": b"x" * 9_000_000}, TooLarge),
        ({f"{n}.txt": b"x" for n in range(250)}, InvalidAnswers),
    ],
)
def test_what_no_folder_can_hold_is_refused(
    town: Town, changed: dict[str, bytes | None], error: type[Exception]
) -> None:
    draft_id = begin(town)
    before = look(town, draft_id)[1]

    with pytest.raises(error):
        save(town, draft_id, changed, 1)

    draft, after = look(town, draft_id)
    assert (draft.revision, after) == (1, before)


def test_a_draft_that_was_thrown_away_takes_nothing_more(town: Town) -> None:
    draft_id = begin(town)
    actions.rename_draft(town.office, draft_id, "  Lain \n", now=town.now)
    assert look(town, draft_id)[0].title == "Lain"
    actions.throw_away(town.office, draft_id, now=town.now)

    with pytest.raises(Conflict):
        save(town, draft_id, {"catatan.txt": b"x"}, 1)
    with pytest.raises(Conflict):
        actions.rename_draft(town.office, draft_id, "Lain", now=town.now)
    with town.office.database.read() as session:
        assert folder_drafts.open_drafts(session, "ksdd") == []


def test_a_draft_needs_a_name_a_procedure_and_a_version_that_is_there(
    town: Town,
) -> None:
    with pytest.raises(InvalidAnswers):
        begin(town, " ")
    with pytest.raises(NotFound):
        begin(town, version=9)
    for key in ("Rahasia", "../ksdd", "lain"):
        wish = actions.NewDraft(key=key, title="Baru")
        with pytest.raises((InvalidAnswers, NotFound)):
            actions.begin_draft(town.office, wish, actor=RINI, now=town.now)


def test_who_has_a_draft_open_is_shown_until_he_goes_away(town: Town) -> None:
    draft_id = begin(town)
    with town.office.database.write() as session:
        folder_drafts.note_reader(
            session, draft_id, reader="1", name="Rini", wrote=True, now=town.now
        )
        folder_drafts.note_reader(
            session, draft_id, reader="2", name="Budi", wrote=False, now=town.now
        )
    with town.office.database.read() as session:
        told = folder_drafts.readers_of(session, draft_id, town.now)
        later = folder_drafts.readers_of(session, draft_id, town.now + folder_drafts.AWAY)

    assert [(each.name, each.wrote_at is not None) for each in told] == [
        ("Budi", False),
        ("Rini", True),
    ]
    assert later == []


def test_a_page_that_tells_and_saves_at_the_same_moment_is_noted_once(both: Town) -> None:
    draft_id = begin(both)
    together = Barrier(4)

    def note(reader: str) -> None:
        together.wait(timeout=60)
        with both.office.database.write() as session:
            folder_drafts.note_reader(
                session, draft_id, reader=reader, name="Rini", wrote=True, now=both.now
            )

    readers = [f"r{number}" for number in range(5)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, [reader for reader in readers for _ in range(4)]))
    with both.office.database.read() as session:
        found = folder_drafts.readers_of(session, draft_id, both.now)
        assert sorted(each.reader for each in found) == readers
