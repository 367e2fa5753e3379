"""What reading and writing a case's state costs by its size: in its first stage and in its last,
with few parties and with many."""

from __future__ import annotations

from processes.office import Office
from tests.bench.engine import Walk, timed
from tests.bench.rows import Row
from tests.bench.turns import Size

#: the stages that are weighed: a case that was just opened, one that waits for its next round
FIRST, LAST = 1, 7
WHAT = {"restore": "restore a case in stage {}", "save": "save a case in stage {}"}


def measure(office: Office, size: Size) -> list[Row]:
    """Rows of a small and of a large case in its first and in its last stage."""
    rows = []
    for parties in size.parties:
        walk = Walk(office, parties)
        rows += _of(walk, FIRST, size.cases)
        weight = len(walk.state)
        rows.append(
            Row(
                key="state_stage_1",
                what="state in stage 1, waiting for its first answer",
                where=f"{parties} parties",
                unit="bytes",
                values=[weight],
            )
        )
        walk.to_rest()
        rows += _of(walk, LAST, size.cases)
    return rows


def _of(walk: Walk, stage: int, times: int) -> list[Row]:
    """A state as it stands, restored and saved again so many times."""
    measured: dict[str, list[float]] = {name: [] for name in WHAT}
    for _ in range(times):
        run, restored = timed(walk.resume)
        _, saved = timed(run.save)
        measured["restore"].append(restored)
        measured["save"].append(saved)
    return [
        Row(
            key=f"{name}_stage_{stage}",
            what=what.format(stage),
            where=f"{len(walk.parties)} parties",
            unit="ms",
            values=measured[name],
        )
        for name, what in WHAT.items()
    ]
