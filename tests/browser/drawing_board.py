"""Somebody at the modeler in a real Chromium, and what is noticed while he works."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from processes import actions
from processes.actions.actor import Actor
from processes.office import Office
from processes.store import accounts, folder_drafts
from processes.store.tables import AccountRole
from tests.browser.bundles import bring_bundle

RINI = Actor(kind="account", name="Rini Pemilik")
SCREEN = {"width": 1366, "height": 768}


def begin(office: Office, title: str = "Tenggat DPRD") -> str:
    """A draft of the shipped folder, in an installation whose scripts are ready."""
    bring_bundle(office.settings.data)
    new = actions.NewDraft(key="ksdd", title=title)
    return actions.begin_draft(office, new, actor=RINI, now=datetime.now(UTC))


def saved(office: Office, draft_id: str) -> dict[str, bytes]:
    """The files of a draft as the server keeps them."""
    with office.database.read() as session:
        return folder_drafts.files_of(session, draft_id)


class DrawingBoard:
    """One person's page on a draft; nothing may be complained about while it is used."""

    def __init__(self, office: Office, chromium: Browser, draft_id: str, name: str) -> None:
        self.office, self.draft_id = office, draft_id
        self.context = chromium.new_context(viewport=SCREEN, locale="id-ID")  # type: ignore[arg-type]
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        #: what the browser complained about: scripts that failed, and what the policy forbids
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._sign_in(name)
        self.open()

    def _listen(self, message: ConsoleMessage) -> None:
        is_offline = "Failed to load resource" in message.text or "ERR_" in message.text
        if message.type == "error" and not is_offline:
            self.complaints.append(message.text)

    def _sign_in(self, name: str) -> None:
        now = datetime.now(UTC)
        with self.office.database.write() as session:
            account = accounts.create_account(
                session, name=name, role=AccountRole.OWNER, now=now, region_code=None
            )
            token = accounts.make_sign_in_link(session, account.id, now)
        self.page.goto(f"{self.office.settings.base_url}/masuk/{token}")
        self.page.locator("main button").first.click()
        self.page.wait_for_load_state()

    def open(self) -> None:
        """Load the page, and wait until it can be worked with."""
        self.page.goto(f"{self.office.settings.base_url}/rancangan/{self.draft_id}")
        self.page.locator("#rancangan[data-siap]").wait_for()

    def select(self, element: str) -> None:
        """Click a shape."""
        shape = self.page.locator(f'[data-element-id="{element}"] > .djs-hit').first
        self.page.evaluate("id => ksdd.drawing.select(id)", element)
        shape.wait_for(state="attached")

    def open_file(self, path: str) -> None:
        """Open a file of the folder."""
        self.page.locator(f'[data-berkas="{path}"]').click()

    def entry(self, name: str) -> Locator:
        """The input of an entry of the panel."""
        entry = self.page.locator(f'[data-entry-id="{name}"]')
        return entry.locator("input, select, textarea").first

    def write(self, name: str, value: str) -> None:
        """Fill an entry in and leave it."""
        self.entry(name).fill(value)
        self.entry(name).blur()

    def settle(self, state: str = "saved") -> None:
        """Wait until saving has come to this state."""
        self.page.locator(f'#rancangan[data-keadaan="{state}"]').wait_for()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something has come true on the server; fail when it has not in time."""
        for _ in range(300):
            if holds():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("it did not come true")

    def badge(self, element: str) -> Locator:
        """The badge of findings on a shape."""
        return self.page.locator(f'.djs-overlays[data-container-id="{element}"] .lencana')

    def close(self) -> None:
        """Leave, and fail when the browser had complained."""
        self.context.close()
        assert self.complaints == []


def picture(page: Page, name: str) -> None:
    """Keep a picture for people, where `KSDD_TEST_PICTURES` names a folder."""
    folder = os.environ.get("KSDD_TEST_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")
