"""`make chaos`: attack installations, one line as soon as each is over, a table at the end.

Each attack fills an installation of its own and leaves an account: what was lost, what happened
twice, which letters went out twice. The same is kept as JSON lines in `$KSDD_DATA/chaos.jsonl`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from processes.settings import Settings
from tests.bench.places import Place, Sqlite, postgres
from tests.bench.run import facts
from tests.chaos.plan import Attack, plan
from tests.chaos.proof import Proof, drawn, keep
from tests.servers import folder_in_memory

Tell = Callable[[str], object]


def main(arguments: Sequence[str]) -> int:
    """Attack, print and keep; 1 when a promise was broken."""
    asked = _asked(arguments)
    kept = Settings.from_environment(os.environ).data / "chaos.jsonl"
    proofs = []
    for proof in _attacked(plan(asked.share, quick=asked.quick), asked.only):
        keep(kept, proof, facts())
        proofs.append(proof)
        sys.stderr.write(drawn([proof]).splitlines()[-1] + "\n")
        sys.stderr.flush()
    sys.stdout.write(f"\n{drawn(proofs)}\n\nkept in {kept}\n")
    return int(any(proof.broken for proof in proofs))


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    asked.add_argument("--quick", action="store_true", help="each attack once, in seconds")
    asked.add_argument("--share", type=float, default=1.0, help="share of kills and rounds, 0 to 1")
    asked.add_argument("--only", action="append", help="key of an attack, or key@sqlite")
    return asked.parse_args(arguments)


def _attacked(attacks: Sequence[Attack], only: Sequence[str] | None) -> Iterator[Proof]:
    wanted = [a for a in attacks if only is None or {a.key, a.name} & set(only)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory("-chaos", "ksdd-", _where())))
        places: dict[str, Place] = {"sqlite": Sqlite(folder=folder)}
        if any(attack.database == "postgres" for attack in wanted):
            places["postgres"] = stack.enter_context(postgres(folder))
        for number, attack in enumerate(wanted):
            place = places[attack.database]
            with place.fresh() as url:
                yield attack.run(url, place.name, folder / f"data{number}")


def _where() -> Path | None:
    """In memory where there is room: it is lost commits and not lost disks that are looked for."""
    return folder_in_memory()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
