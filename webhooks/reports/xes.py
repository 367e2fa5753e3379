"""An event log as XES (IEEE 1849-2016): one trace for each case, written as it is read.

`concept:name` is the title of the task, `concept:instance` its id; what the standard has no word
for begins with `ksdd:`. Moments are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from re import compile as pattern
from xml.sax.saxutils import quoteattr

from processes.store.questions.event_log import LoggedCase
from processes.store.tables import Case
from webhooks.reports.log_events import LogEvent, events_of

Value = str | int | bool | datetime | None

MEDIA_TYPE = "application/xml"
EXTENSIONS = (
    ("Concept", "concept"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
    ("Time", "time"),
)
#: characters that XML cannot hold
_UNFIT = pattern("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
{extensions}
<global scope="trace"><string key="concept:name" value="-"/></global>
<global scope="event"><string key="concept:name" value="-"/>\
<string key="lifecycle:transition" value="complete"/>\
<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/></global>
<classifier name="Tugas" keys="concept:name"/>
<classifier name="Tugas dan peralihan" keys="concept:name lifecycle:transition"/>
<string key="concept:name" value="KSDD"/>
<string key="lifecycle:model" value="standard"/>
"""


def as_xes(cases: Iterable[LoggedCase], *, with_names: bool) -> Iterator[bytes]:
    """The log, a trace at a time."""
    extensions = "\n".join(
        f'<extension name="{name}" prefix="{prefix}" '
        f'uri="http://www.xes-standard.org/{prefix}.xesext"/>'
        for name, prefix in EXTENSIONS
    )
    yield HEAD.format(extensions=extensions).encode()
    for found in cases:
        events = events_of(found, with_names=with_names)
        if events:
            yield _trace(found, events).encode()
    yield b"</log>\n"


def _trace(found: LoggedCase, events: list[LogEvent]) -> str:
    case = found.case
    told: list[tuple[str, Value]] = [
        ("concept:name", case.number),
        ("ksdd:title", case.title),
        ("ksdd:procedure", found.version.key),
        ("ksdd:version", found.version.number),
        ("ksdd:parties", " ".join(party.region_code for party in found.parties)),
        ("ksdd:status", case.status.value),
        ("ksdd:category", case.category),
        ("ksdd:opened", case.opened_at),
        ("ksdd:closed", case.closed_at),
        ("ksdd:in_force", found.in_force_at),
    ]
    inside = "".join(_event(event, case) for event in events)
    return f"<trace>{_attributes(told)}\n{inside}</trace>\n"


def _event(event: LogEvent, case: Case) -> str:
    task = event.task
    told: list[tuple[str, Value]] = [
        ("concept:name", task.name),
        ("concept:instance", task.id),
        ("lifecycle:transition", event.transition),
        ("time:timestamp", event.at),
        ("org:resource", event.resource),
        ("org:role", task.role),
        ("org:group", task.region_code),
        ("ksdd:element", task.element),
        ("ksdd:concerns", task.concerns),
        ("ksdd:stage", task.stage),
        ("ksdd:stage_name", task.stage_name),
    ]
    if event.transition == "complete":
        received = event.received_on.isoformat() if event.received_on else None
        told += [
            ("ksdd:due", task.due_at),
            ("ksdd:received", received),
            ("ksdd:paper", task.recorded_for is not None),
        ]
    return f"<event>{_attributes(told)}</event>\n"


def _attributes(told: Iterable[tuple[str, Value]]) -> str:
    return "".join(_attribute(key, value) for key, value in told if value is not None)


def _attribute(key: str, value: Value) -> str:
    if isinstance(value, bool):
        return f'<boolean key="{key}" value="{str(value).lower()}"/>'
    if isinstance(value, int):
        return f'<int key="{key}" value="{value}"/>'
    if isinstance(value, datetime):
        return f'<date key="{key}" value="{value.isoformat(timespec="microseconds")}"/>'
    return f'<string key="{key}" value={quoteattr(_UNFIT.sub(" ", str(value)))}/>'
