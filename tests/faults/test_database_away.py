"""While PostgreSQL lets nobody in, pages and machines are told so, the sweeps say it once, and then
it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.journeys.answers import Journey
from tests.journeys.town import Town
from worker.app import make_celery
from worker.tasks import SWEEPS, register


@contextmanager
def shut(server: str, url: str) -> Iterator[None]:
    """Throw everybody out of a database and let nobody in until the block ends."""
    name = make_url(url).database
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        connection.execute(text(leave), {"name": name})
        try:
            yield
        finally:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    admin.dispose()


@pytest.mark.postgres
def test_a_database_that_is_away_is_told_as_such(
    postgres_url: str, fresh_postgres_url: str, tmp_path: Path, now: datetime
) -> None:
    with closing(Town(fresh_postgres_url, tmp_path / "data", now)) as town:
        journey = Journey(town, ["32.01", "32.02"]).until("tahap1_telaah")
        link = town.link(journey.id, "tahap1_telaah", "32.01")
        with shut(postgres_url, fresh_postgres_url):
            page = town.client.get(f"/t/{link}")
            assert page.status_code == 503
            assert "Basis data sedang tidak dapat dihubungi" in page.get_data(as_text=True)
            refused = town.client.post(f"/t/{link}", json={"answers": {"hasil": "lengkap"}})
            assert refused.status_code == 503
            assert refused.headers["Retry-After"]
            assert refused.get_json()["type"] == "urn:ksdd:problem:unavailable"
        again = town.client.post(f"/t/{link}", json={"answers": {"hasil": "lengkap"}})
        assert again.status_code == 200


@pytest.mark.postgres
def test_a_database_that_is_away_is_one_line_for_all_sweeps_and_one_when_it_is_back(
    postgres_url: str,
    fresh_postgres_url: str,
    tmp_path: Path,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(Town(fresh_postgres_url, tmp_path / "data", now)) as town:
        monkeypatch.setattr("worker.tasks.Office.open", lambda _settings: town.office)
        settings = replace(town.settings, redis_url="redis://127.0.0.1:1/0")
        app = make_celery(settings)
        register(app, settings)
        quick = [name for name in SWEEPS if name != "sweep_trials"]
        caplog.clear()
        with shut(postgres_url, fresh_postgres_url):
            for name in quick:
                app.tasks[name]()
        [line] = [record.getMessage() for record in caplog.records]
        assert line.startswith("Penyapu tidak dapat bekerja. Basis data tidak dapat dihubungi")
        assert caplog.records[0].exc_info is None
        for name in quick:
            app.tasks[name]()
        assert [r.levelname for r in caplog.records] == ["ERROR", "WARNING"]
        assert "Penyapu bekerja lagi" in caplog.text
