"""The owner of the procedure publishes it with a switch of his turned."""

from __future__ import annotations

from processes.actions import Actor, procedures, publish
from processes.office import SHIPPED
from tests.journeys.town import Town


def let_a_kabag_confirm_silence(town: Town) -> None:
    """Publish the shipped procedure so that a kabag confirms that a council stayed silent."""
    folder = town.folder / "teliti" / "ksdd"
    folder.mkdir(parents=True)
    switch = b"kabag_mengonfirmasi_dianggap_setuju = "
    for path, content in procedures.read_folder(SHIPPED / "ksdd").items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content.replace(switch + b"false", switch + b"true"))
    owner = Actor(kind="account", name="pemilik")
    publish(town.office, folder, note="Kabag mengonfirmasi", actor=owner, now=town.now)
