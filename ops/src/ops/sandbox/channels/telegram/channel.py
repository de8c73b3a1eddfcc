"""Telegram: the Bot API that the notifier calls, and the phones of those who write to a bot."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from contracts.tenants import TenantConfig
from ops.sandbox.channels.channel import Customer, World, names, posted
from ops.sandbox.channels.telegram import contract, errors, update
from ops.sandbox.channels.telegram.errors import BotError
from ops.sandbox.phones import Bubble, Choice, Phone
from ops.sandbox.wire import Call

Parameters = dict[str, Any]


class Telegram:
    """Telegram's network."""

    name = "telegram"
    title = "Telegram"

    def __init__(self, world: World) -> None:
        self._world = world
        self._webhooks: dict[str, contract.SetWebhook] = {}
        self._methods: dict[str, Callable[[TenantConfig, Parameters], object]] = {
            "getme": lambda business, _: update.bot(business),
            "sendmessage": self._send_message,
            "setwebhook": self._set_webhook,
            "answercallbackquery": self._answer_callback_query,
            "sendchataction": self._send_chat_action,
        }

    def serves(self, business: TenantConfig) -> bool:
        """Whether the business has a bot."""
        return business.channels.telegram is not None

    def stranger(self, random: Random) -> Customer:
        """Somebody with a user id."""
        return Customer(names(random), str(random.randrange(10**8, 10**10)))

    def routes(self) -> APIRouter:
        """POST (or GET) /bot{token}/{method}."""
        router = APIRouter()
        router.add_api_route("/bot{token}/{method}", self._call, methods=["GET", "POST"])
        return router

    async def say(self, phone: Phone, text: str) -> Bubble:
        """The customer types."""
        bubble = phone.show(Bubble(update.message_id(), "customer", text))
        await posted(self._world.webhooks, phone, bubble, update.typed(phone, bubble, self._secret(phone)))
        return bubble

    async def choose(self, phone: Phone, bubble: Bubble, choice: Choice) -> None:
        """The customer taps; Telegram shows no message for that."""
        bubble.chosen = choice.id
        phone.changed()
        async with phone.turn:
            await self._world.webhooks.post(update.tapped(phone, bubble, choice, self._secret(phone)))

    async def look(self, phone: Phone) -> None:
        """Bots are not told what was read."""

    async def _call(self, token: str, method: str, request: Request) -> Response:
        parameters = await _parameters(request)
        business = self._owner(token)
        try:
            answer = await self._answered(business, method, parameters)
        except BotError as problem:
            answer = problem.response()
        self._world.wire.add(
            Call(
                "in",
                self.name,
                business.id if business else "?",
                f"{request.method} /bot…/{method}",
                answer.status_code,
                parameters,
                json.loads(bytes(answer.body)),
            )
        )
        return answer

    async def _answered(
        self, business: TenantConfig | None, method: str, parameters: Parameters
    ) -> JSONResponse:
        if business is None:
            raise BotError(401, "Unauthorized")
        if method.lower() not in self._methods:
            raise BotError(404, "Not Found")
        if fault := await self._world.faults.strike(self.name):
            raise errors.faulty(fault)
        try:
            result = self._methods[method.lower()](business, parameters)
        except ValidationError as problem:
            raise errors.not_valid(problem) from problem
        return JSONResponse({"ok": True, "result": result})

    def _send_message(self, business: TenantConfig, parameters: Parameters) -> object:
        wanted = contract.SendMessage.model_validate(parameters)
        phone = self._chat(business, wanted.chat_id)
        rows = enumerate(wanted.reply_markup.inline_keyboard if wanted.reply_markup else ())
        choices = tuple(Choice(one.callback_data or "", one.text, row=n) for n, row in rows for one in row)
        bubble = phone.show(Bubble(update.message_id(), "business", wanted.text, choices, status="delivered"))
        return update.message(phone, bubble, update.bot(business))

    def _set_webhook(self, business: TenantConfig, parameters: Parameters) -> object:
        self._webhooks[business.id] = contract.SetWebhook.model_validate(parameters)
        return True

    def _answer_callback_query(self, _: TenantConfig, parameters: Parameters) -> object:
        contract.AnswerCallbackQuery.model_validate(parameters)
        return True

    def _send_chat_action(self, business: TenantConfig, parameters: Parameters) -> object:
        wanted = contract.SendChatAction.model_validate(parameters)
        phone = self._chat(business, wanted.chat_id)
        phone.typing = wanted.action == "typing"
        phone.changed()
        return True

    def _chat(self, business: TenantConfig, chat_id: int | str) -> Phone:
        """Private chats alone. Nobody need have written first, as Telegram asks: the sandbox forgets."""
        if not str(chat_id).isdigit():
            raise BotError(400, "Bad Request: chat not found")
        return self._world.phones.get(self.name, business, str(chat_id))

    def _secret(self, phone: Phone) -> str:
        """What setWebhook gave, else what the business's file says."""
        told = self._webhooks.get(phone.business.id)
        return (told and told.secret_token) or update.account(phone.business).secret_token

    def _owner(self, token: str) -> TenantConfig | None:
        for business in self._world.businesses.values():
            bot = business.channels.telegram
            if bot and bot.bot_token == token:
                return business
        return None


async def _parameters(request: Request) -> Parameters:
    """From the query, a form or a JSON body, as Telegram takes them."""
    parameters: Parameters = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            body = {}
        return parameters | (body if isinstance(body, dict) else {})
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    if "reply_markup" in form:
        form["reply_markup"] = json.loads(form["reply_markup"])
    return parameters | form
