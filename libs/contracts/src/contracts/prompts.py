"""What an AI is told for a business: versions of the house and of its own, and which of them is in force.

The house's versions are called `1`, `2`, … and lie in files; a business's own are called `own-1`, `own-2`, …
and travel with its configuration.
"""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, RootModel, StringConstraints, model_validator

from contracts.model import Data

PLACEHOLDERS: Final = ("business", "kind", "persona", "language", "now", "facts")
"""What a prompt may name in braces."""

HISTORY: Final = 10
"""How many steps back are kept."""

LONGEST: Final = 8_000
"""Characters of one text."""

Written = Literal["any", "it", "en", "fr"]
"""The language a text is for; `any`: all that have none of their own."""


def fillable(text: str) -> str:
    """The text, if it can be filled in. Raises ValueError, which says what to write."""
    try:
        strange = next(_strange(text), None)
    except ValueError as error:
        strange = str(error)
    if strange is None:
        return text
    told = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
    raise ValueError(f"cannot be filled in ({strange}): use {told} alone; a brace itself is written twice")


def _strange(text: str) -> Iterator[str]:
    for _, name, form, conversion in Formatter().parse(text):
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            rest = (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            yield f"{{{name}{rest}}}"


PromptText = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST, pattern=r"\S"), AfterValidator(fillable)
]
HouseVersion = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,4}$")]
OwnVersion = Annotated[str, StringConstraints(pattern=r"^own-[1-9][0-9]{0,4}$")]
Version = Annotated[str, StringConstraints(pattern=r"^(own-)?[1-9][0-9]{0,4}$")]


class PromptTexts(RootModel[dict[Written, PromptText]]):
    """One version's text by language. A plain text stands for all of them."""

    model_config = {"frozen": True}

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return {"any": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.root:
            raise ValueError("give the text in at least one language, or under `any`")
        return self

    def in_(self, language: str) -> str:
        """The text in `language`, else the one for any, else the English one, else the first one given."""
        texts: dict[str, str] = {str(written): text for written, text in self.root.items()}
        return texts.get(language) or texts.get("any") or texts.get("en") or next(iter(texts.values()))


def number(version: str) -> int:
    """By which versions of one kind are ordered."""
    return int(version.removeprefix("own-"))


def newest(house: Mapping[str, PromptTexts]) -> str:
    """The house's newest version. There is one for each purpose that is in use."""
    return max(house, key=number)


class PromptSplit(Data):
    """So many of a hundred conversations are told another version."""

    version: Version
    percent: Annotated[int, Field(ge=0, le=100)]


class PurposePrompts(Data):
    """What one business has decided about the prompts of one purpose.

    `published`: the version in force; None: the house's newest. `before`: those published earlier, newest
    last. `draft`: a text that is only tried, told to no customer's AI. `split`: a part of the conversations
    gets another version. `own`: the business's versions; one that has a number never changes.
    """

    published: Version | None = None
    before: Annotated[tuple[Version | None, ...], Field(max_length=HISTORY)] = ()
    draft: PromptTexts | None = None
    split: PromptSplit | None = None
    own: dict[OwnVersion, PromptTexts] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Self:
        named = (self.published, *self.before, self.split and self.split.version)
        for one in named:
            if one and one.startswith("own-") and one not in self.own:
                known = ", ".join(self.own) or "there are none"
                raise ValueError(f"names {one}, which is not among its own versions: {known}")
        return self

    def versions(self, house: Mapping[str, PromptTexts]) -> dict[str, PromptTexts]:
        """All that can be published, the house's first."""
        return {**house, **self.own}

    def in_force(self, house: Mapping[str, PromptTexts]) -> str:
        """The published version; the house's newest where none is, or where that is not there any more."""
        known = self.published and self.published in self.versions(house)
        return self.published if self.published and known else newest(house)
