"""WhatsApp Cloud API (Meta, Graph API v23.0): POST /v23.0/{phone number id}/messages."""

import re
from typing import Any, Final

import httpx

from chassis.sealing import SealedBox
from contracts.envelope import Event
from contracts.messages import MessageSendRequested, Option
from contracts.tenants import TenantConfig
from notifier.domain.text import shortened, with_lines
from notifier.ports import Accepted, Departure, NotAccepted, RateLimited, Refused, Unanswered
from notifier.vendor_post import json_of, post, refuse_doubtful, retry_after
from notifier.wording import words

_TEXT: Final = 4096
_INTERACTIVE_BODY: Final = 1024
_BUTTONS: Final = 3
_ROWS: Final = 10

_BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]+")
"""A business-scoped user id: who goes by a username shows no phone number (Meta, 2026)."""

_PASSING: Final = {
    1: 1.0, 2: 1.0, 4: 30.0, 80007: 30.0,  # hiccup, service down, limits of the app and of the account
    130429: 1.0,  # more messages a second than the number may send
    131000: 1.0, 131016: 2.0, 133004: 2.0,  # something went wrong, overloaded, server away
    131048: 60.0,  # slowed down, since people report this number
    131056: 6.0,  # pair limit: one message in 6 s to one person
    131057: 60.0,  # the number is being upgraded, up to a minute
}  # fmt: skip
"""Error codes of refusals that pass, and after how many seconds to ask again. All others are final, such
as 190 bad token, 131026 undeliverable, 131030 not on the test list, 131047 outside the 24 hours, 131050
wants no marketing."""

_LIMITS: Final = frozenset({4, 80007, 130429, 131048})
_PAIR_LIMIT: Final = 131056


class WhatsApp:
    """Sends as the tenant's number.

    `with_reference` adds our id as `biz_opaque_callback_data`, which Meta returns in every receipt, so
    that an uncertain message is resolved. Meta describes the member, but its published schema for v23.0
    does not allow it; a strict stand-in refuses it.
    """

    repeatable = False

    def __init__(self, client: httpx.AsyncClient, box: SealedBox, *, with_reference: bool) -> None:
        self._client = client
        self._box = box
        self._with_reference = with_reference

    async def send(
        self, request: Event[MessageSendRequested], tenant: TenantConfig, departure: Departure
    ) -> Accepted:
        """See ChannelSender."""
        account = tenant.channels.whatsapp
        if account is None:
            raise Refused("the business has no WhatsApp number", "not_configured")
        body = rendered(request.data)
        if self._with_reference:
            body["biz_opaque_callback_data"] = str(request.id)
        token = self._box.open(account.access_token, tenant.id)
        response = await post(
            self._client,
            f"/v23.0/{account.phone_number_id}/messages",
            body,
            departure,
            {"Authorization": f"Bearer {token}"},
        )
        return _answer(response)


def rendered(message: MessageSendRequested) -> dict[str, Any]:
    """The request's body: buttons or a list where they fit, else the options as lines of text."""
    said = message.personal
    interactive = _interactive(message)
    content: dict[str, Any] = (
        {"type": "interactive", "interactive": interactive}
        if interactive
        else {"type": "text", "text": {"body": with_lines(said.text, said.options, _TEXT)}}
    )
    to = "recipient" if _BSUID.fullmatch(said.address) else "to"
    return {"messaging_product": "whatsapp", "recipient_type": "individual", to: said.address, **content}


def _interactive(message: MessageSendRequested) -> dict[str, Any] | None:
    said = message.personal
    if not said.options or shortened(said.text, _INTERACTIVE_BODY) != said.text or _ambiguous(said.options):
        return None
    body = {"text": said.text}
    if len(said.options) <= _BUTTONS:
        buttons = [{"type": "reply", "reply": _choice(option)} for option in said.options]
        return {"type": "button", "body": body, "action": {"buttons": buttons}}
    if len(said.options) <= _ROWS:
        sections = [{"rows": [_choice(option) for option in said.options]}]
        button = words(message.language)["choose"]
        return {"type": "list", "body": body, "action": {"button": button, "sections": sections}}
    return None


def _ambiguous(options: tuple[Option, ...]) -> bool:
    ids, titles = {option.id for option in options}, {option.title for option in options}
    return len(ids) < len(options) or len(titles) < len(options)


def _choice(option: Option) -> dict[str, str]:
    return {"id": option.id, "title": option.title}


def _answer(response: httpx.Response) -> Accepted:
    content = json_of(response)
    if response.is_success:
        return _accepted(content)
    error = content.get("error")
    refuse_doubtful(response, explained=isinstance(error, dict))
    raise _refusal(response, error if isinstance(error, dict) else {})


def _accepted(content: dict[str, Any]) -> Accepted:
    try:
        return Accepted(str(content["messages"][0]["id"]))
    except (KeyError, IndexError, TypeError):
        raise Unanswered("WhatsApp accepted the request but named no message") from None


def _refusal(response: httpx.Response, error: dict[str, Any]) -> NotAccepted | Refused:
    code, reason = error.get("code"), _words(response, error)
    passing = error.get("is_transient") is True or response.status_code == 429 or response.is_server_error
    if code in _PASSING or passing:
        wait = retry_after(response) or _PASSING.get(code)  # type: ignore[arg-type]  # None is no key
        if code in _LIMITS or code == _PAIR_LIMIT or response.status_code == 429:
            return RateLimited(reason, retry_after=wait, whole_account=code != _PAIR_LIMIT)
        return NotAccepted(reason, retry_after=wait)
    return Refused(reason, str(code or response.status_code))


def _words(response: httpx.Response, error: dict[str, Any]) -> str:
    details = error.get("error_data")
    told = details.get("details") if isinstance(details, dict) else None
    return str(told or error.get("message") or f"WhatsApp answered {response.status_code}")[:300]
