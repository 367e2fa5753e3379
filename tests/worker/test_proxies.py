"""Both proxies of the guide, as the distribution ships them, really in front of something."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.servers import free_port, wait_for_port
from tests.worker.listening import Listening

FOLDER = Path(__file__).parents[2] / "worker" / "server"
NAME = "kerjasama.contoh.go.id"
#: Debian puts it where only root looks
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
CADDY = shutil.which("caddy")
BOTH = pytest.mark.parametrize(
    "kind",
    [
        pytest.param("nginx", marks=pytest.mark.skipif(NGINX is None, reason="no nginx here")),
        pytest.param("caddy", marks=pytest.mark.skipif(CADDY is None, reason="no Caddy here")),
    ],
)


class Product(Listening):
    """What stands behind the proxy; keeps whom it was told to be called by."""

    def __init__(self) -> None:
        super().__init__()
        self.callers: list[str] = []

    def hear(self, headers: dict[str, str], body: bytes) -> int:
        self.callers.append(headers["X-Forwarded-For"])
        return 200


def nginx(folder: Path, port: int, behind: int) -> tuple[list[str], str]:
    """The command of nginx with the shipped file, on this port of loopback; and its address."""
    key, cert = folder / "privkey.pem", folder / "fullchain.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x"]
    subprocess.run([*request, "-keyout", key, "-out", cert], capture_output=True, check=True)
    site = (FOLDER / "nginx.conf").read_text("utf-8")
    for shipped, here in (
        ("/etc/ssl/ksdd", str(folder)),
        ("/var/log/nginx", str(folder)),
        ("listen [::]:80;", ""),
        ("listen [::]:443 ssl;", ""),
        ("listen 80;", f"listen unix:{folder}/plain;"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
    ):
        assert shipped in site, shipped
        site = site.replace(shipped, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    kept = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    # the rest is what Debian's own /etc/nginx/nginx.conf says of logs
    logs = f"access_log {folder}/access.log;\nerror_log {folder}/error.log;"
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nevents {{}}\nhttp {{\n{logs}\n{kept}\n{site}\n}}\n"
    )
    command = [NGINX or "", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return command, f"https://127.0.0.1:{port}"


def caddy(folder: Path, port: int, behind: int) -> tuple[list[str], str]:
    """The same of Caddy; without HTTPS, as it would ask an authority for a certificate."""
    text = (FOLDER / "Caddyfile").read_text("utf-8")
    for shipped, here in (
        (f"\n{NAME} {{", f"\nhttp://{NAME}:{port} {{"),
        ("\n{\n", "\n{\n\tadmin off\n"),
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
    ):
        assert shipped in text, shipped
        text = text.replace(shipped, here, 1)
    (folder / "Caddyfile").write_text(text)
    command = [CADDY or "", "run", "--config", str(folder / "Caddyfile")]
    return command, f"http://127.0.0.1:{port}"


@contextmanager
def proxy(kind: str, folder: Path, behind: int) -> Iterator[str]:
    """The proxy at work in front of a port; yields its address, leaves what it wrote."""
    port = free_port()
    command, address = {"nginx": nginx, "caddy": caddy}[kind](folder, port, behind)
    environ = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "printed").open("wb") as printed:
        process = subprocess.Popen(command, env=environ, stdout=printed, stderr=printed)
    try:
        wait_for_port(port, process, seconds=60)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def visit(url: str) -> int:
    """The status that somebody gets who claims to come from somewhere else."""
    request = Request(url, headers={"Host": NAME, "X-Forwarded-For": "192.0.2.66"})
    # the certificate of the test is nobody's
    context = ssl._create_unverified_context() if url.startswith("https:") else None
    try:
        with urlopen(request, timeout=60, context=context) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


@pytest.mark.skipif(CADDY is None, reason="no Caddy here")
def test_caddy_takes_its_file_as_it_is() -> None:
    words = [CADDY or "", "adapt", "--validate", "--config", str(FOLDER / "Caddyfile")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@BOTH
def test_the_product_hears_who_really_called(kind: str, tmp_path: Path) -> None:
    with Product() as product, proxy(kind, tmp_path, product.port) as address:
        assert visit(f"{address}/masuk") == 200
    assert product.callers == ["127.0.0.1"]


@contextmanager
def begun(address: str, sent: bytes) -> Iterator[socket.socket]:
    """A connection to the proxy on which these bytes were sent."""
    line = socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=30)
    if address.startswith("https:"):
        line = ssl._create_unverified_context().wrap_socket(line, server_hostname=NAME)
    with line:
        line.sendall(sent)
        yield line


FORM = f"POST /masuk HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 9\r\n\r\n".encode()


@pytest.mark.skipif(NGINX is None, reason="no nginx here")
def test_behind_nginx_who_falls_silent_never_reaches_the_product(tmp_path: Path) -> None:
    with (
        Product() as product,
        proxy("nginx", tmp_path, product.port) as address,
        begun(address, FORM + b"name") as line,
    ):
        assert visit(f"{address}/masuk") == 200
        assert product.begun == 1
        line.sendall(b"=Rina")
        assert line.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert product.begun == 2


@BOTH
def test_no_task_link_is_written_down_while_the_product_is_down(kind: str, tmp_path: Path) -> None:
    with Product() as product, proxy(kind, tmp_path, product.port) as address:
        assert visit(f"{address}/t/Xq7vK2") == 200
    with proxy(kind, tmp_path, free_port()) as address:
        assert visit(f"{address}/t/Xq7vK2") == 502
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "printed" in written
    assert not [path.name for path in written if b"Xq7vK2" in path.read_bytes()]
