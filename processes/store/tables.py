"""The tables: one row is one fact, every moment is aware UTC, every state is an Enum.

Ids are strings (UUID4 hex) made by us, so that a row can be named before it is written.
"""

from __future__ import annotations

import enum
import uuid
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TextClause,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Moment(TypeDecorator[datetime]):
    """An aware moment. Naive values are refused going in; UTC is restored coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


#: in a table's `info`: a new row that clashes with one that is there is left out, no matter how
IF_MISSING = "if_missing"


def new_id() -> str:
    """A fresh random id of 32 characters; fit to name a row, not to keep a secret."""
    return uuid.uuid4().hex


def words(kind: type[enum.StrEnum]) -> Enum:
    """A column of an Enum's values, kept as plain text so that both databases agree."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=24,
        values_callable=lambda members: [m.value for m in members],
    )


class CaseStatus(enum.StrEnum):
    """How a case stands; `end_reason` says why it ended."""

    RUNNING = "running"
    COMPLETED = "completed"
    REJECTED = "rejected"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    INCIDENT = "incident"


class AgreementStatus(enum.StrEnum):
    """Whether the agreement binds: not yet, in force, or ended."""

    BELUM = "belum"
    BERLAKU = "berlaku"
    BERAKHIR = "berakhir"


class TaskStatus(enum.StrEnum):
    """A task waits, was answered, or was closed without an answer."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class OfficialStatus(enum.StrEnum):
    """How an official holds the office (definitif, or acting in one of four ways)."""

    DEFINITIF = "definitif"
    PLT = "Plt"
    PLH = "Plh"
    PJ = "Pj"
    PJS = "Pjs"


class MessageStatus(enum.StrEnum):
    """Where a message stands, in honest words: nobody knows that a mail was read."""

    WAITING = "waiting"
    SENT = "sent"
    PARKED = "parked"
    DROPPED = "dropped"
    #: somebody of the house sends it from his own phone
    BY_HAND = "by_hand"
    #: somebody stated that it arrived
    DELIVERED = "delivered"


class LedgerEntry(enum.StrEnum):
    """What happened to a message after it was made (`Message.created_at`)."""

    #: its words were written: for a try of the sender, or for somebody's own phone
    PREPARED = "disiapkan"
    #: the mail server, or the service behind a channel, took it
    ACCEPTED = "diterima"
    REFUSED = "ditolak"
    #: somebody had it sent again
    AGAIN = "dikirim_lagi"
    #: its link was asked for, by a person or a program; no proof that anybody read it
    FETCHED = "tautan_diambil"
    #: somebody stated that it arrived
    STATED = "dinyatakan_sampai"


class AccountRole(enum.StrEnum):
    """What an account or API token may do."""

    ADMIN = "admin"
    OWNER = "owner"
    SYSTEM = "system"
    #: an official's own account: it looks, and proves who he is where a task asks for that
    OFFICIAL = "pejabat"
    #: the daily user of a region's cooperation office: opens and shepherds its cases
    CLERK = "petugas"
    #: somebody who only looks, for example an auditor
    OBSERVER = "pengamat"


class SignInWay(enum.StrEnum):
    """With what a session began."""

    #: a link that works once, from the command line or the first start
    LINK = "tautan"
    PASSWORD = "sandi"
    #: the identity provider of the house (OpenID Connect)
    PROVIDER = "oidc"


class AccountEventKind(enum.StrEnum):
    """What happened to an account, in its log."""

    MADE = "dibuat"
    INVITED = "diundang"
    CHANGED = "diubah"
    DISABLED = "dinonaktifkan"
    ENABLED = "diaktifkan"
    SIGNED_IN = "masuk"
    #: a wrong password or code
    REFUSED = "ditolak"
    PASSWORD_SET = "sandi_diatur"
    APP_SET = "aplikasi_dipasang"
    APP_RESET = "aplikasi_dilepas"
    RECOVERY_MADE = "kode_pemulihan_dibuat"
    RECOVERY_USED = "kode_pemulihan_dipakai"
    PROVED = "bukti_diulang"
    SESSIONS_ENDED = "sesi_diakhiri"
    #: the identity provider's name for the person was noted
    IDENTITY_BOUND = "identitas_dikaitkan"


class CodeWay(enum.StrEnum):
    """How a one-time code gets to the official who has to type it."""

    #: his own channel
    CHANNEL = "saluran"
    #: his mail, when the link came another way
    MAIL = "surel"
    #: the telephone of somebody of his house
    WHATSAPP = "whatsapp"
    #: a mail of its own to the very address that the link came to; weak evidence
    SAME_MAIL = "surel_sama"
    #: in person, by the cooperation office of his own region
    HANDED = "diserahkan"


class LinkPurpose(enum.StrEnum):
    """What a link lets its official do with the task it leads to."""

    #: answer it, as its holder
    ANSWER = "jawab"
    #: prepare the answers that the holder confirms
    PREPARE = "siapkan"
    #: record it from a signed paper
    RECORD = "catat"
    #: choose who of several holders of the role acts in this case
    CHOOSE = "pilih"
    #: give the answers that may follow after it is finished
    COMPLETE = "lengkapi"
    #: confirm what was recorded from paper, or object to it
    RESPOND = "tanggapi"
    #: give a task that its holder gave back to another official of the house
    REASSIGN = "alihkan"
    #: answer what the holder of a task asked
    REPLY = "balas"


class Verdict(enum.StrEnum):
    """What a region says of an act that another one recorded from paper."""

    CONFIRMED = "sesuai"
    OBJECTED = "keberatan"


class ReplyStatus(enum.StrEnum):
    """A signed reply that a partner handed in with its code, as the pemrakarsa judged it."""

    WAITING = "menunggu"
    TAKEN = "diterima"
    REFUSED = "ditolak"


class Scan(enum.StrEnum):
    """What the virus scanner says of a document."""

    #: no scanner is set up
    NONE = "tidak_dipindai"
    #: it has not answered yet; nobody but the region that handed it in gets the file
    WAITING = "menunggu"
    CLEAN = "bersih"
    #: nobody gets the file
    INFECTED = "terinfeksi"


class AlarmKind(enum.StrEnum):
    """What happens by itself at a moment that somebody's deadline or an agreement sets."""

    #: the holder of a task is reminded
    REMINDER = "pengingat"
    #: somebody else of his house is told, or gets the task
    ESCALATION = "eskalasi"
    #: the parties are told that their agreement ends
    AGREEMENT_END = "akhir_kerja_sama"


class DayKind(enum.StrEnum):
    """What a day is that somebody entered into the calendar."""

    NATIONAL = "libur_nasional"
    JOINT_LEAVE = "cuti_bersama"
    REGIONAL = "libur_daerah"
    #: a day of work although the calendar says otherwise
    WORKDAY = "hari_kerja"


class CalendarChangeKind(enum.StrEnum):
    """Why the calendar became another one."""

    ADDED = "ditambah"
    REMOVED = "dihapus"
    #: the package `holidays` came in another version
    PACKAGE = "paket"


class WebhookDirection(enum.StrEnum):
    """Which way a webhook goes: our events to a region's own system, or its completions to us."""

    OUT = "keluar"
    IN = "masuk"


class DeliveryStatus(enum.StrEnum):
    """Where the delivery of an event to one endpoint stands."""

    WAITING = "waiting"
    SENT = "sent"
    #: tried for three days, or its endpoint is gone: waits for an administrator
    PARKED = "parked"
    #: its endpoint was removed
    DROPPED = "dropped"


class RepairAct(enum.StrEnum):
    """What an administrator lets happen to many things at once."""

    REMIND = "remind"
    REASSIGN = "reassign"
    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"
    #: kill the links that were handed out, and send new ones
    RELINK = "relink"
    #: of a case as a whole: start its withdrawal, or close it because it was opened by mistake
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    #: of a halted case, or one with outdated deadlines
    RETRY_CASE = "retry_case"
    RETRY_ALARM = "retry_alarm"
    #: of a case onto another version of its procedure, and back as it was
    MIGRATE = "migrate"
    UNDO_MIGRATION = "undo_migration"


class DeadlineChoice(enum.StrEnum):
    """What becomes of a deadline whose case gets another version."""

    #: it stays as it is
    KEEP = "keep"
    #: the new words count from the day from which it counted until now
    RECOUNT = "recount"
    #: the new words count from today
    RESTART = "restart"


class ItemStatus(enum.StrEnum):
    """How one part of a bulk repair stands."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class MoveStatus(enum.StrEnum):
    """How a request to move a case to another task stands; its days may be over too."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class PublicationStatus(enum.StrEnum):
    """How a request to publish a draft stands; its days may be over too."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"
    #: taken back, or overtaken by a change of the draft or by another version
    LAPSED = "lapsed"


class TrialStatus(enum.StrEnum):
    """What came of trying out what somebody asks to publish."""

    #: not over: it waits for its turn, or somebody is at it
    WAITING = "waiting"
    PASSED = "passed"
    FAILED = "failed"


class TrialPhase(enum.StrEnum):
    """What a trial is at."""

    CHECKS = "checks"
    SCENARIOS = "scenarios"
    WALK = "walk"


class Relation(enum.StrEnum):
    """Why a case continues another one."""

    ADDENDUM = "adendum"
    EXTENSION = "perpanjangan"
    WIDENING = "perluasan"
    AGREEMENT = "perjanjian_kerja_sama"


class PeopleAct(enum.StrEnum):
    """What somebody did about officials, keys, regions, or the data kept about people."""

    ADDED = "ditambah"
    CHANGED = "diubah"
    #: he holds the office no more
    ENDED = "berakhir"
    CHANNEL = "kanal"
    PATTERN = "pola_nomor"
    TOKEN_MADE = "kunci_dibuat"
    TOKEN_REVOKED = "kunci_dicabut"
    AGREEMENTS = "naskah_lama"
    RULE = "aturan_retensi"
    #: what the rules let go was removed
    RETAINED = "retensi"
    #: his name and addresses were removed
    ERASED = "disamarkan"


class DataAct(enum.StrEnum):
    """What somebody saw or took with him of the data about people."""

    LOOKED = "dilihat"
    LISTED = "daftar_diunduh"
    TAKEN = "data_diunduh"


class Kept(enum.StrEnum):
    """A class of what is kept, for which a time can be set."""

    #: addresses and words of messages; that one went out, when and how stays
    MESSAGES = "pesan"
    #: the lines of their ledger
    LEDGER = "jejak_pesan"
    #: what was typed and not sent
    DRAFTS = "konsep"
    #: the rows of links to tasks; their tokens are kept nowhere anyway
    LINKS = "tautan"
    #: who saw data about people
    ACCESS = "akses"
    #: the names and addresses of people who left
    PEOPLE = "mantan_pejabat"


class Base(DeclarativeBase):
    """The mapped classes; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        date: Date,
        bytes: LargeBinary,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        CaseStatus: words(CaseStatus),
        AgreementStatus: words(AgreementStatus),
        TaskStatus: words(TaskStatus),
        OfficialStatus: words(OfficialStatus),
        MessageStatus: words(MessageStatus),
        LedgerEntry: words(LedgerEntry),
        AccountRole: words(AccountRole),
        AccountEventKind: words(AccountEventKind),
        SignInWay: words(SignInWay),
        CodeWay: words(CodeWay),
        LinkPurpose: words(LinkPurpose),
        Verdict: words(Verdict),
        ReplyStatus: words(ReplyStatus),
        Scan: words(Scan),
        Relation: words(Relation),
        WebhookDirection: words(WebhookDirection),
        DeliveryStatus: words(DeliveryStatus),
        AlarmKind: words(AlarmKind),
        DayKind: words(DayKind),
        CalendarChangeKind: words(CalendarChangeKind),
        PeopleAct: words(PeopleAct),
        DataAct: words(DataAct),
        Kept: words(Kept),
        RepairAct: words(RepairAct),
        ItemStatus: words(ItemStatus),
        MoveStatus: words(MoveStatus),
        PublicationStatus: words(PublicationStatus),
        TrialStatus: words(TrialStatus),
        TrialPhase: words(TrialPhase),
    }


def _index_where(name: str, *columns: str | TextClause, where: str) -> Index:
    """An index over the rows that fulfil a condition, which both databases understand."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Region(Base):
    """A province, kabupaten or kota with its Kemendagri code (`32`, `32.01`)."""

    __tablename__ = "region"
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    #: full name, for example "Kabupaten Bogor"
    name: Mapped[str] = mapped_column(String(120))
    #: provinsi, kabupaten or kota
    kind: Mapped[str] = mapped_column(String(12))
    #: code of the province it lies in; its own code for a province
    province: Mapped[str] = mapped_column(String(8))
    #: IANA zone: Asia/Jakarta (WIB), Asia/Makassar (WITA) or Asia/Jayapura (WIT)
    zone: Mapped[str] = mapped_column(String(32))
    #: how this region numbers its agreements, as a hint; for example `119/…-Kesber/VII/2026`
    number_pattern: Mapped[str] = mapped_column(String(120), default="", server_default="")


class Person(Base):
    """One human being: one NIP, or one name and address."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    nip: Mapped[str | None] = mapped_column(String(18), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    #: a way to him other than mail: an Apprise URL with one receiver, sealed (`sealing.py`); SQLite
    #: holds no text to its length, and would have to write the whole table anew to change it
    channel_url: Mapped[str | None] = mapped_column(
        String(500).with_variant(String(1000), "postgresql")
    )
    #: when his name and addresses were removed, because the time they are kept was over
    erased_at: Mapped[datetime | None]


class Official(Base):
    """One person holding one role at one region."""

    __tablename__ = "official"
    __table_args__ = (
        UniqueConstraint("region_code", "role", "person_id"),
        Index("ix_official_region_role", "region_code", "role"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: a role of the diagram (`camunda:candidateGroups`), for example `sekda`
    role: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    #: the title of the office as it is printed, for example "Sekretaris Daerah"
    position: Mapped[str] = mapped_column(String(200))
    status: Mapped[OfficialStatus] = mapped_column(default=OfficialStatus.DEFINITIF)
    #: whether he holds the office himself; not once he left it, nor as a mere substitute
    in_office: Mapped[bool] = mapped_column(default=True, server_default=true())
    #: whether he acts now: in office and not away, or standing in for somebody; the row stays
    active: Mapped[bool] = mapped_column(default=True)


class Substitution(Base):
    """Somebody who acts for an official while he is away (Plh. or Plt.), by a letter, until a day.

    While it runs the absent official's row is not active, and that of whoever acts for him in the
    same role is: the substitute, or who stands in for the substitute when he is away too.
    """

    __tablename__ = "substitution"
    __table_args__ = (
        Index(
            "ix_substitution_open",
            "starts_on",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    official_id: Mapped[str] = mapped_column(ForeignKey("official.id"), index=True)
    #: the person who stands in, and the row that makes him an official while he does
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[str | None] = mapped_column(ForeignKey("official.id"), index=True)
    #: whose turn it is since it began: that row, or another one as long as that person is away too
    acting_id: Mapped[str | None] = mapped_column(ForeignKey("official.id"), index=True)
    status: Mapped[OfficialStatus]
    #: first and last day, in the region's zone; without a last day until it is ended by hand
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    #: number of the letter that orders it
    letter_number: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: who ended it by hand, and why it ended before its last day; empty when its days were over
    ended_by: Mapped[str] = mapped_column(String(300), default="", server_default="")
    end_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: after a failed try to begin or end it, when the next one comes
    retry_at: Mapped[datetime | None]
    #: failed tries; after three it waits for an administrator
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None] = mapped_column(Text)


class ProcedureVersion(Base):
    """One published state of an owner's folder."""

    __tablename__ = "procedure_version"
    __table_args__ = (UniqueConstraint("key", "number"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    #: the folder's name
    key: Mapped[str] = mapped_column(String(60))
    #: 1, 2, 3 … per key
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    #: SHA-256 over all files, hex
    sha256: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(200))
    #: number and date of the regulation or decree it rests on, as its owner names it; may be empty
    basis: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: on what a legal gate was removed; empty when none was
    gate_basis: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: first day on which new cases start on it, in the zone of the region that opens them; None: at
    #: once
    effective_on: Mapped[date | None]
    #: who asked for it, and the second person who decided; both empty when one person published
    #: directly, by the command line or the machine API
    asked_by: Mapped[str] = mapped_column(String(300), default="", server_default="")
    approved_by: Mapped[str] = mapped_column(String(300), default="", server_default="")


class ProcedureFile(Base):
    """One file of a published version, as its owner wrote it."""

    __tablename__ = "procedure_file"
    version_id: Mapped[str] = mapped_column(ForeignKey("procedure_version.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes]


class FolderDraft(Base):
    """A folder that its owner is changing and that has not been published."""

    __tablename__ = "folder_draft"
    __table_args__ = (
        Index(
            "ix_folder_draft_open",
            "key",
            "changed_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    #: the folder's name; a version published from it gets the same
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))
    #: the version it was begun from; None for a new procedure
    based_on_id: Mapped[str | None] = mapped_column(ForeignKey("procedure_version.id"))
    #: grows with every change of a file; who saves on an older one was overtaken
    revision: Mapped[int] = mapped_column(default=1)
    begun_by: Mapped[str] = mapped_column(String(300))
    begun_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(300))
    changed_at: Mapped[datetime]
    #: when it was published or thrown away
    closed_at: Mapped[datetime | None]


class FolderDraftFile(Base):
    """One file of such a draft."""

    __tablename__ = "folder_draft_file"
    draft_id: Mapped[str] = mapped_column(ForeignKey("folder_draft.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes]


class FolderDraftReader(Base):
    """Who has such a draft open in a browser."""

    __tablename__ = "folder_draft_reader"
    draft_id: Mapped[str] = mapped_column(ForeignKey("folder_draft.id"), primary_key=True)
    #: the account (id)
    reader: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: as it is printed
    name: Mapped[str] = mapped_column(String(300))
    #: when his page last told that it is open, and when he last changed something
    seen_at: Mapped[datetime]
    wrote_at: Mapped[datetime | None]


class FolderPlay(Base):
    """How far somebody played a draft or a version; the case itself is played anew from that."""

    __tablename__ = "folder_play"
    __table_args__ = (Index("ix_folder_play_subject", "subject_id"),)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    #: the draft, or the version (id)
    subject_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: the steps so far, written like a scenario of the owner
    scenario: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


class PublicationRequest(Base):
    """That somebody asks to publish a draft, until a second person decides."""

    __tablename__ = "publication_request"
    __table_args__ = (
        Index(
            "uq_publication_request_waiting",
            "draft_id",
            unique=True,
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    draft_id: Mapped[str] = mapped_column(ForeignKey("folder_draft.id"))
    #: the newest version when it was asked, with which the draft was compared; None for a first one
    against_id: Mapped[str | None] = mapped_column(ForeignKey("procedure_version.id"))
    #: the draft's revision, and SHA-256 over its files, that whoever asked looked at
    revision: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    gate_basis: Mapped[str] = mapped_column(Text)
    effective_on: Mapped[date]
    #: who asked, as it is printed, and his account
    asked_by: Mapped[str] = mapped_column(String(300))
    asker_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    status: Mapped[PublicationStatus] = mapped_column(default=PublicationStatus.WAITING)
    decided_by: Mapped[str] = mapped_column(String(300), default="")
    decided_at: Mapped[datetime | None]
    #: why it was refused or taken back
    reason: Mapped[str] = mapped_column(Text, default="")
    #: the version it became
    version_id: Mapped[str | None] = mapped_column(ForeignKey("procedure_version.id"))

    def waits(self, now: datetime) -> bool:
        """Whether nobody decided and its days are not over."""
        return self.status is PublicationStatus.WAITING and now < self.expires_at


class PublicationTrial(Base):
    """The trial of what a request would publish: checks, scenarios and walk, with what came of it.

    Whoever carries it out holds it for a while and says again and again that he is at it; when he
    dies, another one begins anew.
    """

    __tablename__ = "publication_trial"
    __table_args__ = (
        _index_where("ix_publication_trial_due", "asked_at", where="status = 'waiting'"),
    )
    request_id: Mapped[str] = mapped_column(ForeignKey("publication_request.id"), primary_key=True)
    #: SHA-256 over the files that it is about
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[TrialStatus] = mapped_column(default=TrialStatus.WAITING)
    asked_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: how often it was begun
    tries: Mapped[int] = mapped_column(default=0)
    #: who is at it (a word made for each try), and until when nobody else takes it
    taken_by: Mapped[str | None] = mapped_column(String(32))
    taken_until: Mapped[datetime | None]
    phase: Mapped[TrialPhase | None]
    #: scenarios or acts of the walk: how many are done, and how many there are at most
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    #: situations that the walk met
    situations: Mapped[int] = mapped_column(default=0)
    #: what came of it, as `processes.actions.trial_results` writes it
    result: Mapped[dict[str, Any] | None]


class Case(Base):
    """One cooperation on its way through the procedure."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index(
            "ix_case_file_next_timer_at",
            "next_timer_at",
            sqlite_where=text("next_timer_at IS NOT NULL"),
            postgresql_where=text("next_timer_at IS NOT NULL"),
        ),
        Index("ix_case_file_status_stage", "status", "stage"),
        Index("ix_case_file_status_calendar", "status", "calendar_number"),
        _index_where("ix_case_file_outdated", "calendar_tries", where="calendar_tries >= 5"),
        _index_where(
            "ix_case_file_open", "number", "title", "id", where="closed_at IS NULL"
        ).ddl_if(dialect="sqlite"),
        # SQLite reads small letters no faster from an index, and Alembic cannot read it there
        _index_where(
            "ix_case_file_words",
            "number",
            text("lower(number)"),
            text("lower(title)"),
            "title",
            "id",
            where="closed_at IS NULL",
        ).ddl_if(dialect="postgresql"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    #: what people call it, for example `KSDD/2026/0001`
    number: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    version_id: Mapped[str] = mapped_column(ForeignKey("procedure_version.id"))
    #: the region that asked (pemrakarsa)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    status: Mapped[CaseStatus] = mapped_column(default=CaseStatus.RUNNING)
    #: `alasan` of the end event that was reached, for example "ditolak"
    end_reason: Mapped[str | None] = mapped_column(String(60))
    stage: Mapped[int] = mapped_column(default=1)
    stage_name: Mapped[str] = mapped_column(String(120), default="")
    #: how it was opened (`permohonan`, `surat_masuk`, `naskah_lama`)
    entry: Mapped[str] = mapped_column(
        String(24), default="permohonan", server_default="permohonan"
    )
    #: the case that this one continues, and why
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    relation: Mapped[Relation | None]
    #: answers proposed for its tasks by element, taken over from that case
    proposed: Mapped[dict[str, Any] | None]
    #: wajib or sukarela once the decision table has said so
    category: Mapped[str | None] = mapped_column(String(24))
    #: engine state; the drawing itself lives in the version
    state: Mapped[bytes]
    #: how `state` is written, so that old rows stay readable
    codec: Mapped[int] = mapped_column(default=1)
    #: grows with every change; a reader that saw an older one was overtaken
    revision: Mapped[int] = mapped_column(default=1)
    #: earliest moment at which a BPMN timer fires by itself
    next_timer_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    agreement_status: Mapped[AgreementStatus] = mapped_column(default=AgreementStatus.BELUM)
    agreement_starts_on: Mapped[date | None]
    agreement_ends_on: Mapped[date | None]
    #: head of the case's history chain: last sequence number and its hash
    history_seq: Mapped[int] = mapped_column(default=0)
    history_head: Mapped[str] = mapped_column(String(64), default="")
    #: failed attempts of the clock at this case since the last success
    failures: Mapped[int] = mapped_column(default=0)
    #: what went wrong, for the administrator; set together with status `incident`
    incident: Mapped[str | None] = mapped_column(Text)
    #: number of the calendar change up to which its deadlines are counted
    calendar_number: Mapped[int] = mapped_column(default=0, server_default="0")
    #: failed attempts at counting them anew; after the last it waits for an administrator
    calendar_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    #: when the next attempt comes, and what was wrong with the last
    calendar_retry_at: Mapped[datetime | None]
    calendar_error: Mapped[str | None] = mapped_column(Text)


class Party(Base):
    """A region taking part in a case; position 0 is the pemrakarsa."""

    __tablename__ = "party"
    __table_args__ = (
        _index_where("ix_party_open", "region_code", "case_id", "left_at", where="is_open"),
    )
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(
        ForeignKey("region.code"), primary_key=True, index=True
    )
    position: Mapped[int]
    #: when the region refused or left; it keeps what it was sent and sees nothing after
    left_at: Mapped[datetime | None]
    #: the case number in that region's own books
    own_number: Mapped[str | None] = mapped_column(String(120))
    #: False once the case has ended; kept by the database itself (migration 0019)
    is_open: Mapped[bool] = mapped_column(default=True, server_default=true())


class Task(Base):
    """One piece of work of one role at one region; its id is the engine's task id."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_case", "case_id"),
        Index("ix_task_region_role", "region_code", "role", "status"),
        # what the board counts is read from these alone, and never what is finished
        _index_where(
            "ix_task_open_due_at", "due_at", "region_code", "role", "stage", where="status = 'open'"
        ),
        # the id is there so that holders are found without a look at the tasks themselves
        _index_where(
            "ix_task_open_office",
            "region_code",
            "role",
            "due_at",
            "stage",
            "id",
            where="status = 'open'",
        ),
        _index_where(
            "ix_task_open_stage",
            "stage",
            "element",
            "due_at",
            "region_code",
            "role",
            "id",
            where="status = 'open'",
        ),
        _index_where("ix_task_open_since", "opened_at", where="status = 'open'"),
        _index_where("ix_task_open_case", "case_id", "due_at", where="status = 'open'"),
        _index_where(
            "ix_task_paused",
            "paused_at",
            "region_code",
            "role",
            "stage",
            where="status = 'open' AND paused_at IS NOT NULL",
        ),
        _index_where(
            "ix_task_unheld",
            "due_at",
            "region_code",
            "role",
            "stage",
            where="status = 'open' AND NOT has_holder",
        ),
        _index_where(
            "ix_task_unknown_year",
            "due_unknown_year",
            "region_code",
            where="status = 'open' AND due_unknown_year IS NOT NULL",
        ),
        _index_where(
            "ix_task_done", "element", "closed_at", "region_code", where="status = 'done'"
        ),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    #: opening order inside the case, 1-based
    position: Mapped[int]
    #: id of the shape in the diagram
    element: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    stage: Mapped[int]
    stage_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(60))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: role that prepares the answers, None when the holder does it all
    preparer_role: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[TaskStatus] = mapped_column(default=TaskStatus.OPEN)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    #: True while the day the clock starts is not known yet
    due_is_provisional: Mapped[bool] = mapped_column(default=False)
    #: True while a feast between the day the clock started and the deadline has no decreed date
    due_is_estimated: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: the first year in between whose joint leave is not known yet
    due_unknown_year: Mapped[int | None]
    #: since when its clock stands still, and how many working days were left then (negative when
    #: it was late); while it does, `due_at` is None
    paused_at: Mapped[datetime | None]
    paused_days: Mapped[int | None]
    #: the owner's words at the moment of opening, so that a later edit does not change the past
    due_rule: Mapped[str] = mapped_column(Text, default="")
    reminder_rule: Mapped[str] = mapped_column(Text, default="")
    escalation_rule: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    assurance: Mapped[str] = mapped_column(String(24), default="tautan")
    #: code of the region that it is about: that of the loop it is drawn in, else its own; None for
    #: those that were finished before this was kept
    concerns: Mapped[str | None] = mapped_column(String(8))
    #: what was answered, by field id; None while open
    answers: Mapped[dict[str, Any] | None]
    #: SHA-256 of the canonical answers, to tell a repeat from a contradiction
    answers_sha256: Mapped[str | None] = mapped_column(String(64))
    #: what the person who finished it was shown, kept to be shown again
    receipt: Mapped[dict[str, Any] | None]
    #: who finished it, as it is printed
    done_by: Mapped[str | None] = mapped_column(String(300))
    #: the person who finished it, None for a machine
    done_by_person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    #: region whose official recorded it from a signed paper; None when its holder answered
    recorded_for: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    #: answers that the preparer proposes and the holder has not confirmed yet, by field id
    prepared: Mapped[dict[str, Any] | None]
    prepared_by: Mapped[str | None] = mapped_column(String(300))
    prepared_at: Mapped[datetime | None]
    #: why the holder gave the prepared answers back
    returned_note: Mapped[str | None] = mapped_column(Text)
    #: when its answers and documents were sent to the other parties; None keeps them in the house
    shared_at: Mapped[datetime | None]
    #: version (id) by whose drawing it was finished, when its case has got another one since
    version_id: Mapped[str | None] = mapped_column(String(32))
    #: why it is open again: who sent the case back to it, from which task, and what he wrote
    sent_back: Mapped[dict[str, Any] | None]
    #: whether anybody holds it; kept by the database itself (migration 0019)
    has_holder: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def about(self) -> str | None:
        """Code of the region that it is about, where another one does it; else None."""
        return self.concerns if self.concerns != self.region_code else None

    @property
    def was_overtaken(self) -> bool:
        """Whether silence closed it: the receipt says what that counts as, and since when."""
        return "overtaken" in (self.receipt or {})


def _himself(context: DefaultExecutionContext) -> Any:
    given: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return given["official_id"]


class TaskHolder(Base):
    """An official who may finish the task; several holders of one role all get their link."""

    __tablename__ = "task_holder"
    __table_args__ = (
        _index_where(
            "ix_task_holder_open",
            "official_id",
            "due_at",
            where="is_open AND NOT stands_in",
        ),
        _index_where(
            "ix_task_holder_due", "due_at", "official_id", where="is_open AND NOT stands_in"
        ),
        _index_where(
            "ix_task_holder_of_open", "task_id", "official_id", "stands_in", where="is_open"
        ),
        _index_where(
            "ix_task_holder_stands_in",
            "official_id",
            "due_at",
            where="is_open AND stands_in",
        ),
    )
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), primary_key=True)
    #: whose task it is; he himself holds it, unless somebody stands in for him
    for_official_id: Mapped[str] = mapped_column(
        ForeignKey("official.id"), primary_key=True, index=True, default=_himself
    )
    official_id: Mapped[str] = mapped_column(ForeignKey("official.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    #: whether it was given to him by name, so that no colleague who comes later joins him
    by_name: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: whether the task is open, when it is due, and whether he stands in for another one; kept by
    #: the database itself (migration 0019), so that what somebody holds is counted without a look
    #: at what he ever held
    is_open: Mapped[bool] = mapped_column(default=True, server_default=true())
    due_at: Mapped[datetime | None]
    stands_in: Mapped[bool] = mapped_column(default=False, server_default=false())


class Deadline(Base):
    """Every deadline a task ever had; the newest row is the one that counts."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "ix_deadline_special",
            "task_id",
            sqlite_where=text("reason IN ('received', 'resumed')"),
            postgresql_where=text("reason IN ('received', 'resumed')"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), index=True)
    #: the owner's words, for example "5 hari kerja"
    rule: Mapped[str] = mapped_column(Text)
    #: the day the clock started; it is not counted itself
    starts_on: Mapped[date]
    due_at: Mapped[datetime]
    #: for an extension by working days: how many were added to what was due before
    working_days: Mapped[int | None]
    #: for a clock that runs on: the day it was stopped
    paused_on: Mapped[date | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str] = mapped_column(Text, default="")
    #: why this row was written: opened, received, extended, resumed, calendar …
    reason: Mapped[str] = mapped_column(String(60))
    #: what whoever changed it wrote, and on whose authority; empty when nobody did
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: who changed it, as it is printed; empty for the clock
    set_by: Mapped[str] = mapped_column(String(300), default="", server_default="")
    set_at: Mapped[datetime]


class Alarm(Base):
    """A moment at which somebody is told something about a task or an agreement, once."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "ix_alarm_waiting",
            "due_at",
            sqlite_where=text("fired_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=text("fired_at IS NULL AND dropped_at IS NULL"),
        ),
        Index("ix_alarm_case", "case_id"),
        Index("ix_alarm_task", "task_id"),
        _index_where(
            "ix_alarm_stuck",
            "due_at",
            where="fired_at IS NULL AND dropped_at IS NULL AND attempts >= 3",
        ),
        Index(
            "ix_alarm_told_nobody",
            "task_id",
            sqlite_where=text("fired_at IS NOT NULL AND dropped_at IS NULL AND attempts >= 3"),
            postgresql_where=text("fired_at IS NOT NULL AND dropped_at IS NULL AND attempts >= 3"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[AlarmKind]
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    #: None for an alarm of the agreement
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    due_at: Mapped[datetime]
    #: the owner's words for this moment, for example "+2 hari kerja"
    label: Mapped[str] = mapped_column(String(60))
    #: role that is told or gets the task; None for the holder himself
    role: Mapped[str | None] = mapped_column(String(60))
    #: `beritahu` or `alihkan`; None for reminders
    verb: Mapped[str | None] = mapped_column(String(24))
    set_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    #: when it lost its point: the task was closed, moved or paused, or got another deadline
    dropped_at: Mapped[datetime | None]
    #: after a failed try, when the next one comes
    retry_at: Mapped[datetime | None]
    #: failed tries; after three it waits for an administrator, as does one that rang and found
    #: nobody to tell
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


class Paper(Base):
    """The signed paper from which a task was recorded; the paper is the legal act."""

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_case", "case_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), unique=True)
    #: number, date and signatories as they stand on the paper
    number: Mapped[str] = mapped_column(String(120))
    dated_on: Mapped[date]
    signatory: Mapped[str] = mapped_column(String(300))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    #: who entered it, as it is printed, for which region, and when
    recorded_by: Mapped[str] = mapped_column(String(300))
    recorded_for: Mapped[str] = mapped_column(ForeignKey("region.code"))
    recorded_at: Mapped[datetime]


class PaperResponse(Base):
    """What another region says of an act that was recorded from paper."""

    __tablename__ = "paper_response"
    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    verdict: Mapped[Verdict]
    note: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]


class Draft(Base):
    """What one person typed for a task and has not sent; nobody else sees it."""

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_person", "person_id"),)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    #: what it is typed for: the answer, its preparation, the record of a paper …
    purpose: Mapped[LinkPurpose] = mapped_column(primary_key=True)
    #: the form's text by input name; of a file the id of its document
    values: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class Recallable(Base):
    """A case as it was before the last answer, so that who gave it may take it back; one per case,
    of use as long as nothing else has moved the case."""

    __tablename__ = "recallable"
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    #: when the answer was given
    at: Mapped[datetime]
    #: who gave it: the person (id), or the kind and name of a machine
    giver: Mapped[str] = mapped_column(String(300))
    #: the case's revision that the answer led to
    revision: Mapped[int]
    state: Mapped[bytes]
    #: columns of the case as they were, as JSON
    facts: Mapped[dict[str, Any]]


class Enquiry(Base):
    """A question that the holder of a task asks whoever sent it, and the answer."""

    __tablename__ = "enquiry"
    __table_args__ = (Index("ix_enquiry_task", "task_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    #: who asks, None for a machine, and as it is printed
    asker_id: Mapped[str | None] = mapped_column(ForeignKey("official.id"))
    asked_by: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(Text)
    #: who is asked, and as it is printed
    asked_id: Mapped[str] = mapped_column(ForeignKey("official.id"))
    asked_of: Mapped[str] = mapped_column(String(300))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(300))
    answered_at: Mapped[datetime | None]


class Comment(Base):
    """A remark on a case: for the writer's own house, or for every party."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_case", "case_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    #: the house that wrote it
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: whether the other parties may read it
    is_shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]


class PartyCode(Base):
    """The short code of a letter package: lets a partner without officials name a contact and hand
    in its signed reply, nothing else. Only its keyed hash is kept."""

    __tablename__ = "party_code"
    __table_args__ = (Index("ix_party_code_case", "case_id", "region_code"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: HMAC-SHA256 of the code under the installation's secret, hex
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(300))
    revoked_at: Mapped[datetime | None]


class PartyReply(Base):
    """A signed reply that came in with a short code and waits to be checked."""

    __tablename__ = "party_reply"
    __table_args__ = (Index("ix_party_reply_case", "case_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    number: Mapped[str] = mapped_column(String(120))
    dated_on: Mapped[date]
    signatory: Mapped[str] = mapped_column(String(300))
    handed_in_by: Mapped[str] = mapped_column(String(200))
    handed_in_at: Mapped[datetime]
    status: Mapped[ReplyStatus] = mapped_column(default=ReplyStatus.WAITING)
    checked_by: Mapped[str | None] = mapped_column(String(300))
    checked_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")


class CaseOfficial(Base):
    """Who of several holders of a role acts for a region in one case."""

    __tablename__ = "case_official"
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    role: Mapped[str] = mapped_column(String(60), primary_key=True)
    official_id: Mapped[str] = mapped_column(ForeignKey("official.id"), index=True)
    chosen_by: Mapped[str] = mapped_column(String(300))
    chosen_at: Mapped[datetime]


class Whereabouts(Base):
    """Where the physical document lies since a day; the newest row is where it is now."""

    __tablename__ = "whereabouts"
    __table_args__ = (Index("ix_whereabouts_case", "case_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    #: who has it, or where it is kept, in words
    place: Mapped[str] = mapped_column(String(300))
    since: Mapped[date]
    #: number of the courier's shipment; empty without one
    tracking_number: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[str] = mapped_column(String(300))
    recorded_at: Mapped[datetime]


class Link(Base):
    """A way into one task for one official. Only the hash of its token is kept."""

    __tablename__ = "link"
    __table_args__ = (Index("ix_link_task", "task_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    #: SHA-256 of the token, hex
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    official_id: Mapped[str] = mapped_column(ForeignKey("official.id"))
    purpose: Mapped[LinkPurpose] = mapped_column(
        default=LinkPurpose.ANSWER, server_default=LinkPurpose.ANSWER.value
    )
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    #: message (id) that carries it, where that is not the one whose own link it is
    carried_by: Mapped[str | None] = mapped_column(String(32))


class StatusLink(Base):
    """A way to look at how a case stands, and at nothing else; only the hash of its token is
    kept."""

    __tablename__ = "status_link"
    __table_args__ = (Index("ix_status_link_case", "case_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    #: the party whose view it gives; None for everybody
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    #: SHA-256 of the token, hex
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    #: the last day on which it works, in the zone of the region that opened the case
    ends_on: Mapped[date]
    created_by: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Message(Base):
    """Something to tell one person: the outbox and, afterwards, the proof."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "ix_message_waiting",
            "not_before",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("ix_message_case", "case_id"),
        Index("ix_message_address", "address", "sent_at"),
        Index("ix_message_link_id", "link_id"),
        Index("ix_message_task_id", "task_id", "created_at"),
        _index_where(
            "ix_message_wanted", "status", where="status IN ('waiting', 'parked', 'by_hand')"
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    #: what makes a second one the same one, for example `task:<id>:opened:<official>`
    key: Mapped[str] = mapped_column(String(200), unique=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    official_id: Mapped[str | None] = mapped_column(ForeignKey("official.id"))
    #: the link it carries; the token itself is made when the message is sent, never stored
    link_id: Mapped[str | None] = mapped_column(ForeignKey("link.id"))
    #: name of the text in the owner's `pesan/`, for example `tugas_baru`
    kind: Mapped[str] = mapped_column(String(60))
    #: `email`, `apprise` or `hand`
    channel: Mapped[str] = mapped_column(String(24), default="email")
    #: of a mail; for a channel the person (id), whose URL is read when it is sent; by hand the
    #: telephone number
    address: Mapped[str] = mapped_column(String(254))
    #: values for the text that are not read from the case when it is sent
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[MessageStatus] = mapped_column(default=MessageStatus.WAITING)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    #: stable over every attempt, so that a doubled mail threads away
    message_id: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(String(300))
    #: whether it may be told together with others to the same address, in one mail
    collapsible: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: the first of those it shares a letter with (id), while that is on its way and afterwards
    shares_with: Mapped[str | None] = mapped_column(String(32))


class MessageEvent(Base):
    """One line of the ledger of a message; lines are added and never changed."""

    __tablename__ = "message_event"
    __table_args__ = (Index("ix_message_event_message_id", "message_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    kind: Mapped[LedgerEntry]
    at: Mapped[datetime]
    #: `email`, `apprise` or `hand`
    channel: Mapped[str] = mapped_column(String(24))
    #: who did it, or who states it, as it is printed; empty for the clock
    by: Mapped[str] = mapped_column(String(300), default="")
    #: what the server said, or what somebody noted
    note: Mapped[str] = mapped_column(Text, default="")
    #: the link that was carried or asked for
    link_id: Mapped[str | None] = mapped_column(ForeignKey("link.id"))


class DigestRun(Base):
    """The digests of one region for one day were written, or there was nothing to write."""

    __tablename__ = "digest_run"
    #: kind of the messages, `ringkasan` or `ringkasan_mingguan`
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    #: in the region's zone; of a weekly one the day from which it was due
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class History(Base):
    """What happened, once and for ever; each entry carries the hash of the one before."""

    __tablename__ = "history"
    __table_args__ = (
        Index(
            "ix_history_in_force",
            "case_id",
            "at",
            sqlite_where=text("kind = 'agreement.in_force'"),
            postgresql_where=text("kind = 'agreement.in_force'"),
        ),
        Index("ix_history_kind", "kind", "at"),
    )
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    #: what happened, for example `task.completed`
    kind: Mapped[str] = mapped_column(String(60))
    #: who did it: {"kind", "name", "official"?, "link"?, "for"?}
    actor: Mapped[dict[str, Any]]
    #: which task, document or region it is about, and before/after
    details: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Seal(Base):
    """All chains at one moment: sealed together, each seal with the one before."""

    __tablename__ = "seal"
    #: 1, 2, 3 …
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    #: hash of the seal before; empty for the first
    previous: Mapped[str] = mapped_column(String(64))
    #: SHA-256 over the heads that changed since (`SealedHead`), hex
    root: Mapped[str] = mapped_column(String(64))
    #: SHA-256 over all of this, hex; what is written down outside the installation
    hash: Mapped[str] = mapped_column(String(64))


class SealedHead(Base):
    """The head of one case's chain as a seal found it; it outlives the case, so that a case that
    was removed is missed."""

    __tablename__ = "sealed_head"
    __table_args__ = (Index("ix_sealed_head_case", "case_id", "seq"),)
    seal_number: Mapped[int] = mapped_column(ForeignKey("seal.number"), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: what people called the case then
    case_number: Mapped[str] = mapped_column(String(60))
    #: sequence number and hash of its last entry
    seq: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))


class Inspection(Base):
    """One look through all chains and seals by the clock, in small steps."""

    __tablename__ = "inspection"
    #: 1, 2, 3 …
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[datetime]
    #: None while it goes on
    finished_at: Mapped[datetime | None]
    #: id of the last case it has looked at
    reached: Mapped[str] = mapped_column(String(32), default="")
    cases: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)
    #: the first break it found: its case (None for a seal), the entry or seal, and what is wrong
    case_id: Mapped[str | None] = mapped_column(String(32))
    case_number: Mapped[str | None] = mapped_column(String(60))
    place: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(24))


class Document(Base):
    """A file somebody handed in; the bytes lie under their hash in the data folder."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_case", "case_id"),
        Index("ix_document_sha256", "sha256"),
        Index("ix_document_scan", "scan"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    #: field of the form it answers
    field: Mapped[str | None] = mapped_column(String(60))
    #: region that handed it in
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    #: the name it came with, cleaned; never used as a path
    filename: Mapped[str] = mapped_column(String(255))
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(300))
    #: when the other parties were let see it, where no task says so
    shared_at: Mapped[datetime | None]
    #: what was said of each signature in a PDF when it came; None for what carries none by its kind
    signatures: Mapped[list[Any] | None]
    scan: Mapped[Scan] = mapped_column(default=Scan.NONE, server_default=Scan.NONE.value)
    #: name of what the scanner found
    infection: Mapped[str] = mapped_column(String(200), default="", server_default="")


class CalendarDay(Base):
    """A day that somebody entered into the calendar on top of the package `holidays`.

    Rows are never changed but to be marked as removed; `calendar_change` counts both.
    """

    __tablename__ = "calendar_day"
    __table_args__ = (
        Index(
            "uq_calendar_day_standing",
            "day",
            "region_code",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    day: Mapped[date] = mapped_column(index=True)
    kind: Mapped[DayKind]
    #: empty for the whole country; a province's day holds in its kabupaten and kota too
    region_code: Mapped[str] = mapped_column(String(8), default="")
    name: Mapped[str] = mapped_column(String(200))
    #: number of the decree (SK) that says so
    decree: Mapped[str] = mapped_column(String(200))
    #: where the decree can be found, in words or as an address
    source: Mapped[str] = mapped_column(String(300), default="")
    entered_by: Mapped[str] = mapped_column(String(300))
    entered_at: Mapped[datetime]
    removed_by: Mapped[str | None] = mapped_column(String(300))
    removed_at: Mapped[datetime | None]
    removed_note: Mapped[str | None] = mapped_column(Text)


class CalendarChange(Base):
    """That the calendar became another one, and by whom; every open deadline follows it."""

    __tablename__ = "calendar_change"
    #: 1, 2, 3 …; a case remembers up to which one its deadlines are counted
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[CalendarChangeKind]
    at: Mapped[datetime]
    #: who did it, as the history keeps it
    actor: Mapped[dict[str, Any]]
    #: the days with their names and decree, or the version of the package
    details: Mapped[dict[str, Any]]


class ConfirmationCode(Base):
    """A one-time code with which one official confirms one task as he saw it.

    The code itself stands nowhere: it follows from the installation's secret, the salt and what it
    is bound to. Without the salt, which is forgotten when the code is over, it is gone for ever.
    """

    __tablename__ = "confirmation_code"
    __table_args__ = (
        Index("ix_confirmation_code_task", "task_id", "official_id", "made_at"),
        Index(
            "ix_confirmation_code_running",
            "expires_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    official_id: Mapped[str] = mapped_column(ForeignKey("official.id"))
    way: Mapped[CodeWay]
    salt: Mapped[bytes | None]
    #: SHA-256 over everything the official was shown: task, documents, answers
    bound_to: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    #: empty until somebody sends it by hand; the minutes count from then
    expires_at: Mapped[datetime | None]
    #: used, replaced, or void
    ended_at: Mapped[datetime | None]
    #: who handed it over or sent it from his telephone; empty when no person did
    given_by: Mapped[str] = mapped_column(String(300), default="")


class ConfirmationTries(Base):
    """Wrong codes of one official at one task since the last right one."""

    __tablename__ = "confirmation_tries"
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), primary_key=True)
    official_id: Mapped[str] = mapped_column(ForeignKey("official.id"), primary_key=True)
    wrong: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class Authenticator(Base):
    """An authenticator app on somebody's telephone (RFC 6238); its key is kept like a code is.

    One of an official proves who he is at a task, one of an account at its sign-in; neither counts
    for the other, as they are registered on different proofs.
    """

    __tablename__ = "authenticator"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    salt: Mapped[bytes | None]
    made_at: Mapped[datetime]
    #: when its first code was typed; before that it proves nothing
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: the last half minute whose code was used, counted from 1970; none of it counts again
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    #: with which proof it was registered, in words
    vouched_by: Mapped[str] = mapped_column(String(300), default="")


class Account(Base):
    """Somebody who signs in: an administrator, a process owner, a clerk, an observer, an official.

    He sees the whole installation when he has no region of his own, else that region and the
    further ones.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index("ix_account_email", "email"),
        Index("ix_account_subject", "subject", unique=True),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[AccountRole]
    #: his own region; empty for the whole installation
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    created_at: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)
    #: the official whose own account it is
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    #: in small letters; may be typed at the sign-in instead of the name
    email: Mapped[str | None] = mapped_column(String(254))
    #: from when on it is of no use any more
    ends_at: Mapped[datetime | None]
    #: argon2id, as its own text form
    password: Mapped[str | None] = mapped_column(String(200))
    #: issuer and subject at the identity provider, once that is known
    subject: Mapped[str | None] = mapped_column(String(600))
    further: Mapped[list[AccountRegion]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="AccountRegion.region_code"
    )

    @property
    def regions(self) -> frozenset[str] | None:
        """Codes of the regions it sees; None = the whole installation."""
        if self.region_code is None:
            return None
        return frozenset({self.region_code, *(each.region_code for each in self.further)})


class AccountRegion(Base):
    """A region that an account sees beside its own."""

    __tablename__ = "account_region"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)


class RecoveryCode(Base):
    """Gets somebody in who lost his authenticator app, once; only a keyed hash is kept."""

    __tablename__ = "recovery_code"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccountEvent(Base):
    """What happened to an account; rows are added, and the database refuses to change them."""

    __tablename__ = "account_event"
    __table_args__ = (Index("ix_account_event_account", "account_id", "at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[AccountEventKind]
    at: Mapped[datetime]
    #: who did it, as the history keeps it
    actor: Mapped[dict[str, Any]]
    #: reason, before and after
    details: Mapped[dict[str, Any]]


class Access(Base):
    """A page of cases that somebody looked at whose views are logged."""

    __tablename__ = "access_log"
    __table_args__ = (
        Index("ix_access_log_account", "account_id", "at"),
        Index("ix_access_log_case", "case_id", "at"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    #: name of the page, for example `board.case`
    route: Mapped[str] = mapped_column(String(80))
    #: empty for a list of cases
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"))
    #: region that keeps the case
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))


class SavedView(Base):
    """A way of looking at the board that an account keeps: what its address asks for."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "name"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(60))
    #: the query of the address, without its question mark
    query: Mapped[str] = mapped_column(Text)
    #: whether the board opens with it; at most one of an account
    is_default: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]


class SignIn(Base):
    """A sign-in link (used once) or, after it, a browser session; only hashes are kept."""

    __tablename__ = "sign_in"
    __table_args__ = (CheckConstraint("kind IN ('link', 'session')", name="kind"),)
    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: whether the link asks for a new password before it lets anybody in
    invites: Mapped[bool] = mapped_column(default=False, server_default=false())
    way: Mapped[SignInWay] = mapped_column(
        default=SignInWay.LINK, server_default=SignInWay.LINK.value
    )
    #: where the session began, and in which browser
    address: Mapped[str] = mapped_column(String(64), default="", server_default="")
    user_agent: Mapped[str] = mapped_column(String(300), default="", server_default="")
    #: when he last proved who he is
    proved_at: Mapped[datetime | None]


class SignInTries(Base):
    """Tries to sign in since the last that succeeded: of one account from one address, or from all
    (`address` is empty)."""

    __tablename__ = "sign_in_tries"
    #: SHA-256 of the account's id, or of what was typed as its name
    who_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    #: before this moment none is judged
    next_at: Mapped[datetime]


class ApiToken(Base):
    """A machine's key; only its hash is kept."""

    __tablename__ = "api_token"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[AccountRole]
    #: empty for every region
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    #: who made it, as it is printed; empty for older ones
    created_by: Mapped[str] = mapped_column(String(300), default="", server_default="")
    #: when it was used last, to the hour
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Repeat(Base):
    """The answer once given to an `Idempotency-Key`, to be given again; the first one counts."""

    __tablename__ = "repeat"
    __table_args__ = ({"info": {IF_MISSING: True}},)
    #: who asked: the API token's id
    asker: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    #: SHA-256 of method, path and body
    request_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class FailedTry(Base):
    """Unknown tokens and wrong codes per address and minute; valid ones never count."""

    __tablename__ = "failed_try"
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Sweep(Base):
    """When each sweep was last seen at work, so that a dead one shows."""

    __tablename__ = "sweep"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    finished_at: Mapped[datetime]
    #: how many things the last run did, and all runs together
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class SendingPause(Base):
    """Nothing is sent since a backup was brought in, until somebody says that it may go on."""

    __tablename__ = "sending_pause"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    #: the moment whose rows the backup held
    made_at: Mapped[datetime]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(300), default="", server_default="")


class SecretMark(Base):
    """The fingerprint of the `secret.key` with which the installation works."""

    __tablename__ = "secret_mark"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: keyed hash of the key, hex; the key does not follow from it
    fingerprint: Mapped[str] = mapped_column(String(64))
    noted_at: Mapped[datetime]


class Counter(Base):
    """The next number of a series, for example case numbers of a year."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int] = mapped_column(default=0)


class Edition(Base):
    """Which edition of data that comes with the product was brought into the tables last."""

    __tablename__ = "edition"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    edition: Mapped[str] = mapped_column(String(40))


class Webhook(Base):
    """A region's own system at the other end of Standard Webhooks: it is told, or it tells.

    Its key is derived from the salt and the installation's secret, and stands in no table.
    """

    __tablename__ = "webhook"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    #: what the history calls it
    name: Mapped[str] = mapped_column(String(120))
    direction: Mapped[WebhookDirection]
    #: where events go; None for one that tells us
    url: Mapped[str | None] = mapped_column(String(500))
    #: the types of events it wants
    events: Mapped[list[Any]] = mapped_column(default=list)
    salt: Mapped[str] = mapped_column(String(64))
    #: the one before the last rotation, and until when it still counts
    previous_salt: Mapped[str | None] = mapped_column(String(64))
    previous_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    #: events before this moment are none of its business
    active_since: Mapped[datetime]
    #: why the product switched it off by itself
    off_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: after a failed try, until when it is left in peace
    rest_until: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None] = mapped_column(String(300))


class WebhookDelivery(Base):
    """One event on its way to one endpoint; written with what it tells of, sent later."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "key"),
        Index(
            "ix_webhook_delivery_waiting",
            "webhook_id",
            "not_before",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("ix_webhook_delivery_task_id", "task_id"),
        _index_where("ix_webhook_delivery_parked", "webhook_id", where="status = 'parked'"),
    )
    #: the `webhook-id`: the same at every try
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id"))
    #: what makes a second one the same one, for example `history:<case>:<seq>`
    key: Mapped[str] = mapped_column(String(200))
    #: type of the event, for example `task.opened`
    kind: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    #: when it happened
    at: Mapped[datetime]
    #: the `data` of its body, but for the links
    facts: Mapped[dict[str, Any]]
    status: Mapped[DeliveryStatus] = mapped_column(default=DeliveryStatus.WAITING)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    #: HTTP status of the last answer; None when there was none
    answer_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class MadePaper(Base):
    """A letter, minutes or agreement that the product made, as its square code proves it."""

    __tablename__ = "made_paper"
    __table_args__ = (Index("ix_made_paper_what", "case_id", "what"),)
    #: SHA-256 of the code that is printed, hex
    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    #: `konsep` or `paket`
    kind: Mapped[str] = mapped_column(String(24))
    #: what a newer one replaces, for example `<task>:surat_kedua`
    what: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime]
    #: what stands on it in print: number, date, parties, case
    shown: Mapped[dict[str, Any]]
    #: SHA-256 of its files by format (`docx`, `pdf`), the newest last
    hashes: Mapped[dict[str, Any]]


class PeopleEvent(Base):
    """An act about people, keys or regions, which belongs to no case: appended, never changed.

    What was known of somebody before and after stands in `people_value`, so that it can be removed
    with him while the act stays on record.
    """

    __tablename__ = "people_event"
    __table_args__ = (Index("ix_people_event_at", "at", "id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    at: Mapped[datetime]
    act: Mapped[PeopleAct]
    #: who did it, as the history keeps it
    actor: Mapped[dict[str, Any]]
    #: whose matter it is; None for the whole installation
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    official_id: Mapped[str | None] = mapped_column(ForeignKey("official.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    #: what it was about, without anything that is known of a person
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PeopleValue(Base):
    """What a field of a person or office said before and after an act; removed with the person."""

    __tablename__ = "people_value"
    event_id: Mapped[str] = mapped_column(ForeignKey("people_event.id"), primary_key=True)
    #: for example `email`
    field: Mapped[str] = mapped_column(String(24), primary_key=True)
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")


class DataAccess(Base):
    """That somebody saw or took data about people; rows are added, and removed when their time is
    over."""

    __tablename__ = "data_access"
    __table_args__ = (Index("ix_data_access_at", "at", "id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    at: Mapped[datetime]
    act: Mapped[DataAct]
    actor: Mapped[dict[str, Any]]
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    #: about whom; None for a list
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class RetentionRule(Base):
    """How many months one class of data is kept; without a row it is kept for ever."""

    __tablename__ = "retention_rule"
    kept: Mapped[Kept] = mapped_column(primary_key=True)
    months: Mapped[int]
    set_by: Mapped[str] = mapped_column(String(300))
    set_at: Mapped[datetime]


class LogExport(Base):
    """Somebody took an event log along: which one, of which regions, with names or without."""

    __tablename__ = "log_export"
    __table_args__ = (Index("ix_log_export_taken_at", "taken_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    #: `xes` or `ocel`
    format: Mapped[str] = mapped_column(String(12))
    #: codes of the regions whose part it holds; none = the whole installation
    regions: Mapped[list[Any]]
    #: whether it says which person did what
    with_names: Mapped[bool]
    #: what narrowed it, by the names in the address
    filters: Mapped[dict[str, Any]]
    taken_by: Mapped[str] = mapped_column(String(300))
    taken_at: Mapped[datetime]


class RepairJob(Base):
    """One repair of many things, which a sweep carries out part by part."""

    __tablename__ = "repair_job"
    __table_args__ = (
        Index(
            "ix_repair_job_running",
            "asked_at",
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    act: Mapped[RepairAct]
    #: how it is to be done: `officials` (ids), `due_on`, `working_days`, `migration`
    wish: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(String(300), default="")
    #: who asked for it, as the history keeps him, and the regions (codes) he acts for
    actor: Mapped[dict[str, Any]]
    #: empty for somebody of the whole installation
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RepairItem(Base):
    """One part of it: a task, a case or an alarm; what became of it is written with the act."""

    __tablename__ = "repair_item"
    __table_args__ = (
        Index(
            "ix_repair_item_waiting",
            "job_id",
            "position",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )
    job_id: Mapped[str] = mapped_column(ForeignKey("repair_job.id"), primary_key=True)
    #: 1, 2, 3 …, the order in which they come
    position: Mapped[int] = mapped_column(primary_key=True)
    #: id of the task, case or alarm
    target_id: Mapped[str] = mapped_column(String(36))
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    status: Mapped[ItemStatus] = mapped_column(default=ItemStatus.WAITING)
    #: why it was refused
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    done_at: Mapped[datetime | None]


class CaseMigration(Base):
    """A running case was put onto another version of its procedure; with what it takes to put it
    back as long as nothing else has moved it."""

    __tablename__ = "case_migration"
    __table_args__ = (Index("ix_case_migration_case", "case_id", "at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    #: the bulk repair (id) that did it; None when it was done alone
    job_id: Mapped[str | None] = mapped_column(String(32))
    from_id: Mapped[str] = mapped_column(ForeignKey("procedure_version.id"))
    to_id: Mapped[str] = mapped_column(ForeignKey("procedure_version.id"))
    #: whether nothing but words differs between the two, so that the state was not touched
    words_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(String(300), default="", server_default="")
    #: what it did to deadlines: `task`, `name`, `region`, `before`, `after` of each
    moved: Mapped[list[Any]] = mapped_column(default=list)
    #: the case's revision that it led to
    revision: Mapped[int]
    #: the state as it was, and the rows that were changed; None once the case has moved on
    state: Mapped[bytes | None]
    kept: Mapped[dict[str, Any] | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(300), default="", server_default="")


class MoveRequest(Base):
    """That one administrator asks to move a case to another task, until a second one decides."""

    __tablename__ = "move_request"
    __table_args__ = (
        Index(
            "uq_move_request_waiting",
            "case_id",
            unique=True,
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    #: id of the shape to go to
    element: Mapped[str] = mapped_column(String(120))
    #: what that shape is called
    name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(String(300))
    #: the case's revision that whoever asked looked at
    revision: Mapped[int]
    #: who asked, as it is printed, and as he is told from others
    asked_by: Mapped[str] = mapped_column(String(300))
    asker: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    status: Mapped[MoveStatus] = mapped_column(default=MoveStatus.WAITING)
    decided_by: Mapped[str] = mapped_column(String(300), default="")
    decided_at: Mapped[datetime | None]
    #: why it was refused, or what let it lapse
    note: Mapped[str] = mapped_column(Text, default="")
