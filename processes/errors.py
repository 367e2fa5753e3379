"""Everything the product refuses, as one tree; each error speaks to its reader.

KsddError
├── SettingsError        a `KSDD_*` setting is unknown or wrong; the start stops
├── NotFound             404  no such thing, or not for this viewer
├── NotAllowed           403  known, but not yours to do
│   └── SignInRefused         name, password or code do not fit; it is not said which
├── Conflict             409  the state has moved on
│   ├── OldTables             the tables are those of an older program
│   ├── AlreadyAnswered       the task was answered otherwise before
│   └── TaskClosed            the task was cancelled, or the case moved on
├── Gone                 410  the link was revoked, reassigned or is long over
├── TooLarge             413
├── WrongType            415
├── InvalidAnswers       422  one sentence per field
│   ├── CodeRefused           the code that a task asks for is missing, wrong or void
│   │   └── CodeLocked   429  too many wrong ones; none is taken for a while
│   └── SignInNeeded          the task asks for a session of the official's own account
├── Malformed            400  the request cannot be read at all
├── TooManyTries         429
├── DiagramRefused       422  findings of an owner's folder
├── UnsafeExpression     422  text outside the safe language
├── Unavailable          503  the database cannot be reached, or is too busy
│   └── Busy                  too many requests are being received at once
└── CaseIncident         500  the case needs an administrator; nothing was saved

Each carries a sentence key of `processes.sentences` and its values, so that a page, a mail or a
command says it in the reader's language and always says what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from processes.sentences import say
from processes.sentences.spoken import in_words

if TYPE_CHECKING:
    from processes.engine.findings import Finding


class KsddError(Exception):
    """The request could not be carried out; nothing was changed."""

    status: ClassVar[int] = 400
    default_key: ClassVar[str] = "errors.refused"

    #: key of the sentence for people, where it is another than that for machines
    told_key: str | None = None

    def __init__(self, key: str | None = None, /, **values: Any) -> None:
        self.key = key or self.default_key
        self.values = values
        super().__init__(self.say())

    def say(self, language: str = "id") -> str:
        """The sentence for a reader of `language` (`id` or `en`)."""
        return say(self.key, language, **self.values)

    def tell(self, language: str = "id") -> str:
        """The same for a person at a page: with names and days instead of codes and ISO dates."""
        return say(self.told_key or self.key, language, **in_words(self.values, language))


class SettingsError(KsddError):
    """A setting is unknown or its value cannot be used."""

    default_key = "errors.setting"


class Malformed(KsddError):
    """The request cannot be read."""

    default_key = "errors.malformed"


class NotFound(KsddError):
    """There is no such thing, or this viewer may not know of it."""

    status = 404
    default_key = "errors.not_found"


class NotAllowed(KsddError):
    """The thing is known to the viewer, but the act is not his."""

    status = 403
    default_key = "errors.not_allowed"


class SignInRefused(NotAllowed):
    """Nobody is let in with this; what of it was wrong is not said."""

    default_key = "accounts.refused"


class Conflict(KsddError):
    """What was asked no longer fits the state of the case."""

    status = 409
    default_key = "errors.conflict"


class OldTables(Conflict):
    """The database holds the tables of an older program, and nobody said to change them."""

    default_key = "installation.tables_old"


class AlreadyAnswered(Conflict):
    """The task was answered before, with other answers."""

    default_key = "errors.already_answered"


class TaskClosed(Conflict):
    """The task was closed without an answer because the case moved on."""

    default_key = "errors.task_closed"


class Gone(KsddError):
    """The link was revoked or its task closed long ago."""

    status = 410
    default_key = "errors.gone"


class TooLarge(KsddError):
    """The upload or request is larger than allowed."""

    status = 413
    default_key = "errors.too_large"


class WrongType(KsddError):
    """The file or request is of a kind that is not taken."""

    status = 415
    default_key = "errors.wrong_type"


class TooManyTries(KsddError):
    """Too many failed tries from this address."""

    status = 429
    default_key = "errors.too_many_tries"


class InvalidAnswers(KsddError):
    """Some answers cannot be taken; `fields` maps a field id to its error."""

    status = 422
    default_key = "errors.invalid_answers"

    def __init__(self, fields: Mapping[str, KsddError]) -> None:
        self.fields = dict(fields)
        super().__init__(count=len(self.fields))

    def sentences(self, language: str = "id") -> dict[str, str]:
        """One sentence per field, in the order of the form."""
        return {field: error.say(language) for field, error in self.fields.items()}


class CodeRefused(InvalidAnswers):
    """The one-time code beside the answers is missing, wrong, or void because something changed."""

    default_key = "errors.invalid_answers"
    #: name of the field, in JSON and on the page
    FIELD = "kode"

    def __init__(
        self,
        key: str,
        *,
        missing: bool = False,
        stale: bool = False,
        wrong: bool = False,
        **values: Any,
    ) -> None:
        self.missing, self.stale, self.wrong = missing, stale, wrong
        super().__init__({self.FIELD: FieldError(key, **values)})


class CodeLocked(CodeRefused):
    """Too many wrong codes: none of this official is taken for this task until `until`."""

    status = 429
    default_key = "confirming.code_locked"

    def __init__(self, *, until: str, seconds: int) -> None:
        super().__init__(self.default_key, wrong=True, until=until)
        #: how long that is still
        self.seconds = seconds

    def say(self, language: str = "id") -> str:
        """The sentence of its one field: nothing else of the answers was looked at."""
        return self.fields[self.FIELD].say(language)

    def tell(self, language: str = "id") -> str:
        """The same for a person at a page."""
        return self.fields[self.FIELD].tell(language)


class SignInNeeded(InvalidAnswers):
    """The task asks for a session of the holder's own account."""

    def __init__(self) -> None:
        super().__init__({"masuk": FieldError("confirming.sign_in_needed")})


class FieldError(KsddError):
    """One answer cannot be taken."""

    status = 422
    default_key = "forms.invalid"

    def __init__(
        self, key: str | None = None, /, *, told_key: str | None = None, **values: Any
    ) -> None:
        self.told_key = told_key
        super().__init__(key, **values)


class UnsafeExpression(KsddError):
    """Text outside the safe language, or a value it must not make."""

    status = 422
    default_key = "language.refused"


class DiagramRefused(KsddError):
    """An owner's folder would not run as drawn; `findings` says where and why."""

    status = 422
    default_key = "errors.diagram_refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        first = next((f for f in self.findings if f.severity == "error"), None)
        super().__init__(count=len(self.findings), first=str(first or ""))


class StorageFull(KsddError):
    """The disk of the installation has no room; nothing of what was sent is kept."""

    status = 507
    default_key = "errors.storage_full"


class Unavailable(KsddError):
    """The database cannot be reached, or is too busy; nothing of what was sent is kept."""

    status = 503
    default_key = "errors.unavailable"


class Busy(Unavailable):
    """Too many requests are being received at once; nothing of this one has been read."""

    default_key = "errors.busy"


class FileHeld(Conflict):
    """The document is known to the viewer, but its bytes are held back by the virus scanner."""

    default_key = "store.file_waits"


class CaseIncident(KsddError):
    """The diagram could not go on; the case waits for an administrator."""

    status = 500
    default_key = "errors.incident"
