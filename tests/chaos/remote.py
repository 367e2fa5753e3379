"""A running program of any version, spoken to over its machine API only."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

from tests.golden.files import PARTIES
from tests.journeys.answers import smooth
from tests.journeys.ten_stages import KEY as SECOND
from tests.journeys.ten_stages import SIGNED_IN, ten
from tests.journeys.town import PDF, File

TIMEOUT = 30.0
BOUNDARY = "ksdd-boundary"


class Remote:
    """One program at an address, with a token that may do everything."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        today = datetime.now(UTC).date().isoformat()
        self._plans = {
            (key, burden): plan(today, parties=PARTIES, burden=burden)
            for key, plan in (("ksdd", smooth), (SECOND, ten))
            for burden in (False, True)
        }

    def answers(self) -> bool:
        """Whether its pages answer at all."""
        with suppress(OSError), urlopen(f"{self._url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def cases(self) -> list[str]:
        """The ids of the cases on the first page."""
        return [str(case["id"]) for case in self._call("/cases")["items"]]

    def step(self, case: str) -> list[str]:
        """Complete the first open task of a case by the plan; its id, none when nobody is awaited.

        Raises OSError when the program does not take it.
        """
        found = self._call(f"/cases/{case}")
        waiting = [task for task in found["tasks"] if task["status"] == "open"]
        if not waiting:
            return []
        task, plan = waiting[0], self._plans[found["procedure"], found["stage"] in (4, 5)]
        given = {
            name: {"document": self._scan()} if isinstance(value, File) else value
            for name, value in plan[task["element"]].items()
        }
        if task["element"] == "naskah_registrasi":
            given["jenis_naskah"] = SIGNED_IN[found["stage"]]
        self._call(f"/tasks/{task['id']}/complete", {"answers": given})
        return [str(task["id"])]

    def walk(self, case: str) -> list[str]:
        """Complete tasks until nobody is awaited; their ids."""
        done: list[str] = []
        while step := self.step(case):
            done += step
        return done

    def _scan(self) -> str:
        head = 'Content-Disposition: form-data; name="file"; filename="surat.pdf"\r\n\r\n'
        body = f"--{BOUNDARY}\r\n{head}".encode() + PDF + f"\r\n--{BOUNDARY}--\r\n".encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return str(self._sent("/documents", body, kind)["id"])

    def _call(self, path: str, body: object = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        return self._sent(path, data, "application/json")

    def _sent(self, path: str, data: bytes | None, kind: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
        request = Request(f"{self._url}/api/v1{path}", data=data, headers=headers)
        with urlopen(request, timeout=TIMEOUT) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found
