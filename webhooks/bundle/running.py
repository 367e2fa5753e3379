"""Running one step of the making, and turning its failure into a sentence."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from processes.errors import KsddError

#: seconds that one step may take
PATIENCE = 900
#: characters of what a failed step said last
MOST_SAID = 300
NO_NETWORK = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT"
    r"|getaddrinfo|Failed to establish a new connection|ENOTCACHED|NewConnectionError"
)


def run(
    command: Sequence[str],
    folder: Path,
    *,
    failing: str,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Run a command to its end in a folder; KsddError(`failing`) with what it said last."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise KsddError("bundle.too_slow", minutes=PATIENCE // 60) from None
    except OSError as error:
        raise KsddError(failing, said=error.strerror or str(error)) from None
    if done.returncode != 0:
        said = done.stdout.decode("utf-8", "replace").strip()
        raise KsddError(
            "bundle.no_network" if NO_NETWORK.search(said) else failing, said=last(said)
        )


def last(said: str) -> str:
    """The end of what a program said, in one line, without addresses of the network."""
    bare = re.sub(r"\w+://\S+", "…", said)
    return " ".join(bare.split())[-MOST_SAID:]
