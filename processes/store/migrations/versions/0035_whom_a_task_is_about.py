"""A task outside of every loop is about the region that does it, not about the pemrakarsa.

Which tasks of a partner are in a loop only the drawing tells. Where one was said to be about the
pemrakarsa it is taken to be outside of loops; one that is still open and is in a loop after all
says so again when its case moves next.
"""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Let what a partner does for the case as a whole be about nobody else."""
    op.execute(
        "UPDATE task SET concerns = region_code WHERE concerns <> region_code AND concerns = "
        "(SELECT region_code FROM case_file WHERE case_file.id = task.case_id)"
    )
