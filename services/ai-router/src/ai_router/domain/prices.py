"""What models can do and what their tokens cost: looked up in a table that is data. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ai_router.domain.completion import Usage

MICRODOLLAR: Final = Decimal("0.000001")
_MILLION: Final = 1_000_000
_EDITION: Final = re.compile(r"-(latest|\d{3}|\d{8}|\d{4}-\d{2}-\d{2}|preview(-\d{2}-\d{2,4})?)$")
"""What vendors hang on a model's name for one edition of it."""

Price = Annotated[Decimal, Field(ge=0, le=10_000)]
"""US dollars for a million tokens."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LongPrompts(_Entry):
    """What all tokens of a question cost whose prompt has more than `over` tokens."""

    over: Annotated[int, Field(gt=0)]
    input: Price
    output: Price
    cached_input: Price | None = None


class Model(_Entry):
    """`context` in tokens, question and answer together. Without prices what it costs is not known."""

    context: Annotated[int, Field(gt=0)] | None = None
    images: bool = True
    tools: bool = True
    schema_bound: bool = Field(True, alias="schema")
    input: Price | None = None
    output: Price | None = None
    cached_input: Price | None = None
    long: LongPrompts | None = None
    note: str = ""

    @model_validator(mode="after")
    def _priced_whole(self) -> Self:
        if (self.input is None) != (self.output is None):
            raise ValueError("give the prices of both input and output, or of neither")
        return self


class VendorTable(_Entry):
    """A vendor's models. `read`: the day its prices were looked up, `source`: where.

    `resells`: how it calls the vendors whose models it passes on, at their prices.
    """

    read: date | None = None
    source: str = ""
    resells: dict[str, str] = Field(default_factory=dict)
    models: dict[str, Model] = Field(default_factory=dict)

    @cached_property
    def by_name(self) -> dict[str, Model]:
        """The models by the spelling that all vendors' spellings come down to."""
        return {_plain(name): model for name, model in self.models.items()}

    def with_(self, other: "VendorTable") -> "VendorTable":
        """This, with all that the other says in place of it."""
        said = {name: getattr(other, name) for name in other.model_fields_set}
        for name in ("models", "resells"):
            said[name] = getattr(self, name) | getattr(other, name)
        return self.model_copy(update=said)


class ModelTable(_Entry):
    """All vendors' models."""

    vendors: dict[str, VendorTable]

    def with_(self, other: "ModelTable") -> "ModelTable":
        """This, with the other's models added or in place of those of the same name."""
        both = {
            vendor: self.vendors.get(vendor, VendorTable()).with_(table)
            for vendor, table in other.vendors.items()
        }
        return ModelTable(vendors=self.vendors | both)

    def find(self, vendor: str, model: str) -> Model | None:
        """The model of this name, else the one it is an edition of; None: not in the table."""
        for owner, name in self._places(vendor, model):
            known = self.vendors[owner].by_name if owner in self.vendors else {}
            if found := known.get(name) or known.get(family(name)):
                return found
        return None

    def _places(self, vendor: str, model: str) -> Iterator[tuple[str, str]]:
        yield vendor, _plain(model)
        owner, slash, name = model.partition("/")
        resells = self.vendors[vendor].resells if vendor in self.vendors else {}
        if slash and owner in resells:
            yield resells[owner], _plain(name)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a model can do; `context` in tokens, question and answer together, None: not known."""

    context: int | None = None
    images: bool = True
    tools: bool = True
    schema: bool = True


def family(model: str) -> str:
    """The model's name without the edition: "gpt-4o-mini" of "gpt-4o-mini-2024-07-18"."""
    return _EDITION.sub("", model)


def cost(table: ModelTable, vendor: str, model: str, usage: Usage) -> Decimal | None:
    """US dollars, rounded up to a microdollar. None: the price or the tokens are not known."""
    found = table.find(vendor, model)
    if found is None or usage.input is None or usage.output is None:
        return None
    prices = found.long if found.long and usage.input > found.long.over else found
    if prices.input is None or prices.output is None:
        return None
    cached = min(usage.cached, usage.input)
    cached_price = prices.input if prices.cached_input is None else prices.cached_input
    paid = (usage.input - cached) * prices.input + cached * cached_price + usage.output * prices.output
    return rounded(paid / _MILLION)


def abilities(table: ModelTable, vendor: str, model: str) -> Abilities:
    """What a model can do; one that is not in the table is taken to be able."""
    found = table.find(vendor, model)
    if found is None:
        return Abilities()
    return Abilities(found.context, found.images, found.tools, found.schema_bound)


def rounded(dollars: Decimal) -> Decimal:
    """Up to a whole microdollar, in which everything is summed."""
    return dollars.quantize(MICRODOLLAR, ROUND_CEILING)


def microdollars(dollars: Decimal) -> int:
    """As a whole number, rounded up."""
    return int(rounded(dollars) / MICRODOLLAR)


def dollars(microdollars_: int) -> Decimal:
    """From a whole number of microdollars."""
    return microdollars_ * MICRODOLLAR


def _plain(name: str) -> str:
    """Gemini's "models/…" and OpenRouter's "claude-haiku-4.5" are spelt otherwise elsewhere."""
    return name.lower().removeprefix("models/").replace(".", "-")
