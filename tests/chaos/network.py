"""Hosts of an installation on this one machine: each a network of its own, which can be cut off.

With the rights of root every host is a network namespace on one bridge, and cutting it off takes
its cable away: nothing is refused, nothing answers. Without them every host has an address of
loopback and cutting it off halts its processes, whose connections then stand and are silent.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.chaos.parts import Part

PORT = 8000
PARTS = ("web", "worker", "beat")


@dataclass(kw_only=True)
class Host:
    """One machine with web, worker and beat."""

    name: str
    address: str
    #: namespace of its network; None when it shares ours
    namespace: str | None
    port: int
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where its pages answer."""
        return f"http://{self.address}:{self.port}"

    @property
    def _prefix(self) -> list[str]:
        """What runs a command on this host."""
        if self.namespace is None:
            return []
        inside = ["ip", "netns", "exec", self.namespace, "unshare", "--uts"]
        return [*inside, "sh", "-c", 'hostname "$0" && exec "$@"', self.name]

    def command(self, *words: str) -> list[str]:
        """The same command, run on this host."""
        return [*self._prefix, *words]

    def start(self, environ: Mapping[str, str]) -> None:
        """Start every part, on the data folder that all hosts share."""
        data = self._data(Path(environ["KSDD_DATA"]))
        own = {**environ, "KSDD_HOST": self.address, "KSDD_PORT": str(self.port)}
        own["KSDD_DATA"] = str(data)
        for name in PARTS:
            self.parts[name] = Part(name, own, self._prefix)

    def _data(self, shared: Path) -> Path:
        """The data folder as this host sees it.

        Marks of single hosts bear their names. Without a name of its own it gets a folder of its
        own, with what really has to be shared in it.
        """
        if self.namespace is not None:
            return shared
        own = shared / self.name
        own.mkdir(exist_ok=True)
        for name in ("documents", "mail", "secret.key"):
            if name != "secret.key":
                (shared / name).mkdir(exist_ok=True)
            if not (own / name).is_symlink():
                (own / name).symlink_to(shared / name)
        return own

    def kill(self, *names: str) -> int:
        """End these parts, or all, at once; how many were alive."""
        return sum(self.parts.pop(name).kill() for name in names or tuple(self.parts))

    def cut(self) -> None:
        """Let nothing reach it and nothing come from it."""
        if self.namespace is not None:
            _ip("link", "set", _cable(self.namespace), "down")
        else:
            self._signal(signal.SIGSTOP)

    def mend(self) -> None:
        """Undo `cut`."""
        if self.namespace is not None:
            _ip("link", "set", _cable(self.namespace), "up")
        else:
            self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for part in self.parts.values():
            part.signal(number)


@dataclass(frozen=True, kw_only=True)
class Network:
    """Hosts, and the address of the machine in the middle that all of them reach."""

    middle: str
    hosts: list[Host]
    #: what a cut is, in a word
    kind: str


@contextmanager
def network(count: int) -> Iterator[Network]:
    """A network of that many hosts, taken down in the end with everything that runs on it."""
    with ExitStack() as stack:
        made = _namespaces(count, stack) if may_make_networks() else _loopback(count)
        for host in made.hosts:
            stack.callback(host.kill)
        yield made


def may_make_networks() -> bool:
    """Whether this process may make network namespaces; `KSDD_TEST_NETWORKS=0` says that not."""
    if os.environ.get("KSDD_TEST_NETWORKS") == "0":
        return False
    name = f"ksdd{secrets.token_hex(3)}"
    try:
        _ip("netns", "add", name)
        _ip("netns", "del", name)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _loopback(count: int) -> Network:
    from tests.servers import free_port

    hosts = [
        Host(name=f"host{n}", address=f"127.0.0.{n + 1}", namespace=None, port=free_port())
        for n in range(1, count + 1)
    ]
    return Network(middle="127.0.0.1", hosts=hosts, kind="halted")


def _namespaces(count: int, stack: ExitStack) -> Network:
    bridge, random = f"kb{secrets.token_hex(3)}", Random(os.getpid())
    net = f"10.{random.randrange(200, 250)}.{random.randrange(1, 250)}"
    _ip("link", "add", bridge, "type", "bridge")
    stack.callback(_ip, "link", "del", bridge)
    _ip("addr", "add", f"{net}.1/24", "dev", bridge)
    _ip("link", "set", bridge, "up")
    hosts = []
    for number in range(1, count + 1):
        space, address = f"k{secrets.token_hex(3)}", f"{net}.{10 + number}"
        _ip("netns", "add", space)
        stack.callback(_ip, "netns", "del", space)
        _ip("link", "add", _cable(space), "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("link", "set", _cable(space), "master", bridge, "up")
        _ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        _ip("-n", space, "link", "set", "eth0", "up")
        _ip("-n", space, "link", "set", "lo", "up")
        host = Host(name=f"host{number}", address=address, namespace=space, port=PORT)
        hosts.append(host)
    return Network(middle=f"{net}.1", hosts=hosts, kind="cut off")


def _cable(namespace: str) -> str:
    return f"v{namespace}"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
