"""WhatsApp: the Cloud API that the notifier calls, and the phones of those who use it."""

import asyncio
import json
from random import Random
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from contracts.tenants import TenantConfig
from ops.sandbox.channels.channel import Customer, World, names, posted
from ops.sandbox.channels.whatsapp import errors, screen, webhook
from ops.sandbox.channels.whatsapp.contract import (
    MESSAGE,
    InteractiveMessage,
    ReadReceipt,
    TextMessage,
)
from ops.sandbox.phones import Bubble, Choice, Phone, Status
from ops.sandbox.wire import Call


class WhatsApp:
    """Meta's network."""

    name = "whatsapp"
    title = "WhatsApp"

    def __init__(self, world: World) -> None:
        self._world = world
        self._running: set[asyncio.Task[None]] = set()

    def serves(self, business: TenantConfig) -> bool:
        """Whether the business has a number."""
        return business.channels.whatsapp is not None

    def stranger(self, random: Random) -> Customer:
        """Somebody with an Italian mobile number."""
        return Customer(names(random), f"393{random.randrange(10**9):09d}")

    def routes(self) -> APIRouter:
        """POST /{version}/{phone_number_id}/messages."""
        router = APIRouter()
        router.add_api_route("/{version}/{phone_number_id}/messages", self._messages, methods=["POST"])
        return router

    async def say(self, phone: Phone, text: str) -> Bubble:
        """The customer types."""
        bubble = phone.show(Bubble(webhook.message_id(), "customer", text))
        await posted(self._world.webhooks, phone, bubble, webhook.typed(phone, bubble))
        return bubble

    async def choose(self, phone: Phone, bubble: Bubble, choice: Choice) -> Bubble:
        """The customer taps; WhatsApp shows the tapped title as a message."""
        bubble.chosen = choice.id
        tap = phone.show(Bubble(webhook.message_id(), "customer", choice.title))
        await posted(self._world.webhooks, phone, tap, webhook.tapped(phone, tap, bubble, choice))
        return tap

    async def look(self, phone: Phone) -> None:
        """Blue ticks for the business."""
        for bubble in phone.bubbles:
            if bubble.author == "business" and bubble.status == "delivered":
                await self._report(phone, bubble, "read")

    async def _messages(self, version: str, phone_number_id: str, request: Request) -> Response:
        raw = await request.body()
        business = self._owner(phone_number_id)
        try:
            answer = await self._answered(business, phone_number_id, request, raw)
        except errors.GraphError as problem:
            answer = problem.response()
        self._world.wire.add(
            Call(
                "in",
                self.name,
                business.id if business else "?",
                f"POST /{version}/…/messages",
                answer.status_code,
                _shown(raw),
                _shown(bytes(answer.body)),
            )
        )
        return answer

    async def _answered(
        self, business: TenantConfig | None, phone_number_id: str, request: Request, raw: bytes
    ) -> JSONResponse:
        if business is None or business.channels.whatsapp is None:
            raise errors.unknown_number(phone_number_id)
        if request.headers.get("authorization") != f"Bearer {business.channels.whatsapp.access_token}":
            raise errors.wrong_token()
        if fault := await self._world.faults.strike(self.name):
            raise errors.faulty(fault)
        try:
            if "status" in _members(raw):
                return self._read_by_business(business, ReadReceipt.model_validate_json(raw))
            return self._accepted(business, MESSAGE.validate_json(raw))
        except ValidationError as problem:
            raise errors.not_valid(problem) from problem

    def _accepted(self, business: TenantConfig, message: TextMessage | InteractiveMessage) -> JSONResponse:
        address = message.to.removeprefix("+")
        phone = self._world.phones.get(self.name, business, address)
        bubble = phone.show(screen.bubble(message, webhook.message_id()))
        self._soon(self._deliver(phone, bubble))
        return JSONResponse(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": message.to, "wa_id": address}],
                "messages": [{"id": bubble.id}],
            }
        )

    def _read_by_business(self, business: TenantConfig, receipt: ReadReceipt) -> JSONResponse:
        for phone in self._world.phones.of(self.name, business.id):
            for bubble in phone.bubbles:
                if bubble.id == receipt.message_id and bubble.author == "customer":
                    bubble.advance("read")
                    phone.typing = receipt.typing_indicator is not None
                    phone.changed()
                    return JSONResponse({"success": True})
        raise errors.GraphError(400, 100, "Invalid parameter", "No message has this message_id")

    async def _deliver(self, phone: Phone, bubble: Bubble) -> None:
        """sent, delivered and, with the talk open, read: each told to the business."""
        await self._report(phone, bubble, "sent")
        await self._report(phone, bubble, "delivered")
        if phone.watchers:
            await self._report(phone, bubble, "read")

    async def _report(self, phone: Phone, bubble: Bubble, status: Status) -> None:
        if bubble.advance(status):
            phone.changed()
            await self._world.webhooks.post(webhook.status(phone, bubble, status))

    def _owner(self, phone_number_id: str) -> TenantConfig | None:
        for business in self._world.businesses.values():
            number = business.channels.whatsapp
            if number and number.phone_number_id == phone_number_id:
                return business
        return None

    def _soon(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _members(raw: bytes) -> dict[str, Any]:
    body = _shown(raw)
    if not isinstance(body, dict):
        raise errors.GraphError(400, 100, "Invalid parameter", "The body must be a JSON object")
    return body


def _shown(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")
