"""A host that is cut off in the middle of an act does not keep its case from the others."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from processes.store.database import Database
from tests import servers
from tests.chaos.network import may_make_networks, network

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from processes.store.database import Database

with Database.open(sys.argv[1]).connect_to_write() as connection:
    connection.exec_driver_sql("SELECT * FROM held FOR UPDATE")
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
@pytest.mark.postgres
def test_what_a_host_held_when_it_was_cut_off_is_free_again() -> None:
    if not may_make_networks():
        pytest.skip("this machine lets nobody make networks")
    with network(1) as net, servers.postgres(None, net.middle) as url:
        [host] = net.hosts
        with closing(Database.open(url)) as database:
            with database.connect_to_write() as connection:
                connection.execute(text("CREATE TABLE held (number integer)"))
                connection.execute(text("INSERT INTO held VALUES (1)"))
            with subprocess.Popen(
                host.command(sys.executable, "-c", HOLDER, url),
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
            ) as holder:
                assert holder.stdout is not None
                assert holder.stdout.readline() == b"held\n"
                host.cut()
                with database.connect_to_write() as connection:
                    # by itself the server would wait for two hours
                    connection.execute(text("SET LOCAL lock_timeout = '120s'"))
                    connection.execute(text("UPDATE held SET number = 2"))
                holder.kill()
                host.mend()
