"""An owner who changes the procedure with mouse and keyboard only, and a colleague who approves."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from processes.store import accounts, folder_drafts
from processes.store.tables import AccountRole
from tests.browser.bundles import bring_bundle
from worker import sweeps

if TYPE_CHECKING:
    from tests.journeys.town import Town

#: milliseconds; a publication is looked through several times, also on a busy machine
PATIENCE = 120_000
SCREEN = {"width": 1366, "height": 768}


def entered(town: Town, browser: Browser, role: AccountRole, name: str) -> Page:
    """A browser of somebody who came by a sign-in link."""
    with town.office.database.write() as session:
        account = accounts.create_account(
            session, name=name, role=role, now=town.now, region_code=None
        )
        token = accounts.make_sign_in_link(session, account.id, town.now)
    page = browser.new_context(viewport=SCREEN, locale="id-ID").new_page()  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    page.goto(f"{town.settings.base_url}/masuk/{token}")
    page.locator("main button").first.click()
    page.wait_for_load_state()
    return page


class OwnerAtWork:
    """One owner on the pages of the drawing, and whoever approves what he asks for."""

    def __init__(self, town: Town, browser: Browser, name: str = "Rini Pemilik") -> None:
        bring_bundle(town.settings.data)
        self.town, self.browser = town, browser
        self.page = entered(town, browser, AccountRole.OWNER, name)
        self.contexts = [self.page.context]
        #: what the browser complained about: scripts that failed, and what the policy forbids
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        # what a page asks is answered with yes
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def close(self) -> None:
        """Leave; nothing may have been complained about."""
        for context in self.contexts:
            context.close()
        assert not self.complaints, self.complaints

    # --- from the list of procedures to the drawing ----------------------------------------------
    def begin(self, title: str) -> OwnerAtWork:
        """Begin a draft of the newest version on the page *Prosedur*."""
        self.page.goto(f"{self.town.settings.base_url}/")
        self.page.locator("details.menu summary").click()
        self.page.locator("details.menu").get_by_role("link", name="Prosedur", exact=True).click()
        beginning = self.page.locator("details").filter(has_text="Rancangan baru").last
        beginning.locator("summary").click()
        beginning.get_by_label("Nama rancangan").fill(title)
        beginning.get_by_role("button", name="Mulai merancang").click()
        self.page.locator("#rancangan[data-siap]").wait_for()
        self.title = title
        self.draft_id = self.page.url.rpartition("/")[2]
        return self

    # --- on the drawing --------------------------------------------------------------------------
    def find(self, words: str) -> None:
        """Search for a shape by its words, and take the first that is found."""
        self.page.get_by_role("button", name="Cari bentuk").click()
        self.page.locator(".djs-search-input input").click()
        self.page.keyboard.type(words)
        self.page.locator(
            ".djs-search-result.djs-search-selected, .djs-search-result"
        ).first.wait_for()
        self.page.keyboard.press("Enter")
        self.page.locator(".djs-context-pad.open").wait_for()

    def click_flow(self, source: str, target: str) -> None:
        """Click the flow between two shapes, in the middle of what is seen of it."""
        self._click(lambda: self.page.evaluate(SEEN_OF_FLOW, [source, target]))

    def click_shape(self, element: str) -> None:
        """Click a shape in its middle."""
        self._click(lambda: [element, *self.middle(element)])

    def _click(self, place: Callable[[], Sequence[Any] | None]) -> None:
        """Click until it is selected, as people do."""
        for _ in range(5):
            found = place()
            if found is not None and self._is_seen(*found[1:]):
                self.page.mouse.click(*found[1:])
                self.page.wait_for_timeout(100)
                if self.page.evaluate(IS_SELECTED, found[0]):
                    return
            # the menu of what is selected lies over it
            self.leave()
        raise AssertionError("it cannot be clicked")

    def connect(self, target: str) -> None:
        """Draw a flow from the selected shape to another one, as far away as is needed."""
        while not self._is_seen(*self.middle(target)):
            self.page.get_by_role("button", name="Perkecil").click()
        self.pad("Hubungkan ke bentuk lain")
        self.page.mouse.click(*self.middle(target))

    def middle(self, element: str) -> tuple[float, float]:
        """Where on the screen the middle of a shape is."""
        box = self.page.locator(f'[data-element-id="{element}"] > .djs-hit').first.bounding_box()
        assert box is not None, element
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def _is_seen(self, x: float, y: float) -> bool:
        where = (
            "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.djs-container svg'))"
        )
        return bool(self.page.evaluate(where, [x, y]))

    def pad(self, title: str) -> None:
        """Press what the menu beside the selected shape offers under this title."""
        self.page.locator(f'.djs-context-pad.open [title="{title}"]').click()

    def name(self, words: str) -> None:
        """Type the label that is asked for, and take it."""
        self.page.locator(".djs-direct-editing-content").wait_for()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(words)
        self.leave()

    def leave(self) -> None:
        """Click beside the shapes: what was typed is taken, and another thing is selected."""
        x, y = self.page.evaluate(BESIDE)
        self.page.mouse.click(x, y)
        self.page.locator(".djs-direct-editing-content").wait_for(state="hidden")

    def delete(self) -> None:
        """Take the selected shape away."""
        self.pad("Hapus")

    # --- on the panel ----------------------------------------------------------------------------
    def entry(self, name: str) -> Locator:
        """The input of an entry of the panel."""
        found = self.page.locator(f'[data-entry-id="{name}"]')
        return found.locator("input, select, textarea").first

    def write(self, name: str, value: str) -> None:
        """Type a value into an entry and leave it."""
        entry = self.entry(name)
        entry.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(value)
        self.page.keyboard.press("Tab")

    def choose(self, name: str, label: str) -> None:
        """Choose from a list of the panel."""
        self.entry(name).select_option(label=label)

    def check(self, name: str) -> None:
        """Tick a box of the panel."""
        self.page.locator(f'[data-entry-id="{name}"] input').check()

    def group(self, name: str) -> Locator:
        """A group of the panel."""
        return self.page.locator(f'[data-group-id="group-{name}"]')

    def last_field(self) -> int:
        """The number of the last question of the selected task, from 0."""
        return self.group("ksdd-isian").locator(".bio-properties-panel-list-item").count() - 1

    # --- files beside the drawing ----------------------------------------------------------------
    def open_file(self, path: str) -> None:
        """Open a file of the folder."""
        self.page.locator(f'[data-berkas="{path}"]').click()

    def type_cell(self, kind: str, number: int, value: str) -> None:
        """Type a value into a cell of the table that is open; cells are counted by their kind."""
        self.page.locator(f".tjs-table tbody td.{kind}").nth(number).click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(value)

    def remove_file(self, path: str) -> None:
        """Take a file out of the folder."""
        self.open_file(path)
        self.page.get_by_role("button", name="Hapus berkas").click()

    def replace(self, before: str, after: str) -> None:
        """Replace words in the text that is open."""
        area = self.page.locator(".teks textarea")
        text = area.input_value()
        assert before in text, before
        area.fill(text.replace(before, after))

    def picture(self, name: str, entry: str = "") -> None:
        """Keep a picture of the page for people, where `KSDD_TEST_PICTURES` names a folder; with an
        entry of the panel in its middle."""
        folder = os.environ.get("KSDD_TEST_PICTURES")
        if folder:
            if entry:
                self.entry(entry).evaluate("each => each.scrollIntoView({ block: 'center' })")
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    # --- from the drawing to a version -----------------------------------------------------------
    def settle(self) -> None:
        """Wait until everything is saved and looked through."""
        self.page.locator('#rancangan[data-keadaan="saved"]').wait_for()
        self.page.locator(".temuan-jumlah").filter(
            has_text=re.compile("temuan|kesalahan")
        ).wait_for()

    def files(self) -> dict[str, bytes]:
        """The files of the draft as the server keeps them."""
        with self.town.office.database.read() as session:
            return folder_drafts.files_of(session, self.draft_id)

    def publish(self, note: str, *, basis: str = "SK Bupati 12/2026") -> Page:
        """Ask for publication; it is tried out, and a colleague approves. Returns his page of the
        version."""
        self.settle()
        self.page.get_by_role("link", name="Terbitkan").click()
        self.page.get_by_label("Keterangan perubahan").fill(note)
        self.page.get_by_label("Dasar hukum").first.fill(basis)
        self.page.get_by_role("button", name="Minta penerbitan").click()
        self.page.wait_for_url(lambda url: "/terbitan/" in url)
        sweeps.sweep_trials(self.town.office, lambda: self.town.now)
        clerk = entered(self.town, self.browser, AccountRole.CLERK, "Budi Petugas")
        self.contexts.append(clerk.context)
        clerk.get_by_role("link", name="Lihat permintaan").click()
        clerk.get_by_role("link", name=self.title, exact=True).click()
        clerk.get_by_role("button", name="Setujui dan terbitkan").click()
        clerk.wait_for_url(lambda url: "/versi/" in url)
        return clerk


#: whether a shape is selected, or the words of a flow for the flow
IS_SELECTED = """id => ksdd.drawing.get("selection").get().some(each =>
  (each.labelTarget ?? each).id === id)"""
#: whether the drawing is what lies on top at a place
IS_SEEN = "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.djs-container svg'))"
#: where on the screen a flow can be clicked: the middle of all points of it that are seen
SEEN_OF_FLOW = """([source, target]) => {
  const flow = ksdd.drawing.get("elementRegistry").find(each =>
    each.waypoints && each.source?.id === source && each.target?.id === target);
  const canvas = ksdd.drawing.get("canvas"), view = canvas.viewbox();
  const box = canvas.getContainer().getBoundingClientRect();
  const seen = [];
  flow.waypoints.slice(1).forEach((to, at) => {
    const from = flow.waypoints[at];
    const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 5);
    for (let step = 0; step < steps; step += 1) {
      const x = box.x + (from.x + (to.x - from.x) * step / steps - view.x) * view.scale;
      const y = box.y + (from.y + (to.y - from.y) * step / steps - view.y) * view.scale;
      const there = document.elementFromPoint(x, y)?.closest("[data-element-id]");
      const id = there?.dataset.elementId;
      if (id === flow.id || (id && id === flow.label?.id)) seen.push([x, y]);
    }
  });
  return seen.length ? [flow.id, ...seen[Math.floor(seen.length / 2)]] : null;
}"""
#: a place of the canvas where nothing lies but a lane or a subprocess
BESIDE = """() => {
  const FRAMES = ["bpmn:Lane", "bpmn:Participant", "bpmn:Collaboration", "bpmn:SubProcess"];
  const box = ksdd.drawing.get("canvas").getContainer().getBoundingClientRect();
  for (let x = box.right - 300; x > box.left + 120; x -= 20) {
    for (let y = box.bottom - 120; y > box.top + 80; y -= 20) {
      const there = document.elementFromPoint(x, y);
      if (!there?.closest("svg")) continue;
      const id = there.closest("[data-element-id]")?.dataset.elementId;
      const shape = id && ksdd.drawing.get("elementRegistry").get(id);
      if (!shape || FRAMES.includes(shape.type)) {
        return [x, y];
      }
    }
  }
}"""
