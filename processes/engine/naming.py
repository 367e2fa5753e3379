"""Ids that a drawing program made up become names that a condition can be read with.

`Activity_0abc123` labelled "Paraf Kabag Hukum" becomes `paraf_kabag_hukum`, everywhere in the
folder: flows, drawing, conditions, decision tables and texts. What the owner named himself stays,
and so does every id that was published, because running cases know it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from processes.engine.attributes import BPMN, CAMUNDA
from processes.engine.checks.diagram import EVENTS, FLOW_NODES, GATEWAYS, SCOPES, kind_of
from processes.engine.checks.names import SYSTEM
from processes.engine.checks.structure import RESERVED
from processes.engine.surroundings import make_language
from processes.engine.xml import load_xml
from processes.errors import DiagramRefused

#: what editors begin their ids with; the rest are small letters and digits, or a UUID
MADE_UP = re.compile(
    r"(?:Activity|Task|(?:User|Script|Service|Manual|Send|Receive|BusinessRule)Task|SubProcess"
    r"|Event|(?:Start|End|Boundary|IntermediateCatch|IntermediateThrow)Event"
    r"|Gateway|(?:Exclusive|Parallel|EventBased)Gateway|Flow|SequenceFlow|Process|Participant"
    r"|Collaboration|Lane|LaneSet)_(?=[0-9a-z]*[0-9])[0-9a-z]{1,10}"
    r"|(?:sid-|_)[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
)
#: files that may speak of a shape by its id
WITH_IDS = frozenset((".bpmn", ".dmn", ".txt", ".toml", ".typ", ".html"))
#: most characters of a name made from a label, and of any id
FROM_LABEL, LONGEST = 40, 80
#: what else than flow nodes and flows is named
FRAMES = {"participant": "kolam", "collaboration": "kerja_sama", "lane": "lajur"}


def new_names(
    diagram: bytes, *, keep: Collection[str] = (), hold: Collection[str] = (), whole: bool = False
) -> dict[str, str]:
    """The names that made-up ids of a diagram get: old → new; empty when it cannot be read.

    `keep`: ids that stay for ever (they were published). `hold`: ids that stay for now, because
    somebody is still typing their labels. Without `whole` shapes without a label wait for one.
    """
    try:
        root = load_xml(diagram, "", "id")
    except DiagramRefused:
        return {}
    staying = {*keep, *hold}
    namer = _Namer(root, staying)
    for element in root.iter(f"{{{BPMN}}}*"):
        kind = kind_of(element)
        if kind in FLOW_NODES or kind in FRAMES:
            namer.name_node(element, kind, whole=whole)
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        namer.name_flow(flow)
    return namer.names


def rename(files: Mapping[str, bytes], names: Mapping[str, str]) -> dict[str, bytes]:
    """The files that speak of an id of `names`, with the new ones in their place."""
    if not names:
        return {}
    old = "|".join(re.escape(each) for each in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{old})(?=(?:_di|_label|_plane)?(?!\w))")
    changed: dict[str, bytes] = {}
    for path, content in files.items():
        if PurePosixPath(path).suffix not in WITH_IDS:
            continue
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            continue
        after = pattern.sub(lambda found: names[found[0]], text)
        if after != text:
            changed[path] = after.encode("utf-8")
    return changed


def ids_in(diagram: bytes) -> frozenset[str]:
    """Every id of a diagram; empty when it cannot be read."""
    try:
        root = load_xml(diagram, "", "id")
    except DiagramRefused:
        return frozenset()
    return frozenset(_ids(root))


class _Namer:
    """Gives names, each once."""

    def __init__(self, root: Any, staying: Collection[str]) -> None:
        self.names: dict[str, str] = {}
        self._staying = staying
        self._taken = {*SYSTEM, *make_language().reserved, *_ids(root), *_words_of_scripts(root)}

    def name_node(self, element: Any, kind: str, *, whole: bool) -> None:
        own, label = element.get("id") or "", element.get("name") or ""
        if not self._is_made_up(own):
            return
        wanted = word_for(label)
        if wanted and not wanted[0].isalpha():
            wanted = f"{_kind_word(kind)}_{wanted}"
        if not wanted and whole:
            wanted = _kind_word(kind)
        if wanted:
            self.names[own] = self._free(wanted)

    def name_flow(self, flow: Any) -> None:
        """After what it leads from and to, once both have names."""
        own = flow.get("id") or ""
        if not self._is_made_up(own):
            return
        ends = [self.names.get(end, end) for end in (flow.get("sourceRef"), flow.get("targetRef"))]
        if all(end and not MADE_UP.fullmatch(end) for end in ends):
            self.names[own] = self._free("alur_" + "_".join(ends))

    def _is_made_up(self, own: str) -> bool:
        return own not in self._staying and MADE_UP.fullmatch(own) is not None

    def _free(self, wanted: str) -> str:
        name, number = wanted[: LONGEST - 4], 2
        while name in self._taken or RESERVED.fullmatch(name):
            name, number = f"{wanted[: LONGEST - 4]}_{number}", number + 1
        self._taken.add(name)
        return name


def word_for(label: str) -> str:
    """A label as a name: small letters, digits and underscores, cut between words."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    parts = re.findall(r"[a-z0-9]+", plain.lower())
    while len(parts) > 1 and len("_".join(parts)) > FROM_LABEL:
        parts.pop()
    return "_".join(parts)[:FROM_LABEL]


def _kind_word(kind: str) -> str:
    if kind in FRAMES:
        return FRAMES[kind]
    if kind in GATEWAYS:
        return "gerbang"
    if kind in EVENTS:
        return {"startEvent": "awal", "endEvent": "akhir"}.get(kind, "peristiwa")
    return "bagian" if kind in SCOPES else "tugas"


def _ids(root: Any) -> Iterator[str]:
    yield from (str(own) for own in root.xpath("//@id"))


def _words_of_scripts(root: Any) -> Iterator[str]:
    """Names that scripts and loops leave in the data; a task of the same name would hide them."""
    for script in root.iter(f"{{{BPMN}}}script"):
        yield from re.findall(r"[A-Za-z_]\w*", script.text or "")
    for name in ("resultVariable", "elementVariable"):
        yield from (str(value) for value in root.xpath(f"//@c:{name}", namespaces={"c": CAMUNDA}))
