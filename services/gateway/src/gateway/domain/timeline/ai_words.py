"""What an AI was asked, how often and by which way, what it cost, and what became of its answer, in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from decimal import Decimal
from typing import Any, Final

from contracts import ai
from contracts.completions import (
    Attempt,
    CompletionFailed,
    CompletionGenerated,
    CompletionJudged,
    CompletionRequested,
)
from contracts.model import Data
from gateway.domain.timeline.hop import Tone
from gateway.domain.timeline.told import Told, count, dollars, listed, moment, plain, quoted

_LEVELS: Final = {
    "warned": "is warned",
    "cheaper": "is answered by its cheapest models",
    "rules": "is answered by rules",
}
_TONES: Final[Mapping[ai.CircuitState, Tone]] = {"closed": "good", "open": "bad", "half-open": "waiting"}


def attempts_told(attempts: Iterable[Attempt]) -> tuple[Told, ...]:
    """Ways that were asked, one by one; then those that were passed over, together by the reason."""
    made = tuple(attempts)
    return (*(_asked(one) for one in made if one.asked), *_passed_over(one for one in made if not one.asked))


def cost_of(said: Iterable[Data | None]) -> Decimal | None:
    """US dollars that answers of AIs cost together; None where none is among it, or no price is known."""
    answers = (one for one in said if isinstance(one, CompletionGenerated | CompletionFailed))
    known = [answer.cost for answer in answers if answer.cost is not None]
    return sum(known, Decimal(0)) if known else None


def used(attempt: Attempt | CompletionGenerated) -> str:
    """The way, seconds, tokens and cost, as far as they are known."""
    key = f" with {attempt.key}" if attempt.key else ""
    tokens = (
        f"{_known(attempt.input_tokens)} + {_known(attempt.output_tokens)} tokens"
        if attempt.input_tokens is not None or attempt.output_tokens is not None
        else ""
    )
    way = f"{attempt.vendor} {attempt.model}{key}"
    return listed([way, f"{attempt.seconds:.2f} s", tokens, dollars(attempt.cost)])


def _known(tokens: int | None) -> str:
    return "?" if tokens is None else str(tokens)


def _asked(one: Attempt) -> Told:
    match one.outcome:
        case "generated":
            return Told(f"{used(one)}: answered", "good")
        case "abandoned":
            return Told(f"{used(one)}: broken off, another was quicker")
        case reason:
            detail = f" ({one.detail})" if one.detail else ""
            return Told(f"{used(one)}: {plain(reason)}{detail}", "bad")


def _passed_over(ways: Iterable[Attempt]) -> Iterator[Told]:
    by_reason: dict[str, dict[str, list[str]]] = {}
    for one in ways:
        models = by_reason.setdefault(one.outcome, {}).setdefault(one.vendor, [])
        if one.model not in models:
            models.append(one.model)
    for reason, vendors in by_reason.items():
        named = (f"{vendor} {' and '.join(models)}" for vendor, models in vendors.items())
        # Of a vendor without a key the models tell nothing.
        who = vendors if reason == "not_configured" else named
        yield Told(f"not asked, {plain(reason)}: {', '.join(who)}")


def _completed(data: CompletionGenerated, _: tzinfo) -> Told:
    tools = " and ".join(call.name for call in data.personal.tool_calls)
    said = listed(
        [quoted(data.personal.text) if data.personal.text else "", f"wants {tools}" if tools else ""]
    )
    if data.cached:
        return Told(f"AI answered (kept from before, {data.vendor} {data.model}): {said}", "good")
    # One way that worked at once is told by the headline alone.
    steps = attempts_told(data.attempts) if len(data.attempts) > 1 else ()
    return Told(f"AI answered ({used(data)}): {said}", "good", steps)


def _not_completed(data: CompletionFailed, _: tzinfo) -> Told:
    words = [f"no AI answered: {plain(data.reason)}", data.detail, dollars(data.cost)]
    return Told(listed(words), "bad", attempts_told(data.attempts))


def _judged(data: CompletionJudged, _: tzinfo) -> Told:
    match data.verdict:
        case "refused":
            return Told(f"the AI's answer was refused: {plain(data.why) or 'not in the facts'}", "bad")
        case "unused":
            return Told(listed(["the AI's answer was not used", plain(data.why)]))
        case "used":
            return Told("the AI's answer was used", "good")


def _reached(data: ai.AiBudgetReached, _: tzinfo) -> Told:
    spent = f"{dollars(data.spent)} of the {data.period}'s {dollars(data.limit)} for AI are spent"
    return Told(f"{spent}: the business {_LEVELS[data.level]}", "bad" if data.level == "rules" else "waiting")


def _circuit(data: ai.AiCircuitChanged, _: tzinfo) -> Told:
    place = "/".join(part for part in (data.vendor, data.model, data.key) if part)
    counted = f"{data.failures} of {count(data.calls, 'call')} failed" if data.calls else ""
    why = listed([plain(data.why), counted, f"{data.slow} slow" if data.slow else ""])
    words = f"circuit of {place} {data.was} → {data.now}{f': {why}' if why else ''}"
    return Told(words, _TONES[data.now])


def _key(data: ai.AiKeyChanged, zone: tzinfo) -> Told:
    what = data.key or f"the account at {data.vendor}"
    until = f" until {moment(data.until, zone)}" if data.until else ""
    why = f": {plain(data.why)}" if data.why else ""
    words = {"ready": "is used again", "resting": f"rests{until}", "retired": "is retired"}[data.now]
    return Told(f"{what} {words}{why}", "good" if data.now == "ready" else "bad")


OF_AI: Final[Mapping[type[Data], Callable[[Any, tzinfo], Told]]] = {
    CompletionRequested: lambda data, _: Told(f"an AI shall {data.purpose}"),
    CompletionGenerated: _completed,
    CompletionFailed: _not_completed,
    CompletionJudged: _judged,
    ai.AiConfigured: lambda data, _: Told(f"AI policy set, version {data.version}"),
    ai.AiBudgetReached: _reached,
    ai.AiCircuitChanged: _circuit,
    ai.AiKeyChanged: _key,
}
