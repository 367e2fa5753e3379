"""The supervisor keeps its parts running and takes all of them with it when it goes.

The parts are stand-ins: a real web server of one line, and processes that print and wait.
"""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from processes.settings import Settings
from tests.servers import free_port
from tests.worker.served import Served, wait_until
from worker.supervisor import errands_of_the_product

#: stands for `ksdd serve`: real supervisor and broker, parts that need no database
SERVE = """
import os, sys
from processes.settings import Settings
from worker.children import Child
from worker.supervisor import Supervisor, check_port
web = '''
import http.server, os
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *words): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["KSDD_PORT"])), Page).serve_forever()
'''
family = '''
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("two of us", flush=True)
time.sleep(600)
'''
deaf = '''
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(600)
'''
settings = Settings.from_environment(os.environ)
check_port(settings)
errand = "import time; print('on my way', flush=True); time.sleep(600)"
errands = [Child("errand", [sys.executable, "-c",
           errand if "long" in sys.argv else "print('done', flush=True)"], is_errand=True)]
parts = [Child(n, [sys.executable, "-c", c]) for n, c in
         (("web", web), ("family", family), *((("deaf", deaf),) if "deaf" in sys.argv else ()))]
sys.exit(Supervisor(settings, os.environ, parts, lambda s: print(s, flush=True),
                    errands if {"errand", "long"} & set(sys.argv) else ()).run())
"""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(*words: str) -> Served:
        folder = tmp_path / str(len(started))
        environ = {"KSDD_DATA": str(folder / "data"), "KSDD_PORT": str(free_port())}
        served = Served([sys.executable, "-c", SERVE, *words], folder, environ)
        started.append(served)
        wait_until(lambda: served.says("Siap di") or served.process.poll() is not None)
        wait_until(lambda: len(served.family()) >= 4)
        return served

    yield start
    for served in started:
        served.clear_away()


def test_term_stops_every_part_and_leaves_nobody_behind(serve: Callable[..., Served]) -> None:
    served = serve()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(10) == 0
    assert served.left_over() == []
    assert served.says("family | two of us")


def test_ctrl_c_stops_it_as_well(serve: Callable[..., Served]) -> None:
    served = serve()
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(10) == 0


def test_a_part_that_does_not_listen_is_ended_within_ten_seconds(
    serve: Callable[..., Served],
) -> None:
    served = serve("deaf")
    wait_until(lambda: len(served.family()) >= 5)
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(10) == 0
    assert served.left_over() == []


def test_whoever_is_killed_comes_back(serve: Callable[..., Served]) -> None:
    served = serve()
    direct = served.parts()
    assert len(direct) == 3
    for victim in direct:
        victim.kill()
    wait_until(lambda: len(served.parts()) == 3)
    wait_until(lambda: len(served.family()) >= 4)
    assert not set(served.parts()) & set(direct)
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(10) == 0
    assert served.left_over() == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_supervisor_that_is_killed_takes_its_parts_with_it(
    serve: Callable[..., Served],
) -> None:
    served = serve()
    direct = served.parts()
    served.process.kill()
    served.process.wait()
    wait_until(lambda: not any(p.is_running() for p in direct))


def test_the_broker_takes_nobody_without_its_password(serve: Callable[..., Served]) -> None:
    served = serve()
    broker = next(p for p in served.family() if "valkey" in p.name() or "redis" in p.name())
    assert [word for word in broker.cmdline() if "requirepass" in word] == []
    address = broker.net_connections()[0].laddr
    assert address.ip == "127.0.0.1"
    with socket.create_connection(address) as line:
        line.sendall(b"PING\r\n")
        assert b"NOAUTH" in line.recv(200)


def test_an_errand_is_run_once_the_pages_answer_and_never_again(
    serve: Callable[..., Served],
) -> None:
    served = serve("errand")
    wait_until(lambda: served.says("errand | done"))
    wait_until(lambda: len(served.parts()) == 3)
    time.sleep(1)  # longer than the pause before a part would be started again
    assert served.printed.read_text().count("errand | done") == 1
    assert not served.says("errand berhenti")


def test_an_errand_under_way_does_not_hold_up_the_end(serve: Callable[..., Served]) -> None:
    served = serve("long")
    wait_until(lambda: served.says("on my way"))
    served.family()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(10) == 0
    assert served.left_over() == []


@pytest.mark.parametrize("word", ["0", "1"])
def test_the_modelers_scripts_are_an_errand_unless_the_setting_says_otherwise(
    tmp_path: Path, word: str
) -> None:
    environ = {"KSDD_ENV": "development", "KSDD_DATA": str(tmp_path), "KSDD_BUNDLE": word}

    errands = errands_of_the_product(Settings.from_environment(environ))

    assert [each.name for each in errands] == (["bundle"] if word == "1" else [])
