"""What stands on a shape, in words: lengths of time, people, reminders, yes and no, and shapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from processes.engine.comparing.changes import Phrase, Said, phrase
from processes.engine.comparing.drawing import Drawing, Item
from processes.engine.comparing.matching import family
from processes.engine.durations import DurationError, Span, parse_span
from processes.engine.policies import days_before_the_end, parse_escalations, parse_reminders

#: kinds of shapes with a word of their own; the others have that of their family
KINDS = frozenset(
    ("userTask", "scriptTask", "businessRuleTask", "subProcess", "startEvent", "endEvent",
     "boundaryEvent", "exclusiveGateway", "parallelGateway", "eventBasedGateway",
     "inclusiveGateway", "participant", "lane", "textAnnotation")
)  # fmt: skip
#: facts that are lists of shapes, of roles, or of something else, with commas between
SHAPE_LISTS = frozenset(("kembali_ke", "membagikan", "memeriksa"))
RINGS = frozenset(("pengingat", "eskalasi", "pengingat_akhir"))
ROLES = frozenset(("peran", "penyiap"))
SPANS = frozenset(("tenggat", "waktu"))
YES_NO = frozenset(
    ("ya", "tidak", "pemrakarsa", "mitra", "tautan", "tautan+kode", "masuk", "berurutan",
     "bersamaan", "mati", "harian", "completed", "rejected", "stopped", "withdrawn",
     "permohonan", "surat_masuk", "naskah_lama")
)  # fmt: skip
#: texts longer than this, or of several lines, are shown line by line
LONGEST = 70
#: working days from a day on
_SINCE = re.compile(r"hari_kerja\((?P<count>\d+), *(?P<start>[^()]*(?:\(\))?[^()]*)\)")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What one side of a comparison calls its shapes, roles and tables."""

    drawing: Drawing
    #: titles of the roles
    titles: Mapping[str, str]
    #: names of the decision tables by id
    tables: Mapping[str, str]

    @property
    def items(self) -> set[str]:
        """What a single one of several is called where something is repeated for each."""
        every = (item.facts.get("ulang_nama") for item in self.drawing.shapes.values())
        return {name for name in every if name}

    def role(self, name: str) -> Said:
        """What its owner calls a role."""
        return self.titles.get(name, name.replace("_", " "))

    def shape(self, own: str) -> Said:
        """What a shape is called; one without a name by what comes before it."""
        item = self.drawing.shapes.get(own)
        if item is None:
            flow = self.drawing.flows.get(own)
            return own if flow is None else self.flow(flow)
        if not item.name:
            return self._nameless(item)
        if family(item.kind) == "task" or item.kind == "subProcess":
            return item.name
        return phrase("named", kind=kind_word(item.kind), name=item.name)

    def lane(self, own: str) -> Said:
        """What a lane is called."""
        item = self.drawing.around.get(own)
        return own if item is None else item.name or own

    def _nameless(self, item: Item) -> Said:
        kind = kind_word(item.kind)
        for key, ids in (
            ("nameless_behind", self.drawing.before(item.id)),
            ("nameless_before", self.drawing.behind(item.id)),
        ):
            named = [self.drawing.shapes[i] for i in ids if i in self.drawing.shapes]
            other = next((each.name for each in named if each.name), "")
            if other:
                return phrase(key, kind=kind, name=other)
        seat = self.drawing.shapes.get(item.facts.get("pada") or item.scope)
        if seat is not None and seat.name:
            return phrase("nameless_in", kind=kind, name=seat.name)
        return phrase("named", kind=kind, name=item.id)

    def way(self, own: str) -> Said:
        """A flow by where it leads."""
        flow = self.drawing.flows.get(own)
        return own if flow is None else phrase("leads_to", shape=self.shape(flow.target))

    def flow(self, flow: Item) -> Said:
        """A flow by its ends."""
        ends = {"source": self.shape(flow.source), "target": self.shape(flow.target)}
        if flow.name:
            return phrase("flow_named", name=flow.name, **ends)
        return phrase("flow", **ends)


def kind_word(kind: str) -> Phrase:
    """What a kind of shape is called."""
    if kind in KINDS:
        return phrase(f"kind_{kind}")
    known = family(kind)
    return phrase(f"kind_{known}" if known in ("task", "gateway", "event") else "kind_other")


def fact_word(name: str) -> Phrase:
    """What a fact is called; those that the catalogue does not know by the owner's own word."""
    return phrase(f"fact_{name}") if name in FACTS else phrase("fact_other", name=name)


def value_words(fact: str, text: str, known: Known) -> Said:
    """What stands there, in words."""
    if fact in SPANS:
        return span_words(text)
    if fact in ROLES:
        return known.role(text)
    if fact in SHAPE_LISTS:
        return _shapes(text, known)
    if fact in READERS:
        try:
            return READERS[fact](text, known)
        except DurationError:
            return phrase("quoted", text=text)
    if fact == "daerah" and text in known.items:
        return phrase("word_each_region")
    if text in YES_NO and fact not in ("skrip", "syarat"):
        return phrase("word_" + text.replace("+", "_"))
    return phrase("quoted", text=text)


def span_words(text: str) -> Said:
    """A length of time in words, or the expression that computes it."""
    since = _SINCE.fullmatch(text)
    if since is not None:
        return phrase("span_since", count=since["count"], start=since["start"])
    span = span_of(text)
    return (
        phrase("quoted", text=text) if span is None else phrase(_unit(span), count=str(span.count))
    )


def only_the_count(old: str, new: str) -> str:
    """The number in the old one of two lengths of time that differ in nothing else; else empty."""
    since = [_SINCE.fullmatch(text) for text in (old, new)]
    if since[0] is not None and since[1] is not None and since[0]["start"] == since[1]["start"]:
        return since[0]["count"]
    before, after = span_of(old), span_of(new)
    if before is not None and after is not None and before.unit == after.unit:
        return str(before.count)
    return ""


def span_of(text: str) -> Span | None:
    """The length of time that a text means; None for an expression."""
    try:
        return parse_span(text)
    except DurationError:
        return None


def _unit(span: Span) -> str:
    return f"span_{span.unit}"


def _shapes(text: str, known: Known) -> Said:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(phrase("itself") if part == "ya" else known.shape(part) for part in parts)


def _event(text: str, _: Known) -> Said:
    kind, _space, reference = text.partition(" ")
    word = phrase(f"event_{kind}") if kind in EVENT_KINDS else phrase("event_other")
    return phrase("named", kind=word, name=reference) if reference else word


def _ring(offset: int) -> Phrase:
    if offset == 0:
        return phrase("ring_due")
    return phrase("ring_before" if offset < 0 else "ring_after", count=abs(offset))


def _reminders(text: str, _: Known) -> Said:
    return tuple(_ring(offset) for each in parse_reminders(text) for offset in each.offsets)


def _escalations(text: str, known: Known) -> Said:
    return tuple(
        phrase(f"ring_{each.verb}", when=_ring(each.offset), role=known.role(each.target_role))
        for each in parse_escalations(text)
    )


def _endings(text: str, _: Known) -> Said:
    return tuple(phrase("days_before_end", count=days) for days in days_before_the_end(text))


READERS: Mapping[str, Callable[[str, Known], Said]] = {
    "pengingat": _reminders,
    "eskalasi": _escalations,
    "pengingat_akhir": _endings,
    "peristiwa": _event,
    "bawaan": lambda text, known: known.way(text),
    "pada": lambda text, known: known.shape(text),
    "tabel": lambda text, known: known.tables.get(text, text),
    "lajur": lambda text, known: known.lane(text),
}
EVENT_KINDS = frozenset(
    ("timeDate", "timeDuration", "timeCycle", "message", "signal", "error", "escalation",
     "terminate")
)  # fmt: skip
#: facts in the order in which they are told, each with a word in the catalogue
FACTS = (
    "tahap", "petunjuk", "peran", "daerah", "tenggat", "mulai_dari", "waktu", "pengingat",
    "eskalasi", "penyiap", "dasar", "jaminan", "kode_lemah", "mengikat", "mengembalikan",
    "sampaikan", "mengakhiri", "membagikan", "memeriksa", "pesan_menyusul", "rantai", "jalur",
    "membuka_lanjutan", "konsep", "kembali_ke", "tarik_kembali", "status", "alasan", "syarat",
    "bawaan", "skrip", "tabel", "hasil_tabel", "peristiwa", "menghentikan", "karena_peristiwa",
    "pada", "ulang", "ulang_nama", "ulang_hasil", "ulang_isi", "ulang_henti", "ulang_urutan",
    "lajur", "text", "pengingat_akhir", "ringkasan_harian", "ringkasan_mingguan", "segel_riwayat",
    "gerbang_hukum",
)  # fmt: skip
