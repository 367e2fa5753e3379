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
from concurrent.futures import ThreadPoolExecutor
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
    attacks = plan(asked.share, quick=asked.quick)
    wanted = [a for a in attacks if asked.only is None or {a.key, a.name} & set(asked.only)]
    for proof in _attacked(wanted, asked.beside):
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
    beside = "how many attacks at once, none of which may fork sweepers (kills, migrations)"
    asked.add_argument("--beside", type=int, default=1, help=beside)
    return asked.parse_args(arguments)


def _attacked(wanted: Sequence[Attack], at_once: int) -> Iterator[Proof]:
    """What came of each attack, in their order."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory("-chaos", "ksdd-", _where())))
        places: dict[str, Place] = {"sqlite": Sqlite(folder=folder)}
        if any(attack.database == "postgres" for attack in wanted):
            places["postgres"] = stack.enter_context(postgres(folder))

        def attacked(number: int, attack: Attack) -> Proof:
            place = places[attack.database]
            with place.fresh() as url:
                return attack.run(url, place.name, folder / f"data{number}")

        if at_once == 1:
            yield from map(attacked, range(len(wanted)), wanted)
            return
        crew = stack.enter_context(ThreadPoolExecutor(at_once))
        yield from crew.map(attacked, range(len(wanted)), wanted)


def _where() -> Path | None:
    """In memory where there is room: it is lost commits and not lost disks that are looked for."""
    return folder_in_memory()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
