"""Accounts with a password, an authenticator app, several regions, an end, and a log."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

MOMENT = sa.DateTime(timezone=True)
REFUSAL = "the account log is append-only"


def upgrade() -> None:
    """Widen accounts, sessions and authenticator apps, and add the tables around them."""
    op.add_column("account", _text("email", 254, nullable=True))
    op.add_column("account", sa.Column("ends_at", MOMENT, nullable=True))
    op.add_column("account", _text("password", 200, nullable=True))
    op.add_column("account", _text("subject", 600, nullable=True))
    op.create_index("ix_account_email", "account", ["email"])
    op.create_index("ix_account_subject", "account", ["subject"], unique=True)
    op.add_column(
        "sign_in", sa.Column("invites", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("sign_in", _text("way", 24, server_default="tautan"))
    op.add_column("sign_in", _text("address", 64, server_default=""))
    op.add_column("sign_in", _text("user_agent", 300, server_default=""))
    op.add_column("sign_in", sa.Column("proved_at", MOMENT, nullable=True))
    _let_accounts_have_apps()
    _add_tables()
    _refuse_changes()


def _let_accounts_have_apps() -> None:
    with op.batch_alter_table("authenticator") as app:
        app.alter_column("person_id", existing_type=sa.String(length=32), nullable=True)
        app.add_column(_text("account_id", 32, nullable=True))
        app.create_foreign_key(
            op.f("fk_authenticator_account_id"), "account", ["account_id"], ["id"]
        )
    op.create_index(op.f("ix_authenticator_account_id"), "authenticator", ["account_id"])


def _add_tables() -> None:
    _table(
        "account_region",
        _text("account_id", 32),
        _text("region_code", 8),
        key=("account_id", "region_code"),
        points={"account_id": "account.id", "region_code": "region.code"},
    )
    _table(
        "recovery_code",
        _text("account_id", 32),
        _text("code_sha256", 64),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        key=("account_id", "code_sha256"),
        points={"account_id": "account.id"},
    )
    _table(
        "account_event",
        _text("id", 32),
        _text("account_id", 32),
        _text("kind", 24),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        key=("id",),
        points={"account_id": "account.id"},
    )
    op.create_index("ix_account_event_account", "account_event", ["account_id", "at"])
    _table(
        "access_log",
        _text("id", 32),
        _text("account_id", 32),
        sa.Column("at", MOMENT, nullable=False),
        _text("route", 80),
        _text("case_id", 32, nullable=True),
        _text("region_code", 8, nullable=True),
        key=("id",),
        points={
            "account_id": "account.id",
            "case_id": "case_file.id",
            "region_code": "region.code",
        },
    )
    op.create_index("ix_access_log_account", "access_log", ["account_id", "at"])
    op.create_index("ix_access_log_case", "access_log", ["case_id", "at"])
    _table(
        "sign_in_tries",
        _text("who_sha256", 64),
        _text("address", 64),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        key=("who_sha256", "address"),
        points={},
    )


def _refuse_changes() -> None:
    """Let the database itself refuse to change or remove what the account log says."""
    statements = POSTGRES if op.get_bind().dialect.name == "postgresql" else SQLITE
    for statement in statements:
        op.execute(statement)


def _text(name: str, length: int, **rest: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), **({"nullable": False} | rest))


def _table(
    name: str, *columns: sa.Column[Any], key: tuple[str, ...], points: dict[str, str]
) -> None:
    op.create_table(
        name,
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [there], name=op.f(f"fk_{name}_{column}"))
            for column, there in points.items()
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
    )


SQLITE = (
    f"""CREATE TRIGGER account_event_no_update BEFORE UPDATE ON account_event
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER account_event_no_delete BEFORE DELETE ON account_event
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER account_event_no_replace BEFORE INSERT ON account_event
        WHEN EXISTS (SELECT 1 FROM account_event WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
)

POSTGRES = (
    f"""CREATE FUNCTION account_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    """CREATE TRIGGER account_event_no_change BEFORE UPDATE OR DELETE ON account_event
        FOR EACH ROW EXECUTE FUNCTION account_event_refuse()""",
    """CREATE TRIGGER account_event_no_truncate BEFORE TRUNCATE ON account_event
        FOR EACH STATEMENT EXECUTE FUNCTION account_event_refuse()""",
)
