"""The vendors' stand-in: Meta's message call and an AI's chat completion, with faults at will.

It knows what the product cannot: whether a message whose answer never arrived was taken.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from random import Random
from typing import Any, Final, Literal

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from contracts.tenants import TenantConfig
from ops.chaos.ledger import Call, Ledger
from ops.chaos.meta import number_of
from ops.chaos.questions import marker_in
from ops.sandbox.channels.whatsapp import errors
from ops.sandbox.channels.whatsapp.contract import MESSAGE, InteractiveMessage, TextMessage
from ops.sandbox.channels.whatsapp.webhook import message_id
from ops.sandbox.faults import Fault

Mood = Literal["well", "limits", "fails", "silent", "late"]
"""`silent`: no answer comes in time. `late`: takes the message, and holds its answer until it is well."""

TAKEN_IN_SILENCE: Final = 0.5
"""How often a message was taken although no answer comes."""

SILENCE: Final = 8.0
"""Seconds; longer than the notifier waits in these runs."""

RECEIPTS: Final = 0.7
"""How often a customer's phone reports back."""

IDLE: Final = 75
"""Seconds until it closes a connection that is not used."""

Deliver = Callable[[TenantConfig, str, str], None]
"""A message (wamid) reached the phone of an address."""


class Vendor:
    """Writes every call into the ledger. `delivered` is told of what reaches a phone that reports back."""

    def __init__(
        self, ledger: Ledger, businesses: dict[str, TenantConfig], random: Random, delivered: Deliver
    ) -> None:
        self._ledger = ledger
        self._businesses = {number_of(one).phone_number_id: one for one in businesses.values()}
        self._random = random
        self._delivered = delivered
        self._mood: Mood = "well"
        self._changed = asyncio.Event()
        self._held: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.app = FastAPI()
        self.app.post("/v23.0/{number}/messages")(self._message)
        self.app.post("/v1/chat/completions")(self._completion)

    def become(self, mood: Mood) -> None:
        """From now on it behaves so; calls it holds are answered."""
        self._mood = mood
        self._held = asyncio.get_running_loop().create_future()
        self._changed.set()
        self._changed = asyncio.Event()

    async def holds_one(self) -> int:
        """Waits until it holds back the answer to a call; gives the caller's port."""
        return await asyncio.shield(self._held)

    async def _message(self, number: str, request: Request) -> Response:
        business = self._businesses.get(number)
        if business is None:
            return errors.unknown_number(number).response()
        if request.headers.get("authorization") != f"Bearer {number_of(business).access_token}":
            return errors.wrong_token().response()
        try:
            said = MESSAGE.validate_json(await request.body())
        except ValidationError as problem:
            return errors.not_valid(problem).response()
        caller = request.client.port if request.client else 0
        return await self._answer(business, said, caller)

    async def _answer(
        self, business: TenantConfig, said: TextMessage | InteractiveMessage, caller: int
    ) -> Response:
        mood, text = self._mood, _text_of(said)
        reached = mood in ("well", "late") or (mood == "silent" and self._random.random() < TAKEN_IN_SILENCE)
        call = Call(asyncio.get_running_loop().time(), reached, told=mood != "silent")
        self._ledger.called(said.to, marker_in(text), text, call)
        wamid = message_id()
        if reached and self._random.random() < RECEIPTS:
            self._delivered(business, said.to, wamid)
        if mood == "silent":
            await asyncio.sleep(SILENCE)
        elif mood == "late":
            await self._hold(caller)
        return _answer_in(mood, said.to, wamid)

    async def _hold(self, caller: int) -> None:
        if not self._held.done():
            self._held.set_result(caller)
        await self._changed.wait()

    async def _completion(self, request: Request) -> dict[str, Any]:
        """Repeats the code word of the last question."""
        body = await request.json()
        code = marker_in(body["messages"][-1]["content"]) or "?"
        said = {"role": "assistant", "content": f"{code}: Ulaanbaatar."}
        choice = {"index": 0, "message": said, "finish_reason": "stop"}
        return {"id": "chatcmpl-1", "object": "chat.completion", "model": body["model"], "choices": [choice]}


def _text_of(said: TextMessage | InteractiveMessage) -> str:
    return said.text.body if isinstance(said, TextMessage) else said.interactive.body.text


def _answer_in(mood: Mood, to: str, wamid: str) -> Response:
    if mood in ("limits", "fails"):
        fault = Fault("rate_limited" if mood == "limits" else "server_error", retry_after=1)
        return errors.faulty(fault).response()
    contact = {"input": to, "wa_id": to}
    return JSONResponse({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]})


class _Server(uvicorn.Server):
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Ctrl-C is the whole run's."""
        return nullcontext()


@asynccontextmanager
async def serving(vendor: Vendor, port: int) -> AsyncIterator[str]:
    """The stand-in on loopback; gives its address."""
    config = uvicorn.Config(
        vendor.app,
        port=port,
        log_level="critical",
        lifespan="off",
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event to wait for
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        vendor.become("well")
        server.should_exit = True
        await task
