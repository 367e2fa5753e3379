"""How checks and walk judge mutants, beside what happens when they are really run.

`python -m tests.engine.agreement 1000` goes through so many mutants and prints one table.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass

from processes.engine.checks import check_folder
from processes.engine.walking import walk_folder
from processes.engine.walking.telling import findings_of
from tests.engine.brute import TooMany, wrong_with
from tests.engine.mutants import Mutant, mutants

#: acts of a walk through one mutant; those that grow without bounds are told apart
ACTS = {2: 300, 3: 120, 4: 40}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One mutant, judged twice."""

    mutant: Mutant
    #: codes of the errors that the checks found
    refused: tuple[str, ...]
    #: codes of the errors that the walk found, where the checks found none
    walked: tuple[str, ...]
    #: whether the walk saw everything
    complete: bool
    #: what went wrong when it was really run; None when nothing did, "too many" when unknown
    really: str | None

    @property
    def verdict(self) -> str:
        """The row of the table that it belongs to."""
        ours = "checks" if self.refused else "walk" if self.walked else "accepted"
        real = "unknown" if self.really == "too many" else "wrong" if self.really else "sound"
        return f"{ours}, {real}"

    @property
    def disagrees(self) -> bool:
        """Whether the walk says otherwise than running it does."""
        return self.verdict in ("walk, sound", "accepted, wrong")


def judge(mutant: Mutant) -> Judged:
    """Check, walk and really run one mutant."""
    files = {"p.bpmn": mutant.diagram}
    refused = sorted({f.code for f in check_folder(files) if f.severity == "error"})
    walked: tuple[str, ...] = ()
    complete = True
    if not refused:
        found = walk_folder(files, most_acts=ACTS)
        complete = found.complete
        walked = tuple(sorted({f.code for f in findings_of(found) if f.severity == "error"}))
    try:
        really = wrong_with(mutant.diagram)
    except TooMany:
        really = "too many"
    return Judged(
        mutant=mutant, refused=tuple(refused), walked=walked, complete=complete, really=really
    )


def table(count: int) -> tuple[str, int]:
    """The table for so many mutants, and how many the walk and the run disagree on."""
    rows: Counter[str] = Counter()
    needless: Counter[str] = Counter()
    lines = []
    for judged in map(judge, mutants(count)):
        rows[judged.verdict] += 1
        rows["walked whole"] += judged.complete and not judged.refused
        if judged.verdict == "checks, sound":
            needless.update(judged.refused)
        if judged.disagrees:
            mutant = judged.mutant
            told = judged.walked or judged.really
            lines.append(f"{mutant.number} {mutant.base} {mutant.changes}: {told}")
    different = len(lines)
    lines += [f"{number:6}  {row}" for row, number in sorted(rows.items())]
    lines.append("refused by the checks although every run comes to an end, by rule:")
    lines += [f"{number:6}  {code}" for code, number in needless.most_common()]
    return "\n".join(lines), different


if __name__ == "__main__":
    told, different = table(int(sys.argv[1]))
    sys.stdout.write(told + "\n")
    sys.exit(bool(different))
