"""Alembic's entry: runs the steps on the connection that `upgrade` was given."""

from __future__ import annotations

from alembic import context

from processes.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
