"""What is wrong with the answers of single regions, and how those regions are called."""

from __future__ import annotations

from collections.abc import Sequence

from processes.engine.fields import FormContext
from processes.errors import FieldError, KsddError
from processes.sentences import say
from processes.sentences.spoken import Listed, Spoken


def in_region(code: str, why: FieldError, context: FormContext) -> RegionError:
    """A fault of the answer for one region."""
    return RegionError(Spoken(code, context.region_name(code)), why)


def named_regions(codes: Sequence[str], context: FormContext) -> Listed:
    """Several regions in one sentence."""
    return Listed(Spoken(code, context.region_name(code)) for code in codes)


class RegionError(FieldError):
    """The answer for one region cannot be taken; `why` says it."""

    def __init__(self, region: Spoken, why: KsddError) -> None:
        self.region = region
        self.why = why
        super().__init__("forms.in_region", region=region)

    def say(self, language: str = "id") -> str:
        """The sentence of `why`, after the region."""
        return say("forms.in_region", language, region=self.region, why=self.why.say(language))

    def tell(self, language: str = "id") -> str:
        """The same with the region's name, and `why` as people are told it."""
        told = self.why.tell(language)
        return say("forms.in_named_region", language, region=self.region.name, why=told)
