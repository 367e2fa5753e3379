"""What an owner's folder holds, by path inside it: of one diagram at least."""

from __future__ import annotations

from collections.abc import Mapping


def diagram_name(files: Mapping[str, bytes]) -> str:
    """The path of the folder's diagram, the first by name; empty when there is none."""
    return min((path for path in files if path.endswith(".bpmn")), default="")


def diagram_of(files: Mapping[str, bytes]) -> bytes:
    """The folder's diagram; empty when there is none."""
    return files.get(diagram_name(files), b"")
