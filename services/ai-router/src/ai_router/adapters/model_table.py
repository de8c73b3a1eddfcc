"""The table of models and prices, read from files and asked with a count of what it does not know."""

from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from prometheus_client import Counter
from pydantic import BaseModel, ValidationError

from ai_router.domain import prices
from ai_router.domain.completion import Usage
from ai_router.domain.prices import Abilities, ModelTable
from chassis.observability.logging import get_logger
from contracts.ai import TIERS, AiPolicy

UNPRICED: Final = Counter(
    "bellhop_ai_unpriced_total",
    "Answers whose price is not known, so that no budget feels them",
    ["vendor", "model"],
)

M = TypeVar("M", bound=BaseModel)
log = get_logger(__name__)


class UnreadableTable(Exception):
    """A file of models and prices is not as it must be. The message says where and why."""


def load_models(further: Path | None = None) -> ModelTable:
    """Bellhop's table, with what the file `further` says in place of it. Raises UnreadableTable."""
    table = _parsed("models.yaml", _own("models.yaml"), ModelTable)
    if further is None:
        return table
    try:
        text = further.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableTable(f"BELLHOP_AI_PRICES: {further} cannot be read: {error}") from error
    return table.with_(_parsed(str(further), text, ModelTable))


def default_policy() -> AiPolicy:
    """Bellhop's own policy."""
    return _parsed("policy.yaml", _own("policy.yaml"), AiPolicy)


class Pricing:
    """See ports.Prices. Warns once of each model whose price is not known, and counts all such answers."""

    def __init__(self, table: ModelTable) -> None:
        self._table = table
        self._warned: set[tuple[str, str]] = set()

    def cost(self, vendor: str, model: str, usage: Usage) -> Decimal | None:
        """US dollars; None where the price or the tokens are not known."""
        dollars = prices.cost(self._table, vendor, model, usage)
        if dollars is None:
            UNPRICED.labels(vendor, model).inc()
            self._warn(vendor, model)
        return dollars

    def abilities(self, vendor: str, model: str) -> Abilities:
        """What a model can do."""
        return prices.abilities(self._table, vendor, model)

    def unpriced(self, policy: AiPolicy) -> list[str]:
        """Models that may be asked though their price is not known, as "ollama/llama"."""
        candidates = [one for tier in TIERS for one in policy.tiers.get(tier, ())]
        asked = [one for one in candidates if one.enabled and one.vendor not in policy.off]
        ways = dict.fromkeys((one.vendor, one.model) for one in asked)
        return ["/".join(way) for way in ways if prices.cost(self._table, *way, Usage(0, 0)) is None]

    def _warn(self, vendor: str, model: str) -> None:
        if (vendor, model) not in self._warned:
            self._warned.add((vendor, model))
            log.warning(
                "what a model costs is not known: name its price in the file at BELLHOP_AI_PRICES",
                vendor=vendor,
                model=model,
            )


def _own(name: str) -> str:
    return resources.files("ai_router").joinpath(name).read_text(encoding="utf-8")


def _parsed(name: str, text: str, model: type[M]) -> M:
    try:
        return model.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "it"
        raise UnreadableTable(f"{name}: {place} is no YAML: {getattr(error, 'problem', error)}") from error
    except ValidationError as error:
        faults = "\n".join(f"{name}: {_fault(one)}" for one in error.errors(include_url=False))
        raise UnreadableTable(faults) from error


def _fault(error: Any) -> str:
    place = ".".join(map(str, error["loc"])) or "the whole file"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"
