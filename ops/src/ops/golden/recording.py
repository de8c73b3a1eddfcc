"""From a recorded conversation to a golden one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from contracts.messages import MessageSendRequested
from ops.golden.anonymise import anonymise, without_bystanders
from ops.golden.fixture import Fixture, Meta
from ops.golden.leaks import Leak, leaks
from ops.golden.outcome import Outcome, check
from ops.replay.engine import replay
from ops.replay.history import History


@dataclass(frozen=True)
class Recording:
    """A fixture that may be written if nothing has leaked and it says what was said.

    `drifted_before`: the recorded words differ from today's even without any replacement, so that the code
    has changed since; otherwise a token is understood in another way than what it stands for.
    """

    fixture: Fixture
    counts: Counter[str]
    leaks: Sequence[Leak]
    outcome: Outcome
    drifted_before: bool


def record(history: History, name: str | None = None, note: str = "", also: Sequence[str] = ()) -> Recording:
    """Makes a fixture of a conversation. Raises NothingSaid."""
    made = anonymise(history, also)
    language = _language(made.history)
    meta = Meta(
        name=name or f"{history.tenant}-{made.history.conversation[:8]}", language=language,
        tenant=history.tenant, bellhop=version("bellhop-ops"), note=note,
    )  # fmt: skip
    fixture = Fixture(meta, made.history)
    outcome = check(fixture)
    drifted_before = outcome.drifted and replay(without_bystanders(history)).differs
    return Recording(fixture, made.counts, leaks(fixture, history, also), outcome, drifted_before)


def _language(history: History) -> str:
    """The one that most replies are in."""
    spoken = [one.data.language for one in history.events if isinstance(one.data, MessageSendRequested)]
    return (
        Counter(spoken).most_common(1)[0][0] if spoken else next(iter(history.configs.values())).languages[0]
    )
