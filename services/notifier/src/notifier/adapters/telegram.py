"""Telegram (Bot API 10): POST /bot{token}/sendMessage, as plain text, so that nothing needs escaping."""

from typing import Any, Final

import httpx

from chassis.sealing import SealedBox
from contracts.envelope import Event
from contracts.messages import MessageSendRequested, Option
from contracts.tenants import TenantConfig
from notifier.domain.text import shortened, with_lines
from notifier.ports import Accepted, Departure, NotAccepted, RateLimited, Refused, Unanswered
from notifier.vendor_post import json_of, post, refuse_doubtful, retry_after

_TEXT: Final = 4096
_CALLBACK_BYTES: Final = 64


class Telegram:
    """Sends as the tenant's bot."""

    repeatable = False

    def __init__(self, client: httpx.AsyncClient, box: SealedBox) -> None:
        self._client = client
        self._box = box

    async def send(
        self, request: Event[MessageSendRequested], tenant: TenantConfig, departure: Departure
    ) -> Accepted:
        """See ChannelSender."""
        account = tenant.channels.telegram
        if account is None:
            raise Refused("the business has no Telegram bot", "not_configured")
        token = self._box.open(account.bot_token, tenant.id)
        response = await post(self._client, f"/bot{token}/sendMessage", rendered(request.data), departure)
        return _answer(response)


def rendered(message: MessageSendRequested) -> dict[str, Any]:
    """The request's body: options as buttons under the text, else as lines of it."""
    said = message.personal
    if any(len(option.id.encode()) > _CALLBACK_BYTES for option in said.options):
        return {"chat_id": _chat(said.address), "text": with_lines(said.text, said.options, _TEXT)}
    body: dict[str, Any] = {"chat_id": _chat(said.address), "text": shortened(said.text, _TEXT)}
    if said.options:
        body["reply_markup"] = {"inline_keyboard": [[_button(option)] for option in said.options]}
    return body


def _chat(address: str) -> int | str:
    return int(address) if address.removeprefix("-").isdecimal() else address


def _button(option: Option) -> dict[str, str]:
    return {"text": option.title, "callback_data": option.id}


def _answer(response: httpx.Response) -> Accepted:
    content = json_of(response)
    if response.is_success and content.get("ok") is not False:
        return _accepted(content)
    refuse_doubtful(response, explained="description" in content)
    raise _refusal(response, content)


def _accepted(content: dict[str, Any]) -> Accepted:
    try:
        result = content["result"]
        return Accepted(f"{result['chat']['id']}/{result['message_id']}")
    except (KeyError, TypeError):
        raise Unanswered("Telegram accepted the request but named no message") from None


def _refusal(response: httpx.Response, content: dict[str, Any]) -> NotAccepted | Refused:
    """429 and 5xx pass. Final are 400 chat not found, 401 bad token, 403 blocked by the user."""
    code = content.get("error_code") or response.status_code
    reason = str(content.get("description") or f"Telegram answered {response.status_code}")[:300]
    wait = _wait(content) or retry_after(response)
    if code == 429 or response.status_code == 429:
        return RateLimited(reason, retry_after=wait)  # of one chat, mostly
    if response.is_server_error:
        return NotAccepted(reason, retry_after=wait)
    return Refused(reason, str(code))


def _wait(content: dict[str, Any]) -> float | None:
    parameters = content.get("parameters")
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(asked) if isinstance(asked, int | float) else None
