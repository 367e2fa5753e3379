"""An owner in a browser without JavaScript who plays a draft: presses buttons and reads pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webhooks.forms import key_in
from tests.webhooks.official import FormReader

#: what stands on the page beside questions
CHOSEN = re.compile(
    r'name="_tugas" value="([^"]+)"><input type="hidden" name="_daerah" value="([^"]+)"'
)
SEEN = re.compile(r'name="_terlihat" value="([^"]+)"')
BEGINNING = {"title": "Coba", "parties": "32.01, 32.02", "starts": "2026-03-02",
             "entry": "permohonan"}  # fmt: skip


class Trial:
    """The pages of one play."""

    def __init__(self, browser: FlaskClient, address: str) -> None:
        self.browser, self.address = browser, address
        #: the page that is open
        self.page = ""
        self.status = 0
        self.look()

    def look(self, **asked: str) -> str:
        return self._opened(self.browser.get(self.address, query_string=asked))

    def begin(self, **typed: str) -> str:
        return self.press("mulai", **{**BEGINNING, **typed})

    def press(self, act: str, **typed: str) -> str:
        """Press a button of the open page; the page that follows."""
        seen = SEEN.search(self.page)
        form = {"_kunci": key_in(self.page), "_langkah": act, **typed}
        if seen:
            form["_terlihat"] = seen[1]
        return self._opened(self.browser.post(self.address, data=form, follow_redirects=True))

    def answer(self, answers: Mapping[str, str], task: str = "", region: str = "") -> str:
        """Fill the form of a task in, the one that is open unless another is named, and send it."""
        if task:
            self.look(_tugas=task, _daerah=region)
        chosen = CHOSEN.search(self.page)
        assert chosen is not None, self.page
        assert task in ("", chosen[1])
        start = self.page.index('aria-labelledby="isian"')
        reader = FormReader()
        reader.feed(self.page[start : self.page.index("</form>", start)])
        return self.press("jawab", **{**reader.values, **answers})

    def _opened(self, answer: TestResponse) -> str:
        self.page, self.status = unescape(answer.text), answer.status_code
        return self.page
