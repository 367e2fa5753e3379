"""A real HTTP endpoint on loopback that keeps what an official's channel is sent."""

from __future__ import annotations

import json
from typing import Any

from tests.worker.listening import Listening


class Hook(Listening):
    """Use as a context manager; `posts` grows with every message taken."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[dict[str, Any]] = []

    def hear(self, headers: dict[str, str], body: bytes) -> int:
        """Keep the message, unless it answers that it did not take it."""
        if self.status == 200:
            self.posts.append(json.loads(body))
        return self.status

    @property
    def url(self) -> str:
        """A channel with a password in it, fit for a trial."""
        return f"json://sandi-rahasia:x@127.0.0.1:{self.port}/pejabat"
