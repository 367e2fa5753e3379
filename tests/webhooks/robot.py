"""A mail scanner that is not content with looking."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

from flask import Flask
from werkzeug.test import TestResponse

from tests.webhooks.official import FormReader

BROWSER = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
#: pages that one visit follows at most
MOST = 12


class _Forms(HTMLParser):
    """The forms of a page, each with what stands in it, and the addresses the page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormReader] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.forms.append(FormReader())
        elif self.forms:
            self.forms[-1].handle_starttag(tag, attrs)
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")


class Robot:
    """Asks for a link in every way, follows what it finds, and sends each form as it stands."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.requests = 0
        #: answers that were a failure of ours
        self.failed = 0

    def visit(self, path: str) -> list[TestResponse]:
        """What the forms on a link's page answered."""
        client = self._app.test_client()
        for method, headers in (
            ("HEAD", {}),
            ("OPTIONS", {}),
            ("GET", {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"}),
            ("GET", {"User-Agent": "WhatsApp/2.24 A"}),
        ):
            self._note(client.open(path, method=method, headers=headers))
        page = self._note(client.get(path, headers=BROWSER))
        found = _Forms()
        found.feed(page.text)
        for link in found.links[:MOST]:
            if not link.startswith(("http", "tel:", "mailto:")):
                self._note(client.get(urljoin(path, link), buffered=True))
        sent = []
        for form in found.forms:
            data = dict(form.values)
            sent.append(self._note(client.post(path, data=data, headers=BROWSER)))
            sent.append(
                self._note(
                    client.post(
                        path, data=data, content_type="multipart/form-data", headers=BROWSER
                    )
                )
            )
        sent.append(self._note(client.post(path)))
        sent.append(self._note(client.post(path, json={"answers": {}})))
        return sent

    def _note(self, answer: TestResponse) -> TestResponse:
        self.requests += 1
        self.failed += answer.status_code >= 500
        return answer
