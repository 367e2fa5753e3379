"""The attacks of `make chaos`, each small enough for every run of the tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.plan import plan
from tests.chaos.proof import Proof, broken, drawn

ROOT = Path(__file__).parents[2]
#: seconds that an attack may take on a machine that is busy with others
LONGEST = 600
ATTACKS = [attack.name for attack in plan(quick=True)]
#: these mostly wait for hosts, workers and beats that start and wake: some of them side by side
WAITING = ("hosts", "broker_", "workers_killed", "too_many")
#: what one process attacks, so that it loads and reads everything once, and how many at once
TOGETHER = {
    "waiting": ([name for name in ATTACKS if name.startswith(WAITING)], 3),
    "others": ([name for name in ATTACKS if not name.startswith(WAITING)], 1),
}


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.parametrize(("attacks", "at_once"), TOGETHER.values(), ids=TOGETHER.keys())
def test_nothing_is_lost_and_nothing_happens_twice(
    attacks: list[str], at_once: int, postgres_url: str, tmp_path: Path
) -> None:
    wanted = [f"--beside={at_once}", *(f"--only={name}" for name in attacks)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chaos", "--quick", *wanted],
        cwd=ROOT,
        env={**os.environ, "KSDD_DATA": str(tmp_path), "KSDD_TEST_DATABASE_URL": postgres_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as attack:
        try:
            said, _ = attack.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            # so that it ends its servers, workers and beats
            attack.send_signal(signal.SIGINT)
            said, _ = attack.communicate()
    assert attack.returncode == 0, said
    proofs = [*map(json.loads, (tmp_path / "chaos.jsonl").read_text().splitlines())]
    assert len(proofs) == len(attacks)
    for proof in proofs:
        assert proof["broken"] == []
        assert proof["figures"].get("lost", 0) == proof["figures"]["doubled"] == 0
        assert proof["what"] in said


def test_every_attack_of_the_promise_is_among_them() -> None:
    wanted = {"kills", "workers_killed", "too_many", "downtime", "clock", "poison"}
    wanted |= {"robots", "guesses", "former_holders", "leaks", "restores", "migrations"}
    wanted |= {"hosts"}
    wanted |= {f"broker_{what}" for what in ("flushed", "killed", "never_started", "hung")}
    assert {name.partition("@")[0] for name in ATTACKS} == wanted


def test_a_broken_promise_is_named() -> None:
    names = broken(nothing_lost=False, nothing_doubled=True)
    proof = Proof(key="x", what="x", where="x", figures={"lost": 1}, seconds=1, broken=names)
    assert "nothing lost" in drawn([proof])
    assert "nothing doubled" not in drawn([proof])
