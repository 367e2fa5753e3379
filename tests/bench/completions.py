"""One completion and its rivals on one kind of database: the same SQL, the recipe, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from processes.office import Office
from processes.store import accounts
from processes.store.database import Database
from processes.store.tables import AccountRole
from tests.bench import web
from tests.bench.cases import ANSWERS, case_at_task, complete, link_into, open_case, opened
from tests.bench.places import Place
from tests.bench.recipe import Recipe
from tests.bench.recording import Recorder, Replayer, Step
from tests.bench.rows import Row
from tests.bench.turns import Size, in_turns
from tests.webhooks.official import FormReader

WHAT = {
    "completion": "one completion, in process",
    "same_sql": "the same SQL without an engine",
    "recipe": "the stock recipe, in process",
    "completion_http": "one completion, machine API over HTTP",
    "link_http": "one completion, an official's link over HTTP",
    "link_page": "the page of an official's link over HTTP",
    "recipe_http": "the stock recipe over HTTP",
    "bare_http": "the recipe's SQL over HTTP, no engine",
    "start": "start of a case, in process",
}
#: what stands on a receipt
RECEIVED = "Jawaban sudah diterima"
COUNTS = {"statements": "SQL statements of a completion", "commits": "commits of a completion"}


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Every way with what it needs: each has waiting cases of its own, all alike."""

    office: Office
    recorder: Recorder
    replayer: Replayer
    product: web.Client
    tasks: list[str]
    #: the same cases once more, for officials
    pages: web.Client
    links: list[str]
    #: what their newest page fills in
    filled: dict[str, str]
    recipe: Recipe
    recipe_client: web.Client
    recipe_tasks: list[str]
    recipe_tasks_http: list[str]
    bare_client: web.Client
    bare_tasks: list[str]
    #: SQL of every completion so far
    recorded: list[list[Step]]

    def completion(self, number: int) -> None:
        complete(self.office, self.tasks[number], datetime.now(UTC))

    def same_sql(self, number: int) -> None:
        self.replayer.send(self.recorded[number])

    def in_recipe(self, number: int) -> None:
        self.recipe.complete(self.recipe_tasks[number], ANSWERS, datetime.now(UTC))

    def over_http(self, number: int) -> None:
        path = f"/api/v1/tasks/{self.tasks[number]}/complete"
        self.product.post(path, {"answers": ANSWERS})

    def look_by_link(self, number: int) -> None:
        page = self.pages.page(self.links[number])
        self.filled["page"] = page

    def read_page(self, _number: int) -> None:
        """Take what the page fills in, outside of anybody's time."""
        reader = FormReader()
        reader.feed(self.filled.pop("page"))
        self.filled.update(reader.values)

    def by_link(self, number: int) -> None:
        receipt = self.pages.send_form(self.links[number], {**self.filled, **ANSWERS})
        assert RECEIVED in receipt, receipt[:2000]

    def recipe_over_http(self, number: int) -> None:
        path = f"/tasks/{self.recipe_tasks_http[number]}/complete"
        self.recipe_client.post(path, {"answers": ANSWERS})

    def bare_over_http(self, number: int) -> None:
        self.bare_client.post(f"/tasks/{self.bare_tasks[number]}/complete", {"answers": ANSWERS})

    def start(self, _number: int) -> None:
        open_case(self.office, datetime.now(UTC))

    def note_sql(self, _number: int) -> None:
        """Take what the completion just sent, outside of anybody's time."""
        self.recorded.append(self.recorder.take())

    def drop_sql(self, _number: int) -> None:
        """Forget what the start of a case sent."""
        self.recorder.take()


def measure(place: Place, folder: Path, size: Size) -> list[Row]:
    """Rows of one kind of database."""
    with contest(place, folder, size) as ours:
        ways = {
            "completion": ours.completion,
            "note": ours.note_sql,
            "same_sql": ours.same_sql,
            "recipe": ours.in_recipe,
            "completion_http": ours.over_http,
            "link_page": ours.look_by_link,
            "read_page": ours.read_page,
            "link_http": ours.by_link,
            "recipe_http": ours.recipe_over_http,
            "bare_http": ours.bare_over_http,
            "start": ours.start,
            "drop": ours.drop_sql,
        }
        measured = in_turns(ways, size)
        times = [
            Row(key=key, what=what, where=place.name, unit="ms", values=measured[key])
            for key, what in WHAT.items()
        ]
        return [*times, *_counted(place, ours.recorded[size.warm_up :])]


def _counted(place: Place, recorded: list[list[Step]]) -> list[Row]:
    counted = {
        "statements": [float(sum(step.counts for step in steps)) for steps in recorded],
        "commits": [float(sum(step.kind == "commit" for step in steps)) for steps in recorded],
    }
    return [
        Row(key=key, what=what, where=place.name, unit=key, values=counted[key])
        for key, what in COUNTS.items()
    ]


@contextmanager
def contest(place: Place, folder: Path, size: Size) -> Iterator[Contest]:
    """Prepare everything that is not measured.

    1. A template with cases that wait for the measured task, and an API token.
    2. Four copies: to complete in process, to replay the SQL on, to complete over HTTP by the
       machine API and by links.
    3. The recipe's database, with cases for both of its ways.
    """
    data = folder / place.name
    data.mkdir()
    now = datetime.now(UTC)
    with ExitStack() as stack:
        template = stack.enter_context(place.fresh())
        tasks, token = _fill(template, data, size.prepared, now)
        for_office, for_replay, for_http, for_links = (
            stack.enter_context(place.copy(template)) for _ in range(4)
        )
        office = opened(for_office, data)
        stack.callback(office.close)
        bare = Database.open(for_replay)
        stack.callback(bare.close)
        replayer = Replayer(bare.engine)
        stack.callback(replayer.close)
        recipe_url = stack.enter_context(place.fresh())
        recipe = Recipe(Database.open(recipe_url))
        stack.callback(recipe.database.close)
        recipe.make_tables()
        yield Contest(
            office=office,
            recorder=Recorder(office.database.engine),
            replayer=replayer,
            product=stack.enter_context(web.product(for_http, data, token)),
            tasks=tasks,
            pages=stack.enter_context(web.product(for_links, data, "")),
            links=[link_into(office, task) for task in tasks],
            filled={},
            recipe=recipe,
            recipe_client=stack.enter_context(web.recipe(recipe_url, data)),
            recipe_tasks=[recipe.case_at_task(now) for _ in range(size.prepared)],
            recipe_tasks_http=[recipe.case_at_task(now) for _ in range(size.prepared)],
            bare_client=stack.enter_context(web.recipe(recipe_url, data, "bare")),
            bare_tasks=[recipe.case_at_task(now) for _ in range(size.prepared)],
            recorded=[],
        )


def _fill(url: str, folder: Path, count: int, now: datetime) -> tuple[list[str], str]:
    """Cases at the measured task, and a token for the API."""
    office = opened(url, folder)
    try:
        tasks = [case_at_task(office, now) for _ in range(count)]
        with office.database.write() as session:
            token = accounts.create_token(
                session, name="pengukuran", role=AccountRole.SYSTEM, region_code=None, now=now
            )
        return tasks, token
    finally:
        office.close()
