"""Forms: what an owner asks on a task, read from the diagram; the one definition of its answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from processes.engine.answers import arising, check_answers
from processes.engine.doubtful import left_open, same_numbers, too_long
from processes.engine.fields import Field, FormContext, FormError
from processes.engine.form_rules import language_on
from processes.engine.language import SafeLanguage
from processes.engine.posted import answers_from_pairs, pairs_from_answers
from processes.engine.schema import schema_of
from processes.errors import KsddError

__all__ = ["Field", "Form", "FormContext", "FormError"]


@dataclass(frozen=True, kw_only=True)
class Form:
    """The questions of one task, in the owner's order."""

    fields: tuple[Field, ...] = ()
    #: evaluates conditions; None: the safe language of the day of the answer
    language: SafeLanguage | None = field(default=None, compare=False, repr=False)

    @classmethod
    def read(
        cls, raw: Sequence[Mapping[str, Any]], *, language: SafeLanguage | None = None
    ) -> Form:
        """From the fields as the diagram has them; raises FormError when one makes no sense.

        Each is `{"id", "label", "type", "default", "options": [[id, name]], "validation": {name:
        config}, "properties": {id: value}}`.
        """
        return cls(fields=tuple(Field.read(each) for each in raw), language=language)

    def asked(self, context: FormContext) -> Form:
        """Without the questions that do not arise in this case (`hanya_jika`)."""
        language = self.language or language_on(context.today)
        return replace(self, fields=arising(self.fields, context, language))

    def as_answered(self, kept: Mapping[str, Any]) -> Form:
        """As it stood when these answers were kept: a question that may not have arisen then, and
        has no answer in them, has no default."""
        return replace(
            self,
            fields=tuple(
                replace(each, default=None)
                if each.hanya_jika is not None and kept.get(each.id) is None
                else each
                for each in self.fields
            ),
        )

    def decision(self, answers: Mapping[str, Any], steering: Collection[str]) -> str:
        """The first choice that steers the case, in the owner's words; empty when none does."""
        for asked in self.fields:
            given = answers.get(asked.id)
            if asked.id in steering and asked.type == "enum" and isinstance(given, str):
                return dict(asked.options).get(given, given)
        return ""

    def check(self, answers: Mapping[str, Any], *, context: FormContext) -> dict[str, Any]:
        """The answers in their stored form: one key per field, null where nothing was answered.

        A default stands where nothing was given. Raises InvalidAnswers with one sentence per field.
        """
        language = self.language or language_on(context.today)
        return check_answers(self.fields, answers, context=context, language=language)

    def warnings(self, cleaned: Mapping[str, Any], *, context: FormContext) -> dict[str, KsddError]:
        """By field, what looks wrong in checked answers but does not stop them."""
        language = self.language or language_on(context.today)
        same = same_numbers(self.fields, cleaned, context)
        long = too_long(self.fields, cleaned, context, language)
        return left_open(self.fields, cleaned, language) | same | long

    def schema(self, context: FormContext) -> dict[str, Any]:
        """The JSON Schema (2020-12) of the answers as they may be given today in this case.

        Every property but a file carries `examples` with one value that `check` accepts. Questions
        that do not arise are left out.
        """
        return schema_of(self.asked(context).fields, context)

    def from_pairs(self, pairs: Mapping[str, str | list[str]]) -> dict[str, Any]:
        """Typed answers from the pairs of an HTML form; never raises.

        Inputs per region are named `nomor[32.01]`, files come as document ids. What cannot be read
        stays as typed, and `check` names it.
        """
        return answers_from_pairs(self.fields, pairs)

    def to_pairs(self, answers: Mapping[str, Any]) -> dict[str, str]:
        """The text of each input of an HTML form in which these answers stand."""
        return pairs_from_answers(self.fields, answers)
