"""What the rules know besides the drawing: roles, decisions, the language, and the names in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from processes.engine.checks.diagram import Shape
from processes.engine.checks.facts import PARTY, REGION, Facts
from processes.engine.checks.report import Report
from processes.engine.decisions import Decision
from processes.engine.language import SafeLanguage
from processes.engine.shapes import ENTRIES

#: data every case has from its first moment
GIVEN: Mapping[str, Facts] = {
    "pemrakarsa": PARTY,
    "mitra": Facts(items=PARTY),
    "pihak": Facts(items=PARTY),
    "daerah": REGION,
    "jalur": Facts(choices=frozenset(ENTRIES), type="enum"),
}


@dataclass(frozen=True)
class Moment:
    """Names in the data when a token stands at a shape."""

    #: names that some way to this place provides
    some: frozenset[str]
    #: names that every way to this place provides
    every: frozenset[str]


@dataclass(kw_only=True)
class Known:
    """Everything the rules may look up."""

    language: SafeLanguage
    #: names of the functions an expression may call
    functions: frozenset[str]
    #: every role that exists, or None when nobody knows
    roles: frozenset[str] | None
    #: the folder's decision tables by id
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    #: where to tell what is wrong inside a table, by the table's id
    table_reports: Mapping[str, Report] = field(default_factory=dict)
    #: ids of tables that cannot decide; what they cover is not looked at
    faulty_tables: set[str] = field(default_factory=set)
    #: False when a file of the folder could not be read, so that more tables may be meant
    decisions_complete: bool = True
    #: ids of the user tasks
    task_ids: frozenset[str] = frozenset()
    #: names that scripts and tables set; a form may not change them behind their backs
    computed: frozenset[str] = frozenset()
    #: names that tasks, scripts and tables leave in the data
    provided: frozenset[str] = frozenset()
    #: facts about every name that anything in the drawing provides
    facts: dict[str, Facts] = field(default_factory=dict)
    #: for the id of each shape that can be reached: the names when a token arrives there
    arriving: dict[str, Moment] = field(default_factory=dict)
    #: paths of every file of the folder
    files: frozenset[str] = frozenset()
    #: names already told to be missing on some way
    doubted: set[str] = field(default_factory=set)
    #: names of data that expressions ask for
    read: set[str] = field(default_factory=set)
    #: for the id of each loop: the names when one of its instances is done
    instance_done: dict[str, Moment] = field(default_factory=dict)

    def at(self, shape: Shape, *, inside_loop: bool = True) -> Moment | None:
        """Names an attribute of the shape may use; None where no token ever comes.

        `inside_loop`: as one instance of its own loop sees them.
        """
        moment = self.arriving.get(shape.id)
        loop = shape.loop if inside_loop else None
        return moment if moment is None or loop is None else instance_start(moment, loop)


def instance_start(moment: Moment, loop: Mapping[str, str | None]) -> Moment:
    """Names as one instance of a loop first sees them: with its item, without its result."""
    item, result = loop["item"], loop["output_item"]
    lost = frozenset((result,)) if result else frozenset()
    own = frozenset((item,)) if item else frozenset()
    return Moment((moment.some - lost) | own, (moment.every - lost) | own)
