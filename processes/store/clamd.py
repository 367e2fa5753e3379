"""Asking a ClamAV daemon whether a file is clean, by its own protocol (INSTREAM)."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

CHUNK = 128 * 1024
#: longest answer that is read
LONGEST = 4096


class ScannerSilent(Exception):
    """The daemon cannot be reached, does not answer in time, or says nothing we understand."""


class FileUnanswered(ScannerSilent):
    """One file cannot be read, or the daemon answers and cannot say what it is."""


def infection(url: str, path: Path, seconds: float) -> str | None:
    """The name of what the daemon found in a file; None when the file is clean.

    `url`: `tcp://host:port` or `unix:///path`. Raises ScannerSilent, after `seconds` at most; when
    only this file is the matter FileUnanswered.
    """
    until = time.monotonic() + seconds
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileUnanswered(f"{path.name}: {error.strerror}") from None
    try:
        with file, _connect(url, seconds) as link:
            _send(link, file, until)
            answer = _answer(link, until)
    except OSError as error:
        raise ScannerSilent(str(error) or type(error).__name__) from None
    if answer == "stream: OK":
        return None
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:200]
    raise FileUnanswered(answer[:200]) if answer else ScannerSilent("?")


def _connect(url: str, seconds: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=seconds)
    link = socket.socket(socket.AF_UNIX)
    try:
        link.settimeout(seconds)
        link.connect(parts.path)
    except OSError:
        link.close()
        raise
    return link


def _send(link: socket.socket, file: BinaryIO, until: float) -> None:
    link.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        link.settimeout(_left(until))
        link.sendall(len(chunk).to_bytes(4, "big") + chunk)
    link.sendall(bytes(4))


def _answer(link: socket.socket, until: float) -> str:
    told = b""
    while b"\0" not in told and len(told) < LONGEST:
        link.settimeout(_left(until))
        more = link.recv(LONGEST)
        if not more:
            break
        told += more
    return told.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left
