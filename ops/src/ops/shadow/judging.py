"""Puts the live service's turns to the candidate, one after the other, and judges each."""

from typing import Final, Protocol, TypeAlias

from contracts.tenants import TenantConfig
from ops.shadow.agreement import Judged, Verdict
from ops.shadow.child import Child, Died
from ops.shadow.questions import Answer, Question
from ops.shadow.recent import Recent
from ops.shadow.turns import LiveTurn

_REMEMBERED: Final = 20_000  # conversations of which something stands in the way

Key: TypeAlias = tuple[str, str]


class Past(Protocol):
    """What was before the shadow came."""

    async def events(self, conversation: str) -> tuple[str, ...] | None:
        """All events of a conversation as JSON, perhaps with later ones; None where not all are known."""

    async def configs(self, tenant: str) -> dict[int, TenantConfig]:
        """The configurations of a business by version, as far as they are known."""


class Judging:
    """`patience` is how long a turn may have waited before it is put to the candidate, in seconds."""

    def __init__(self, child: Child, past: Past, patience: float) -> None:
        self._child, self._past, self._patience = child, past, patience
        self._over: Recent[Key, Verdict] = Recent(_REMEMBERED)
        self._behind: Recent[Key, bool] = Recent(_REMEMBERED)  # the candidate has missed a turn of it

    async def judge(self, turn: LiveTurn, waited: float) -> Judged:
        """The verdict on one turn. After some of them the conversation is over for the candidate."""
        key = (turn.decided.tenantid, turn.decided.partitionkey)
        verdict, why = await self._verdict(key, turn, waited)
        if verdict in ("middle", "ended"):
            self._over[key] = verdict
        elif verdict in ("stopped", "failed", "late"):
            self._over[key] = "ended"
        return Judged(*key, str(turn.decided.causationid), turn.kinds, verdict, why)

    async def _verdict(self, key: Key, turn: LiveTurn, waited: float) -> tuple[Verdict, tuple[str, ...]]:
        if key in self._over:
            return self._over[key], ()
        if waited > self._patience:
            self._behind[key] = True
            return "skipped", ()
        try:
            answer = await self._ask(key, turn)
        except Died as death:
            return "late" if death.hung else "failed", (str(death),)
        return answer.verdict or "middle", answer.why

    async def _ask(self, key: Key, turn: LiveTurn) -> Answer:
        """The candidate's answer, after it got what it needs; without a verdict where that is not known."""
        question = Question(
            tenant=key[0], conversation=key[1], handled=turn.decided.causationid,
            events=tuple(event.model_dump_json() for event in turn.events),
            forget=self._behind.pop(key, False),
        )  # fmt: skip
        answer = await self._put(question)
        if not answer.needs:
            return answer
        past = await self._past.events(key[1]) if "past" in answer.needs else None
        if past is None and "past" in answer.needs:
            return Answer(verdict="middle")
        configs = await self._past.configs(key[0]) if "configs" in answer.needs else {}
        return await self._put(question.model_copy(update={"past": past, "configs": configs}))

    async def _put(self, question: Question) -> Answer:
        return Answer.model_validate_json(await self._child.ask(question.model_dump_json()))
