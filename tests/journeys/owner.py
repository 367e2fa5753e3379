"""The owner of the procedure publishes it with something changed."""

from __future__ import annotations

from collections.abc import Mapping

from processes.actions import Actor, procedures, publish
from processes.office import SHIPPED
from tests.journeys.town import Town

DIAGRAM = "ksdd.bpmn"


def let_a_kabag_confirm_silence(town: Town) -> None:
    """Publish the shipped procedure so that a kabag confirms that a council stayed silent."""
    switch = b"kabag_mengonfirmasi_dianggap_setuju = "
    drawn = procedures.read_folder(SHIPPED / "ksdd")[DIAGRAM]
    changed = {DIAGRAM: drawn.replace(switch + b"false", switch + b"true")}
    publish_with(town, changed, note="Kabag mengonfirmasi")


def publish_with(town: Town, changed: Mapping[str, bytes], *, note: str = "Perubahan") -> None:
    """Publish the shipped procedure with some of its files (path → content) changed."""
    folder = town.folder / "teliti" / "ksdd"
    for path, content in {**procedures.read_folder(SHIPPED / "ksdd"), **changed}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    owner = Actor(kind="account", name="pemilik")
    publish(town.office, folder, note=note, actor=owner, now=town.now)
