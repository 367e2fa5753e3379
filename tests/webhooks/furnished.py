"""What houses keep beside their cases: accounts and what these looked at, ways of looking, files
taken along, repairs of many tasks, and requests to move a case. Every word in it is a mark."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Actor, MigrationWish, NewAccount, Order, Scope, Wish
from processes.store import people_log, recovery_codes, tables
from processes.store.people_log import About
from processes.store.repairs import Target
from processes.store.tables import (
    Account,
    AccountRole,
    Case,
    DeadlineChoice,
    ItemStatus,
    RepairAct,
    RepairItem,
    SendingPause,
    Task,
    TaskStatus,
)
from tests.engine.migrating.edits import EDITS
from tests.webhooks.asked_to_publish import ask_to_publish_drafts
from tests.webhooks.drawing.made_bundle import fill_shelf
from tests.webhooks.houses import VIEWERS, A, B, C, D, Houses, task_readers
from tests.webhooks.looking import Person

#: whose officials are known to each other, because they share a case
NEAR = dict.fromkeys((A, B, C), (A, B, C))
#: what is said of somebody who looks after the whole installation
WHOLE = Actor(kind="account", name="Pusat", regions=None)


def furnish(houses: Houses) -> Houses:
    """Let all of it happen in these houses."""
    for region in VIEWERS:
        _people(houses, region)
    for region in (A, B, D):
        _repair(houses, frozenset({region}), region)
    _beyond_one_region(houses)
    _moves(houses)
    for region in VIEWERS:
        _office_keeping(houses, region)
    _two_offices(houses)
    _drawing(houses)
    _versions(houses)
    ask_to_publish_drafts(houses)
    with houses.office.database.write() as session:
        session.add(SendingPause(made_at=houses.now - timedelta(hours=1), since=houses.now))
    houses.settle()
    return houses


def _drawing(houses: Houses) -> None:
    """A draft of the procedure, which belongs to the whole installation; it is played by somebody
    of whose trial nobody else is shown anything."""
    marks = houses.marks
    fill_shelf(houses.office.settings.data)
    new = actions.NewDraft(key="ksdd", title="Tenggat DPRD")
    draft_id = actions.begin_draft(houses.office, new, actor=WHOLE, now=houses.now)
    owner = Person(houses, None, AccountRole.OWNER, name=marks.of("account that plays"))
    begins = {"_langkah": "mulai", "title": marks.of("play.title"), "parties": f"{A} {B}",
              "starts": "2026-07-06", "entry": "permohonan"}  # fmt: skip
    for address in (f"/rancangan/{draft_id}/coba", "/prosedur/ksdd/versi/1/coba"):
        assert owner.post(address, begins, {}).status_code == 303


# --- accounts ------------------------------------------------------------------------------------
def _people(houses: Houses, region: str) -> None:
    """A petugas with views and exports of his own, an observer, and one who is only invited."""
    marks = houses.marks
    case_id = next(case for case, codes in houses.parties_of_all().items() if region in codes)
    clerk = Person(houses, region, AccountRole.CLERK, name=marks.of("account.name", region))
    _keeps(houses, clerk, marks.of("log_export.filter", region))
    observer = Person(houses, region, AccountRole.OBSERVER, name=marks.of("observer", region))
    assert observer.get(f"/perkara/{case_id}").status_code == 200
    own = houses.machine(region)
    made = actions.invite_account(
        houses.office,
        NewAccount(
            name=marks.of("invited.name", region),
            scope=Scope(role=AccountRole.CLERK, regions=[region]),
            email=f"{marks.of('invited.email', region)}@x.example",
        ),
        order=Order(actor=own, reason=marks.of("invited.reason", region)),
        now=houses.now,
    )
    actions.change_account(
        houses.office,
        made.account_id,
        Scope(role=AccountRole.CLERK, regions=[region], ends_on=date(2027, 1, 1)),
        order=Order(actor=own, reason=marks.of("account changed", region)),
        now=houses.now,
    )
    with houses.office.database.write() as session:
        recovery_codes.make(session, houses.office.secret, made.account_id, houses.now)


def _keeps(houses: Houses, person: Person, procedure: str) -> None:
    """A view of his own, with which his board opens, and an event log that he took along."""
    mine = {"nama": houses.marks.of("view.name"), "kueri": f"cari={houses.marks.of('view.query')}"}
    assert person.post("/tampilan", {**mine, "utama": "1"}, {}).status_code == 303
    taken = person.post(f"/laporan/log?procedure={procedure}", {"format": "xes"}, {})
    assert taken.status_code == 200


def _beyond_one_region(houses: Houses) -> None:
    """Who sees more than one region is known to nobody of a single one."""
    marks = houses.marks
    both = Person(houses, A, AccountRole.CLERK, name=marks.of("account of two"), further=[D])
    whole = Person(houses, None, AccountRole.OWNER, name=marks.of("account of all"))
    for person in (both, whole):
        _keeps(houses, person, marks.of("log_export of more"))
    _repair(houses, frozenset({A, D}), A, D)
    # what he looked at for his old region stays with it when he goes to another
    gone = Person(houses, A, AccountRole.OBSERVER, name=marks.of("moved.name", C))
    assert gone.get(f"/perkara/{houses.cases['ab']}").status_code == 200
    with houses.office.database.read() as session:
        account_id = session.scalar(select(Account.id).where(Account.name == gone.name))
    actions.change_account(
        houses.office,
        str(account_id),
        Scope(role=AccountRole.OBSERVER, regions=[C], ends_on=date(2027, 1, 1)),
        order=Order(actor=WHOLE, reason=marks.of("moved.reason", C)),
        now=houses.now,
    )


# --- officials -----------------------------------------------------------------------------------
def _office_keeping(houses: Houses, region: str) -> None:
    """An official who came, was changed and left; keys of other systems, and lists taken along."""
    marks, own = houses.marks, houses.machine(region)
    wish = {
        "region": region,
        "role": "kepala_daerah",
        "name": marks.of("new official", region),
        "nip": "",
        "position": marks.of("new position", region),
        "status": "definitif",
        "email": f"{marks.of('new email', region)}@x.example",
        "phone": "",
    }
    why = marks.of("official.reason", region)
    done = actions.add_official(houses.office, wish, reason=why, actor=own, now=houses.now)
    official = done.rows[0].official.id
    keeper = Person(houses, region, AccountRole.ADMIN, name=marks.of("keeper", region))
    assert keeper.get(f"/pejabat/{official}").status_code == 200
    words = marks.of("list.words", region)
    assert keeper.get(f"/pejabat/daftar.csv?cari={words}").status_code == 200
    name = marks.of("token.name", region)
    form = {"name": name, "role": "system", "region": region,
            "reason": marks.of("token.reason", region)}  # fmt: skip
    assert keeper.post("/kunci", form, {}).status_code == 201
    why_taken = {"reason": marks.of("file.reason", region)}
    assert keeper.post(f"/pejabat/{official}/data.zip", why_taken, {}).status_code == 200
    numbered = {"pattern": f"{marks.of('pattern', *NEAR.get(region, (region,)))}/{{bulan}}",
                "reason": marks.of("pattern.reason", region)}  # fmt: skip
    assert keeper.post(f"/daerah/{region}", numbered, {}).status_code == 303


def _two_offices(houses: Houses) -> None:
    """Somebody acts for A and for D; each knows of him what he does for itself."""
    marks = houses.marks
    with houses.office.database.write() as session:
        person = tables.Person(
            name=marks.of("two offices", *VIEWERS),
            email=f"{marks.of('two offices.email', A, D)}@x.example",
        )
        session.add(person)
        session.flush()
        for region in (A, D):
            official = tables.Official(
                region_code=region,
                role="kepala_badan",
                person_id=person.id,
                position=marks.of("two offices.position", *NEAR.get(region, (region,))),
            )
            session.add(official)
            session.flush()
            about = About(region=region, person=person.id, official=official.id)
            why = marks.of("two offices.reason", region)
            was = (marks.of("two offices.was", region), marks.of("two offices.is", region))
            actor = {"kind": "token", "name": marks.of("two offices.by", region)}
            people_log.note(
                session,
                tables.PeopleAct.CHANGED,
                about,
                actor=actor,
                now=houses.now,
                reason=why,
                values={"position": was},
            )
            people_log.note_access(
                session,
                tables.DataAct.LOOKED,
                about,
                actor=actor,
                now=houses.now,
                reason=marks.of("two offices.looked", region),
            )


# --- repairs -------------------------------------------------------------------------------------
def _repair(houses: Houses, regions: frozenset[str], *of: str) -> None:
    """A repair of many tasks, of which one is refused with a reason of its own."""
    with houses.office.database.read() as session:
        open_ones = select(Task).where(Task.status == TaskStatus.OPEN).order_by(Task.id)
        tasks = [t for code in of
                 for t in session.scalars(open_ones.where(Task.region_code == code))]  # fmt: skip
    ids = [task.id for task in tasks]
    assert {task.region_code for task in tasks} == set(of)

    def readers(session: Session) -> Iterable[str]:
        """Whoever may read what was said about one of them; the house that ordered it."""
        said = {code for task_id in ids for code in task_readers(session, task_id)}
        return said | (regions if len(regions) == 1 else set())

    job = actions.start_repair(
        houses.office,
        Wish(act=RepairAct.REMIND),
        [Target(id=task.id, case_id=task.case_id, task_id=task.id) for task in tasks],
        order=Order(
            actor=Actor(kind="token", name="sistem " + " ".join(sorted(regions)), regions=regions),
            reason=houses.marks.new("repair.reason", readers),
            authority=houses.marks.new("repair.authority", readers),
        ),
        now=houses.now,
    )
    assert actions.carry_on_repairs(houses.office, now=houses.now) == len(ids)
    own = regions if len(regions) == 1 else ()
    with houses.office.database.write() as session:
        last = update(RepairItem).where(RepairItem.job_id == job, RepairItem.position == len(ids))
        note = houses.marks.of("repair.refused", *own)
        session.execute(last.values(status=ItemStatus.REFUSED, note=note))


def _moves(houses: Houses) -> None:
    """A request that waits, one that was refused, and one that was carried out."""
    marks = houses.marks
    _ask(houses, houses.cases["ab"], A, A)
    refused = _ask(houses, houses.cases["bc"], B, B)
    actions.refuse_move(
        houses.office,
        refused,
        reason=marks.of("move.refused", B),
        actor=houses.machine(B),
        now=houses.now,
    )
    houses.cases["moved"] = houses.open_marked(B, C)
    houses.finish(houses.cases["moved"], "tahap1_permohonan", B)
    # what was done to a case is read by all its parties
    done = _ask(houses, houses.cases["moved"], B, B, C)
    with houses.office.database.read() as session:
        revision = session.get_one(Case, houses.cases["moved"]).revision
    second = Actor(kind="token", name=f"sistem kedua {B}", regions=frozenset({B}))
    actions.confirm_move(houses.office, done, revision=revision, actor=second, now=houses.now)


def _versions(houses: Houses) -> None:
    """A case that one house puts onto another version, and back; it is read by all its parties."""
    case_id = houses.open_marked(B, C)
    houses.finish(case_id, "tahap1_permohonan", B)
    version = actions.publish(
        houses.office,
        next(edit for edit in EDITS if edit.name == "deadlines changed").files(),
        key="ksdd",
        note="Tenggat baru",
        actor=WHOLE,
        now=houses.now,
    )
    actions.migrate_case(
        houses.office,
        case_id,
        MigrationWish(version_id=version.id, deadlines=DeadlineChoice.RESTART),
        order=_decree(houses, "version"),
        now=houses.now,
    )
    actions.undo_migration(
        houses.office, case_id, order=_decree(houses, "version back"), now=houses.now
    )


def _decree(houses: Houses, what: str) -> Order:
    return Order(
        actor=houses.machine(B),
        reason=houses.marks.of(f"{what}.reason", B, C),
        authority=houses.marks.of(f"{what}.authority", B, C),
    )


def _ask(houses: Houses, case_id: str, region: str, *readers: str) -> str:
    actor = houses.machine(region)
    with houses.office.database.read() as session:
        case = session.get_one(Case, case_id)
        places = actions.places_to_go(session, houses.office, case, houses.now)
    free = [place.element for place in places if place.obstacle is None]
    order = Order(
        actor=actor,
        reason=houses.marks.of("move.reason", *readers),
        authority=houses.marks.of("move.authority", *readers),
    )
    return actions.ask_to_move(houses.office, case_id, free[0], order=order, now=houses.now)
