"""Trying an owner's folder out before anybody works with it: every way walked, every scenario run.

Nothing here touches the installation's database: a walk is in memory, a scenario has an office of
its own that is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from processes.actions.procedures import check
from processes.actions.rehearsing import Rehearsed, rehearse
from processes.engine.findings import Finding
from processes.engine.walking import MOST_ACTS, Walked, walk_folder
from processes.engine.walking.telling import extent_of, findings_of
from processes.errors import DiagramRefused
from processes.sentences import say
from processes.store.procedures import sha256_of

Tell = Callable[[str], None]

#: folders whose scenarios a process remembers
_REMEMBERED = 16
_played: dict[str, tuple[Rehearsed, ...]] = {}


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What came of trying a folder out."""

    #: what the checks said
    checked: tuple[Finding, ...]
    #: None when the checks found an error, so that nothing could be walked
    walked: Walked | None
    rehearsed: tuple[Rehearsed, ...]

    @property
    def findings(self) -> list[Finding]:
        """Everything found, in the order it was looked for."""
        walked = findings_of(self.walked) if self.walked else []
        played = [finding for each in self.rehearsed for finding in each.findings]
        return [*self.checked, *walked, *played]

    @property
    def is_sound(self) -> bool:
        """Whether nothing forbids to publish it."""
        return all(finding.severity != "error" for finding in self.findings)


def try_folder(
    files: Mapping[str, bytes],
    *,
    tell: Tell = lambda _: None,
    most_acts: Mapping[int, int] = MOST_ACTS,
) -> Tried:
    """Check a folder, walk its diagram and run its scenarios; `tell` hears how far it is.

    The same folder again is answered from memory.
    """
    tell(say("walking.checking"))
    checked = tuple(check(files))
    if any(finding.severity == "error" for finding in checked):
        return Tried(checked=checked, walked=None, rehearsed=())
    tell(say("walking.walking"))
    walked = walk_folder(files, most_acts=most_acts)
    for walk in walked.walks:
        tell(extent_of(walk))
    if any(finding.severity == "error" for finding in findings_of(walked)):
        return Tried(checked=checked, walked=walked, rehearsed=())
    return Tried(checked=checked, walked=walked, rehearsed=_rehearsed(files, tell))


def refuse_what_fails(
    files: Mapping[str, bytes],
    *,
    tell: Tell = lambda _: None,
    most_acts: Mapping[int, int] = MOST_ACTS,
) -> Tried:
    """What came of trying a folder out; DiagramRefused with every finding when it is not sound."""
    tried = try_folder(files, tell=tell, most_acts=most_acts)
    if not tried.is_sound:
        raise DiagramRefused(tried.findings)
    return tried


def _rehearsed(files: Mapping[str, bytes], tell: Tell) -> tuple[Rehearsed, ...]:
    mark = sha256_of(files)
    known = _played.get(mark)
    if known is None:
        known = tuple(rehearse(files, tell=tell))
        _played[mark] = known
        for old in list(_played)[:-_REMEMBERED]:
            del _played[old]
    return known
