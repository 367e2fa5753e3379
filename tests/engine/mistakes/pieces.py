"""Pieces of small diagrams with events and gateways."""

from __future__ import annotations

from tests.engine.drawings import drawing, flows, shape, task, timer
from tests.engine.mistakes.table import (
    END,
    ENDING,
    START,
    chain,
)

ERROR = '<bpmn:error id="galat" name="Galat" errorCode="G1"/>'
MESSAGE = '<bpmn:message id="pesan" name="tarik"/>'
WITH = shape("endEvent", "lain", ENDING)


def parallel(*pairs: tuple[str, ...], extra: str = "") -> bytes:
    """Tasks a, b, c, a gateway g and a gateway h, joined by these flows."""
    return drawing(
        START,
        task("a", ["isi"]),
        task("b"),
        task("c"),
        shape("parallelGateway", "g"),
        shape("parallelGateway", "h"),
        extra,
        END,
        flows(*pairs),
    )


def awaiting(first: str, second: str, *extra: tuple[str, ...]) -> bytes:
    """An event-based gateway before two shapes `x` and `y` with these insides."""
    return drawing(
        START,
        shape("eventBasedGateway", "g"),
        first,
        second,
        task("a"),
        END,
        flows(
            ("mulai", "g"), ("g", "x"), ("g", "y"), ("x", "a"), ("y", "a"), ("a", "akhir"), *extra
        ),
        outside=MESSAGE,
    )


def catch(id: str, inside: str) -> str:
    """An event that is waited for."""
    return shape("intermediateCatchEvent", id, inside)


def on_task(inside: str, **attributes: str) -> bytes:
    """A task with a boundary event `b` on it."""
    return chain(
        task("a"),
        shape("boundaryEvent", "b", inside, attachedToRef="a", **attributes),
        WITH,
        flows(("b", "lain")),
        outside=ERROR + MESSAGE,
    )


def by_event(inside: str, body: str = "", **attributes: str) -> bytes:
    """An event sub-process `s` whose start `s1` has this trigger."""
    return chain(
        task("a"),
        shape(
            "subProcess",
            "s",
            shape("startEvent", "s1", inside)
            + task("b")
            + shape("endEvent", "s2", ENDING)
            + flows(("s1", "b"), ("b", "s2"))
            + body,
            triggeredByEvent="true",
        ),
        outside=MESSAGE + ERROR,
        **attributes,
    )


def throwing(id: str = "s", error: str = "galat") -> str:
    """A sub-process that ends with an error."""
    return shape(
        "subProcess",
        id,
        shape("startEvent", f"{id}1")
        + task(f"{id}2")
        + shape("endEvent", f"{id}3", f'<bpmn:errorEventDefinition errorRef="{error}"/>')
        + flows((f"{id}1", f"{id}2"), (f"{id}2", f"{id}3")),
    )


CATCHER = shape(
    "boundaryEvent", "b", '<bpmn:errorEventDefinition errorRef="galat"/>', attachedToRef="s"
)
TIMER = timer("timeDuration", "P1D")
LETTER = '<bpmn:messageEventDefinition messageRef="pesan"/>'
