"""An official with a phone in a real Chromium: fills a page in, looks at it once more, sends it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.journeys.town import PDF, flat

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
#: WCAG 2.2, levels A and AA, and what axe holds for good practice
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MOST_BYTES = 50_000
FILL = """(form, values) => {
  for (const field of form.elements) {
    if (!(field.name in values) || field.type === "file" || field.type === "hidden") continue;
    if (field.type === "radio") field.checked = field.value === values[field.name];
    else field.value = values[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


class Visitor:
    """One browser; every page it sees must fit a phone, be light, and be accessible."""

    def __init__(
        self, page: Page, base_url: str, read_code: Callable[[], str], *, has_script: bool
    ) -> None:
        self.read_code = read_code
        self.page = page
        #: without it axe cannot run either; the pages are the same
        self.has_script = has_script
        page.set_default_timeout(10_000)
        self.base_url = base_url
        #: bytes of every page by its title
        self.weights: dict[str, int] = {}
        page.on("response", self._weigh)
        self._axe = AXE.read_text("utf-8")

    def _weigh(self, response: Any) -> None:
        if response.request.is_navigation_request() and response.status < 500:
            self.last = response

    def open(self, token: str) -> None:
        self.page.goto(f"{self.base_url}/t/{token}")
        self.judge()

    def judge(self) -> None:
        """Nothing is wider than the phone, heavier than 50 KB, or against WCAG 2.2 AA."""
        assert self.page.locator("html").evaluate("page => page.scrollWidth") <= 360
        title, weight = self.page.title(), len(self.last.body())
        assert weight < MOST_BYTES, (title, weight)
        is_new = title not in self.weights
        self.weights[title] = max(weight, self.weights.get(title, 0))
        self._take_a_picture(title)
        if not self.has_script or not is_new:
            return
        self.page.evaluate(self._axe)
        found = self.page.evaluate("rules => axe.run(document, rules)", RULES)
        wrong = [
            (each["id"], each["help"], [node["html"][:200] for node in each["nodes"]])
            for each in found["violations"]
        ]
        assert wrong == [], (self.page.title(), wrong)

    def _take_a_picture(self, title: str) -> None:
        """For people to look at, where `KSDD_TEST_PICTURES` names a folder."""
        folder = os.environ.get("KSDD_TEST_PICTURES")
        if folder:
            name = re.sub(r"\W+", "-", title.partition(" · ")[0]).strip("-").lower()
            script = "script" if self.has_script else "plain"
            self.page.screenshot(path=Path(folder) / f"{name}.{script}.png", full_page=True)
            with (Path(folder) / f"weights.{script}.txt").open("a") as file:
                file.write(f"{self.weights[title]}\t{title}\n")

    def answer(self, answers: Mapping[str, Any]) -> None:
        """Fill the form in and press its button; the second look, and then the receipt."""
        self.fill(answers)
        if self.page.get_by_role("button", name="Tinjau jawaban").count() == 0:
            self.confirm_with_a_code()
            return
        self.press("Tinjau jawaban")
        assert self.page.get_by_role("alert").count() == 0, self.page.content()
        seen = self.page.locator('[name="_diperiksa"]')
        if seen.count():
            seen.check()
        self.press("Kirim jawaban")
        self.check_receipt()

    def confirm_with_a_code(self) -> None:
        """Send the answers, read the code in the mail, and confirm what the page shows."""
        self.page.locator("#isian button.main").click()
        self.judge()
        self.page.locator("#kode").fill(self.read_code())
        self.page.locator("#konfirmasi button.main").click()
        self.judge()
        self.check_receipt()

    def check_receipt(self) -> None:
        """It says that the answer was taken, with a square large enough for a telephone."""
        assert "Jawaban sudah diterima" in self.page.content()
        drawn = self.page.locator(".proof svg path")
        assert drawn.evaluate("path => path.getBoundingClientRect().width") > 90

    def fill(self, answers: Mapping[str, Any]) -> None:
        form, values = self.page.locator("#isian"), flat(answers)
        files = {name: value for name, value in values.items() if isinstance(value, tuple)}
        form.evaluate(FILL, {name: v for name, v in values.items() if name not in files})
        for name, (_stream, filename) in files.items():
            scan = {"name": filename, "mimeType": "application/pdf", "buffer": PDF}
            form.locator(f'input[type="file"][name="{name}"]').set_input_files(scan)  # type: ignore[arg-type]
        confirmation = form.locator("#pernyataan")
        if confirmation.count():
            confirmation.check()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).last.click()
        self.page.wait_for_load_state()
        self.judge()
