"""What an owner drew, as facts: stages, user tasks and endings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from processes.engine.forms import Form

#: how a case is opened: with a request of its own, from another region's letter, or with an
#: agreement that was signed before
USUAL_ENTRY, LETTER_ENTRY, OLD_ENTRY = ENTRIES = ("permohonan", "surat_masuk", "naskah_lama")
STAGE = re.compile(r"(\d+)[\s.:-]*(.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage as the owner numbered and named it."""

    number: int
    name: str

    @classmethod
    def read(cls, text: str | None) -> Stage | None:
        """From the property `tahap`, for example "2 Surat Kesediaan"."""
        found = STAGE.fullmatch((text or "").strip())
        return cls(number=int(found[1]), name=found[2].strip()) if found else None


@dataclass(frozen=True, kw_only=True)
class TaskShape:
    """A user task as the owner drew it: who, until when, and what is asked."""

    element: str
    name: str
    documentation: str
    #: None where it has none, or where `stage_words` choose between several
    stage: Stage | None
    #: an expression that chooses the stage by the data, where a task belongs to several
    stage_words: str
    #: role that holds the task
    role: str
    #: whose role: `pemrakarsa`, `mitra`, the name of a loop item; empty: the region of the loop,
    #: or the pemrakarsa outside of loops
    whose: str
    #: words or expression of the deadline; empty when there is none
    due: str
    #: expression for the day the clock starts; empty: when the task opens
    clock_start: str
    reminders: str
    escalations: str
    preparer: str
    #: what the deadline rests on, shown beside the date
    basis: str
    #: `tautan`, `tautan+kode` or `masuk`
    assurance: str
    #: whether a code may go, as weak evidence, by a mail of its own to the address of the link
    #: (property `kode_lemah`)
    weak_code: bool
    #: expression over the answers that is true when this act binds the region (property `mengikat`)
    binding: str
    #: expression over the answers: the note with which they send the work back, null when they do
    #: so without one, and false when they do not (property `mengembalikan`)
    sends_back: str
    #: answers (element, question) that letters and page of this task tell (property `sampaikan`)
    conveys: tuple[tuple[str, str], ...]
    #: whether this task is the minutes of a withdrawal or an ending (property `mengakhiri`)
    closing: bool
    #: elements whose answers and documents the other parties may see once this task is done
    #: (property `membagikan`: `ya` for its own, or a list of elements)
    shares: tuple[str, ...]
    #: elements whose answers are checked here, so that one and the same person is told apart
    #: (property `memeriksa`)
    checks: tuple[str, ...]
    #: expression over an answer that comes after a timer closed the task: the message it sends, or
    #: null (property `pesan_menyusul`); empty: no answer is taken any more
    late_message: str
    #: tasks of one region with the same word here may be recorded from one paper (`rantai`)
    chain: str
    #: the way of opening a case that this task records (property `jalur`)
    entry: str
    #: expression over the answers: the kind of linked case that they open, or null
    #: (property `membuka_lanjutan`)
    opens: str
    #: names of the letter templates that are offered as drafts, or a choice between such names
    #: (property `konsep`)
    drafts: str
    #: elements to which whoever holds the task may send the case back (property `kembali_ke`)
    returns: tuple[str, ...]
    #: whether an answer may be taken back while nothing has followed (property `tarik_kembali`)
    recall: bool
    form: Form


@dataclass(frozen=True, kw_only=True)
class Ending:
    """An end of the whole procedure: how the case stands afterwards, and why."""

    element: str
    name: str
    status: str
    reason: str
    #: answers (element, question) that the letters about the end tell (property `sampaikan`)
    conveys: tuple[tuple[str, str], ...] = ()
