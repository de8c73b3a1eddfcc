"""What a call to any AI vendor goes through: key, fault, strict reading, answer, count."""

import asyncio
import json
import secrets
import time
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from ops.sandbox.ai.broken import broken, other_shape
from ops.sandbox.ai.calls import AiCall, AiCalls
from ops.sandbox.ai.delivery import Delivery
from ops.sandbox.ai.dialect import Dialect, Post, Refusal, Said, Trouble
from ops.sandbox.ai.question import Question, Reply
from ops.sandbox.ai.speech import UNFIT, reply, unfit
from ops.sandbox.faults import Fault, Faults

KEY, REVOKED, EMPTY = "sandbox-", "sandbox-revoked", "sandbox-empty"
"""How keys begin: any that is accepted, one that is not any more, one without credit."""

_TROUBLES: dict[str, Trouble] = {
    "rate_limited": "rate_limited",
    "server_error": "server_error",
    "timeout": "server_error",  # once it is healed
    "overloaded": "overloaded",
    "unauthorized": "unauthorized",
    "no_credit": "no_credit",
}


class StandIn:
    """One vendor's."""

    def __init__(self, dialect: Dialect, faults: Faults, calls: AiCalls) -> None:
        self.dialect = dialect
        self._faults = faults
        self._calls = calls

    async def answer(self, request: Request) -> Response:
        """Answers one call, and counts it when the last byte has left."""
        begun = time.monotonic()
        post = _post(request, await request.body())
        key, model = self.dialect.key(post), self.dialect.model(post)
        fault = self._faults.meet(self.dialect.name, model, key) if _known(key) else None
        call = AiCall(self.dialect.name, model, key[-4:], 0, 0.0, fault.kind if fault else None)
        if fault and fault.kind == "timeout" and await _left_while_hanging(request, fault):
            self._calls.add(replace(call, seconds=time.monotonic() - begun))
            return Response()
        try:
            question, answered = self._answered(post, key, fault)
            said = self._said(question, answered, fault)
            call = replace(
                call, streamed=question.streamed is not None, input_tokens=question.input_tokens,
                output_tokens=answered.output_tokens,
            )  # fmt: skip
        except Refusal as refusal:
            said = refusal.said
        return self._delivered(said, call, begun, fault)

    def _answered(self, post: Post, key: str, fault: Fault | None) -> tuple[Question, Reply]:
        if refusal := refused_key(self.dialect, key):
            raise Refusal(refusal)
        if key.startswith(EMPTY):
            raise Refusal(self.dialect.error("no_credit"))
        if fault and fault.kind in _TROUBLES:
            retry_after = fault.retry_after if fault.kind == "rate_limited" else None
            raise Refusal(self.dialect.error(_TROUBLES[fault.kind], retry_after))
        question = self.dialect.question(post)
        return question, _spoilt(question, reply(question), fault)

    def _said(self, question: Question, answered: Reply, fault: Fault | None) -> Said:
        said = (
            self.dialect.stream(question, answered)
            if question.streamed
            else self.dialect.whole(question, answered)
        )
        if fault and fault.kind == "malformed":
            return broken(said)
        if fault and fault.kind == "wrong_schema" and question.schema is None and not answered.uses:
            return other_shape(said)
        return said

    def _delivered(self, said: Said, call: AiCall, begun: float, fault: Fault | None) -> Delivery:
        def ended() -> None:
            self._calls.add(replace(call, status=said.status, seconds=time.monotonic() - begun))

        headers = {
            "content-type": said.media_type,
            **self.dialect.headers(secrets.token_hex(12)),
            **said.headers,
        }
        parts = [part.encode() for part in said.parts]
        streamed = call.streamed and said.status == 200
        return Delivery(
            parts, said.status, headers, streamed=streamed, fault=fault if said.status == 200 else None,
            ended=ended,
        )  # fmt: skip


def _spoilt(question: Question, answered: Reply, fault: Fault | None) -> Reply:
    """The answer as these two faults want it; others leave it as it is."""
    if fault and fault.kind == "refused":
        return Reply("", stop="refused")
    if fault and fault.kind == "wrong_schema" and answered.uses:
        return replace(answered, uses=tuple(replace(one, arguments=UNFIT) for one in answered.uses))
    if fault and fault.kind == "wrong_schema" and question.schema is not None:
        return Reply(unfit(question.schema))
    return answered


def refused_key(dialect: Dialect, key: str) -> Said | None:
    """What is answered to a key that opens nothing; None to any other."""
    if not key:
        return dialect.error("no_key")
    return None if _known(key) else dialect.error("unauthorized")


def _known(key: str) -> bool:
    return key.startswith(KEY) and not key.startswith(REVOKED)


def _post(request: Request, content: bytes) -> Post:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    return Post(request.headers, request.query_params, body, request.path_params.get("call", ""))


async def _left_while_hanging(request: Request, fault: Fault) -> bool:
    """Whether whoever asked gave up before the fault was healed."""
    leaving = asyncio.ensure_future(_left(request))
    hanging = asyncio.ensure_future(fault.hang())
    try:
        await asyncio.wait((leaving, hanging), return_when=asyncio.FIRST_COMPLETED)
        return not hanging.done()
    finally:
        leaving.cancel()
        hanging.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
