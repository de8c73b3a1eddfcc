"""What AIs were asked because of a message, or for it: how often, by which way, for how much."""

from collections.abc import Iterable

from contracts.completions import CompletionFailed, CompletionGenerated, CompletionJudged, CompletionRequested
from gateway.domain.timeline.ai_words import cost_of
from gateway.domain.timeline.entry import Entry
from gateway.domain.timeline.told import Told, count, dollars, listed
from gateway.domain.timeline.wording import worded
from gateway.domain.why.answer import Check
from gateway.domain.why.evidence import Evidence, check

_NAME = "AI"


def asked_ai(evidence: Evidence) -> Check:
    """The last answer of an AI in this turn, what was tried for it, and what the guard said of it."""
    turn = [one for one in evidence.entries if one.correlation == evidence.message.correlation]
    asked = [one for one in turn if isinstance(one.data, CompletionRequested)]
    if not asked:
        return check(_NAME, "not applicable", "none was asked")
    ends = [one for one in turn if isinstance(one.data, CompletionGenerated | CompletionFailed)]
    if not ends:
        return check(_NAME, "waits", "asked, no answer in the record yet", asked[-1])
    last = worded(ends[-1], evidence.zone)
    judged = (worded(one, evidence.zone).text for one in turn if isinstance(one.data, CompletionJudged))
    words = "\n".join((last.text, *_tried(last), *judged, *_in_all(ends)))
    return check(_NAME, "ok", words, ends[-1])


def _tried(told: Told) -> Iterable[str]:
    yield from (step.text for step in told.steps)


def _in_all(ends: list[Entry]) -> Iterable[str]:
    """Where there was more than one question, what they cost together."""
    if len(ends) > 1:
        cost = cost_of(one.data for one in ends)
        yield listed([f"{count(len(ends), 'question')} in all", dollars(cost)])
