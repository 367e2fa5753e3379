"""Drafts to play, and people who do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from processes import actions
from processes.office import Office
from processes.store import procedures as versions
from processes.store.tables import AccountRole
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.playing.cast import Draft, Enter
from tests.webhooks.playing.trial import Trial


@pytest.fixture
def draft(office: Office, clock: Clock) -> Draft:
    """Begins a draft of a procedure, with a text of its diagram changed."""

    def begin(key: str = "uji", *edits: tuple[str, str], title: str = "Tenggat baru") -> str:
        with office.database.read() as session:
            newest = versions.latest(session, key)
            ksdd = versions.latest(session, "ksdd")
            assert newest is not None
            assert ksdd is not None
            files = versions.files_of(session, newest.id)
            files["peran.toml"] = versions.files_of(session, ksdd.id)["peran.toml"]
        text = files[f"{key}.bpmn"].decode()
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        wish = actions.NewDraft(key=key, title=title, files={**files, f"{key}.bpmn": text.encode()})
        return actions.begin_draft(office, wish, actor=ADMINISTRATOR, now=clock())

    return begin


@pytest.fixture
def trial(signed_in: SignIn, app: Flask) -> Iterator[Enter]:
    """Somebody new who opens the page on which a draft is played."""
    owners = iter(range(9))

    def open_page(draft_id: str) -> Trial:
        region = ("", "32.01", "32.02")[next(owners)] or None
        return Trial(signed_in(AccountRole.OWNER, region), f"/rancangan/{draft_id}/coba")

    yield open_page
    if "plays" in app.extensions:
        app.extensions["plays"].close()
