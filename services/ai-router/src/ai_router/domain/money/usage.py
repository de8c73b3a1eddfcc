"""What questions to AIs came to: figures by model, key and prompt, summed over days. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, computed_field

from ai_router.domain.prices import dollars


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Figures(_Value):
    """Counts. `calls` are of vendors; `unpriced`: those whose cost is not known, so it is in no sum.

    `cached`: answered without a call. `milliseconds`: vendors' time for the answers that were none of these.
    """

    questions: int = 0
    answered: int = 0
    failed: int = 0
    cached: int = 0
    used: int = 0
    refused: int = 0
    unused: int = 0
    calls: int = 0
    failed_calls: int = 0
    unpriced: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    microdollars: int = 0
    milliseconds: int = 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def cost(self) -> Decimal:
        """US dollars."""
        return dollars(self.microdollars)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def average_seconds(self) -> float | None:
        """Of an answer that a vendor gave."""
        asked = self.answered - self.cached
        return round(self.milliseconds / asked / 1000, 3) if asked else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in Figures.model_fields})


class Row(_Value):
    """Figures of one day that have all of this in common. Questions that failed have no vendor."""

    purpose: str
    prompt_version: str = ""
    vendor: str = ""
    model: str = ""
    key: str = ""
    figures: Figures = Figures()

    @property
    def place(self) -> tuple[str, ...]:
        """What tells it from the other rows of its day."""
        return (self.purpose, self.prompt_version, self.vendor, self.model, self.key)


class Part(_Value):
    """The figures of one day, month, model, key, purpose or prompt."""

    name: str
    figures: Figures


class UsageReport(_Value):
    """A business's usage between two local days, both of them in it, seen from several sides.

    Names: models "openai/gpt-4o-mini", keys "openai-1", prompts "answer/3" (purpose and version).
    """

    tenant: str
    since: date
    until: date
    total: Figures
    days: tuple[Part, ...]
    months: tuple[Part, ...]
    models: tuple[Part, ...]
    keys: tuple[Part, ...]
    purposes: tuple[Part, ...]
    prompts: tuple[Part, ...]


def added(rows: Iterable[Row], more: Iterable[Row]) -> tuple[Row, ...]:
    """One row for each place."""
    sums: dict[tuple[str, ...], Row] = {}
    for row in (*rows, *more):
        known = sums.get(row.place)
        sums[row.place] = row.model_copy(update={"figures": known.figures + row.figures}) if known else row
    return tuple(sums.values())


def summed(rows: Iterable[Row]) -> Figures:
    """All figures together."""
    return sum((row.figures for row in rows), Figures())


def report(tenant: str, since: date, until: date, days: Mapping[date, Iterable[Row]]) -> UsageReport:
    """The rows of these days, seen from all sides."""
    dated = [(day, row) for day, rows in days.items() for row in rows]
    rows = [row for _, row in dated]
    return UsageReport(
        tenant=tenant,
        since=since,
        until=until,
        total=summed(rows),
        days=_parts((day.isoformat(), row) for day, row in dated),
        months=_parts((day.isoformat()[:7], row) for day, row in dated),
        models=_by(rows, lambda row: f"{row.vendor}/{row.model}" if row.vendor else ""),
        keys=_by(rows, lambda row: row.key),
        purposes=_by(rows, lambda row: row.purpose),
        prompts=_by(rows, lambda row: f"{row.purpose}/{row.prompt_version}" if row.prompt_version else ""),
    )


def _by(rows: Iterable[Row], name: Callable[[Row], str]) -> tuple[Part, ...]:
    return _parts((name(row), row) for row in rows)


def _parts(named: Iterable[tuple[str, Row]]) -> tuple[Part, ...]:
    sums: dict[str, Figures] = {}
    for name, row in named:
        sums[name] = sums.get(name, Figures()) + row.figures
    return tuple(Part(name=name, figures=sums[name]) for name in sorted(sums) if name)
