"""One published version of an owner's folder, read once and shared by all its cases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import EndEventMixin, UserTaskMixin

from processes.engine.attributes import BPMN, NAMES
from processes.engine.calendar import WorkingCalendar
from processes.engine.codec import load
from processes.engine.decisions import Decision
from processes.engine.folder import diagram_name
from processes.engine.forms import Form
from processes.engine.language import SafeLanguage
from processes.engine.parser import OwnersParser
from processes.engine.policies import parse_escalations
from processes.engine.roles import FILE, read_roles
from processes.engine.run import Run
from processes.engine.shapes import USUAL_ENTRY, Ending, Stage, TaskShape
from processes.engine.surroundings import REGION, SafeScriptEngine, Surroundings, make_language
from processes.engine.wordings import is_choice, words_in
from processes.engine.workflow import CaseWorkflow
from processes.engine.xml import load_xml

#: whose timers on the edge close it
CLOSING = (
    "//bpmn:boundaryEvent[not(@cancelActivity='false')][bpmn:timerEventDefinition]/@attachedToRef"
)
WORD = re.compile(r"[A-Za-z_]\w*")


class Procedure:
    """The specs, shapes and words of one version. Immutable; safe to share between threads."""

    def __init__(self, key: str, files: Mapping[str, bytes]) -> None:
        self.key = key
        self.files = dict(files)
        self.language: SafeLanguage = make_language()
        self.engine = SafeScriptEngine(self.language)
        diagram = diagram_name(files)
        self.diagram: bytes = files[diagram]
        root = load_xml(self.diagram, diagram)
        process = _executable(root)
        self.name: str = process.get("name") or key
        decisions = (
            Decision.read(content) for name, content in files.items() if name.endswith(".dmn")
        )
        parser = OwnersParser({decision.id: decision for decision in decisions})
        parser.add_bpmn_xml(root, diagram)
        self.spec = parser.get_spec(process.get("id"))
        self.inner_specs: dict[str, Any] = parser.get_subprocess_specs(process.get("id"))
        self.defaults = _process_properties(process)
        self.shapes = {shape.element: shape for shape in self._shapes()}
        self.endings = {ending.element: ending for ending in self._endings()}
        roles = read_roles(files.get(FILE, b""))
        #: roles of which one holder is chosen for each case
        self.chosen_roles: frozenset[str] = roles.chosen
        #: by role, who is told of a late task where a house has nobody in it
        self.superiors: Mapping[str, str] = roles.superiors
        #: what the owner calls each role
        self.titles: Mapping[str, str] = roles.titles
        self.steering = self._steering_names(root)
        #: elements that a timer on their edge may close without an answer
        self.timed_out = frozenset(map(str, root.xpath(CLOSING, namespaces=NAMES)))

    def start(
        self,
        *,
        parties: Sequence[str],
        now: datetime,
        calendar: WorkingCalendar,
        entry: str = USUAL_ENTRY,
    ) -> Run:
        """A new case between `parties` (codes, pemrakarsa first), run until people are awaited.

        `entry` is the way it is opened, which the drawing knows as `jalur`.
        """
        run = Run(self, CaseWorkflow(self.spec, self.inner_specs, script_engine=self.engine))
        people = [{"kode": code} for code in parties]
        run.begin(
            {
                "jalur": entry,
                "pemrakarsa": people[0],
                "mitra": people[1:],
                "pihak": people,
                REGION: parties[0],
            },
            Surroundings(now=now, calendar=calendar, region=parties[0]),
        )
        return run

    def resume(self, state: bytes, *, region: str, now: datetime, calendar: WorkingCalendar) -> Run:
        """The case as it was saved; `region` is the pemrakarsa's code."""
        workflow = load(state, self.spec, self.inner_specs, self.engine)
        run = Run(self, workflow)
        run.surroundings = Surroundings(now=now, calendar=calendar, region=region)
        return run

    @cached_property
    def stages(self) -> list[Stage]:
        """Every stage named in the drawing, in order."""
        named: dict[int, Stage] = {}
        for spec in self._specs():
            for words in words_in(_property(spec, "tahap") or ""):
                stage = Stage.read(words)
                if stage is not None:
                    named.setdefault(stage.number, stage)
        return [named[number] for number in sorted(named)]

    def roles(self) -> frozenset[str]:
        """Every role that holds or prepares a task."""
        held = {shape.role for shape in self.shapes.values()}
        return frozenset(held | {s.preparer for s in self.shapes.values() if s.preparer})

    def known_roles(self) -> frozenset[str]:
        """Every role that the owner named in the drawing or in `peran.toml`."""
        told = [e for shape in self.shapes.values() for e in parse_escalations(shape.escalations)]
        return self.roles() | {each.target_role for each in told} | frozenset(self.titles)

    def binds(self, element: str, answers: Mapping[str, Any]) -> bool:
        """Whether these answers to a task bind the region that gave them."""
        shape = self.shapes.get(element)
        if shape is None or not shape.binding:
            return False
        return bool(self.language.evaluate(shape.binding, answers))

    def note_of_return(self, element: str, answers: Mapping[str, Any]) -> str | None:
        """The note with which these answers to a task send the work back, empty when they do so
        without one; None when they do not."""
        shape = self.shapes.get(element)
        if shape is None or not shape.sends_back:
            return None
        said = self.language.evaluate(shape.sends_back, answers)
        if said is False:
            return None
        return said if isinstance(said, str) else ""

    def text(self, path: str) -> str | None:
        """A text of the folder, for example `pesan/tugas_baru.txt`; None when it has none."""
        content = self.files.get(path)
        return content.decode("utf-8") if content is not None else None

    def _specs(self) -> Iterator[Any]:
        for workflow_spec in (self.spec, *self.inner_specs.values()):
            yield from workflow_spec.task_specs.values()

    def _shapes(self) -> Iterator[TaskShape]:
        for spec in self._specs():
            if isinstance(spec, UserTaskMixin):
                yield self._shape(spec)

    def _shape(self, spec: Any) -> TaskShape:
        extensions = spec.extensions

        def prop(name: str) -> str:
            value = _property(spec, name)
            return value if value is not None else self.defaults.get(name, "")

        return TaskShape(
            element=spec.bpmn_id,
            name=spec.bpmn_name or spec.bpmn_id,
            documentation=(spec.documentation or "").strip(),
            stage=Stage.read(prop("tahap")),
            stage_words=prop("tahap") if is_choice(prop("tahap")) else "",
            role=extensions.get("candidateGroups") or extensions.get("assignee") or "",
            whose=prop("daerah"),
            due=extensions.get("dueDate") or self.defaults.get("tenggat", ""),
            clock_start=prop("mulai_dari"),
            reminders=prop("pengingat"),
            escalations=prop("eskalasi"),
            preparer=prop("penyiap"),
            basis=prop("dasar"),
            assurance=prop("jaminan") or "tautan",
            weak_code=prop("kode_lemah") != "tidak",
            binding=prop("mengikat"),
            sends_back=prop("mengembalikan"),
            conveys=_answers_in(prop("sampaikan")),
            closing=prop("mengakhiri") == "ya",
            shares=_shared(spec.bpmn_id, prop("membagikan")),
            checks=tuple(_parts(prop("memeriksa"))),
            late_message=prop("pesan_menyusul"),
            chain=prop("rantai"),
            entry=prop("jalur"),
            opens=prop("membuka_lanjutan"),
            drafts=prop("konsep"),
            returns=tuple(_parts(prop("kembali_ke"))),
            recall=prop("tarik_kembali") != "tidak",
            form=Form.read(extensions.get("form", ())),
        )

    def _endings(self) -> Iterator[Ending]:
        """The ends of the process and of its event sub-processes: there the case is over."""
        outer = [self.spec, *(self.inner_specs[n] for n in self.spec.start.trigger_specs)]
        for workflow_spec in outer:
            for spec in workflow_spec.task_specs.values():
                if isinstance(spec, EndEventMixin):
                    yield Ending(
                        element=spec.bpmn_id,
                        name=spec.bpmn_name or spec.bpmn_id,
                        status=_property(spec, "status") or "completed",
                        reason=_property(spec, "alasan") or spec.bpmn_id,
                        conveys=_answers_in(_property(spec, "sampaikan") or ""),
                    )

    def _steering_names(self, root: Any) -> frozenset[str]:
        """Every word that stands in a condition, script, timer, loop or decision.

        Only answers to fields with such a name are kept in the running state; all answers are kept
        in the task's row anyway, where `mengembalikan` and `sampaikan` find them.
        """
        texts = root.xpath(
            "//bpmn:conditionExpression/text() | //bpmn:script/text() | //bpmn:completionCondition/"
            "text() | //bpmn:timerEventDefinition//text() | //@camunda:dueDate | //@camunda:*"
            " | //camunda:property[not(@name='mengembalikan' or @name='sampaikan')]/@value",
            namespaces=NAMES,
        )
        tables = [c.decode("utf-8", "replace") for n, c in self.files.items() if n.endswith(".dmn")]
        return frozenset(WORD.findall(" ".join([*map(str, texts), *tables])))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _answers_in(text: str) -> tuple[tuple[str, str], ...]:
    """The answers that a text names, `tugas.isian, tugas.isian`."""
    parts = (part.partition(".") for part in _parts(text))
    return tuple((element.strip(), asked.strip()) for element, _, asked in parts)


def _shared(element: str, text: str) -> tuple[str, ...]:
    return tuple(element if part == "ya" else part for part in _parts(text))


def _property(spec: Any, name: str) -> str | None:
    extensions = getattr(spec, "extensions", None) or {}
    value = extensions.get("properties", {}).get(name)
    return str(value) if value is not None else None


def _executable(root: Any) -> Any:
    return next(p for p in root.iter(f"{{{BPMN}}}process") if p.get("isExecutable") == "true")


def _process_properties(process: Any) -> dict[str, str]:
    nodes = process.xpath(
        "./bpmn:extensionElements/camunda:properties/camunda:property", namespaces=NAMES
    )
    return {p.get("name"): p.get("value") or "" for p in nodes}
