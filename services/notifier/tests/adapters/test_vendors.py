"""WhatsApp and Telegram alike, over real HTTP: what goes out, and what each answer means."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from chassis.http.client import vendor_client
from contracts.messages import Channel
from notifier.adapters.telegram import Telegram
from notifier.adapters.whatsapp import WhatsApp
from notifier.ports import Accepted, ChannelSender, NotAccepted, Refused, Unanswered

SENT: dict[Channel, tuple[Any, str]] = {
    Channel.WHATSAPP: (
        {"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": "wamid.HBg"}]},
        "wamid.HBg",
    ),
    Channel.TELEGRAM: ({"ok": True, "result": {"message_id": 7, "chat": {"id": 555}}}, "555/7"),
}
PATHS = {
    Channel.WHATSAPP: "/v23.0/100000000000001/messages",
    Channel.TELEGRAM: "/bot1001:secret-token/sendMessage",
}
ADDRESSES = {Channel.WHATSAPP: "393331234567", Channel.TELEGRAM: "555"}
BOTH = pytest.mark.parametrize("channel", [Channel.WHATSAPP, Channel.TELEGRAM])


def meta_error(code: int, **more: Any) -> dict[str, Any]:
    return {"error": {"message": f"(#{code}) no", "type": "OAuthException", "code": code, **more}}


def bot_error(code: int, description: str, **parameters: Any) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": description, "parameters": parameters}


class Marks:
    def __init__(self) -> None:
        self.made: list[str] = []

    async def announce(self) -> None:
        self.made.append("announced")

    def leave(self) -> None:
        self.made.append("left")


class FailsAt(Marks):
    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step

    async def announce(self) -> None:
        if self.step == "announce":
            raise RuntimeError("announce")

    def leave(self) -> None:
        if self.step == "leave":
            raise RuntimeError("leave")


Attempt = Callable[..., Awaitable[Accepted]]


@pytest.fixture
async def attempt(vendor, box, tenant, request_for) -> AsyncIterator[Attempt]:
    """Sends one message to a vendor that answers so."""
    async with vendor_client(vendor.url, 0.5) as client:
        senders: dict[Channel, ChannelSender] = {
            Channel.WHATSAPP: WhatsApp(client, box, with_reference=True),
            Channel.TELEGRAM: Telegram(client, box),
        }

        async def send(channel: Channel, answer: Any, departure=None, config=tenant) -> Accepted:
            vendor.answers = [answer]
            request = request_for(channel, address=ADDRESSES[channel])
            return await senders[channel].send(request, config, departure or Marks())

        yield send


@BOTH
async def test_a_message_reaches_the_vendor_with_the_opened_secret(channel, attempt, vendor, request_for):
    content, vendor_id = SENT[channel]
    marks = Marks()
    assert await attempt(channel, (200, content), marks) == Accepted(vendor_id)
    (received,) = vendor.requests
    assert (received.path, marks.made) == (PATHS[channel], ["announced", "left"])
    if channel is Channel.WHATSAPP:
        assert received.headers["authorization"] == "Bearer secret-token"
        assert received.body["biz_opaque_callback_data"] == str(request_for().id)


@BOTH
@pytest.mark.parametrize("step", ["announce", "leave"])
async def test_each_mark_is_made_before_the_vendor_can_act(channel, step, attempt, vendor):
    with pytest.raises(RuntimeError, match=step):
        await attempt(channel, (200, SENT[channel][0]), FailsAt(step))
    assert vendor.requests == []


@BOTH
@pytest.mark.parametrize("answer", [None, ""], ids=["closes", "is silent"])
async def test_no_answer_leaves_a_doubt(channel, answer, attempt, vendor):
    marks = Marks()
    with pytest.raises(Unanswered):
        await attempt(channel, answer, marks)
    assert (len(vendor.requests), marks.made) == (1, ["announced", "left"])


@BOTH
async def test_who_cannot_be_reached_was_not_written_to(channel, box, tenant, request_for):
    marks = Marks()
    async with vendor_client("http://127.0.0.1:9", 0.5) as client:
        sender = {
            Channel.WHATSAPP: WhatsApp(client, box, with_reference=False),
            Channel.TELEGRAM: Telegram(client, box),
        }[channel]
        with pytest.raises(NotAccepted) as failure:
            await sender.send(request_for(channel, address=ADDRESSES[channel]), tenant, marks)
    assert marks.made == []
    assert "secret-token" not in str(failure.value)


@BOTH
@pytest.mark.parametrize("status", [502, 504])
async def test_a_proxy_that_lost_the_vendor_leaves_a_doubt(channel, status, attempt):
    with pytest.raises(Unanswered):
        await attempt(channel, (status, b"<html>Bad gateway</html>"))


@pytest.mark.parametrize(
    ("channel", "answer", "wait"),
    [
        (Channel.WHATSAPP, (400, meta_error(130429)), 1),
        (Channel.WHATSAPP, (400, meta_error(131056)), 6),
        (Channel.WHATSAPP, (400, meta_error(131048)), 60),
        (Channel.WHATSAPP, (500, meta_error(131000)), 1),
        (Channel.WHATSAPP, (503, meta_error(131016)), 2),
        (Channel.WHATSAPP, (500, meta_error(133004)), 2),
        (Channel.WHATSAPP, (400, meta_error(131057)), 60),
        (Channel.WHATSAPP, (400, meta_error(100, is_transient=True)), None),
        (Channel.WHATSAPP, (500, b""), None),
        (Channel.WHATSAPP, (503, b"<html>busy</html>"), None),
        (Channel.WHATSAPP, (429, {}), None),
        (Channel.TELEGRAM, (429, bot_error(429, "Too Many Requests: retry after 9", retry_after=9)), 9),
        (Channel.TELEGRAM, (500, bot_error(500, "Internal Server Error")), None),
        (Channel.TELEGRAM, (502, bot_error(502, "Bad Gateway")), None),
    ],
)
async def test_passing_refusals_are_certain_and_say_how_long_to_wait(channel, answer, wait, attempt):
    with pytest.raises(NotAccepted) as refusal:
        await attempt(channel, answer)
    assert refusal.value.retry_after == wait


async def test_the_header_tells_how_long_to_wait(attempt, vendor):
    vendor.answer_headers = {"Retry-After": "17"}
    with pytest.raises(NotAccepted) as refusal:
        await attempt(Channel.WHATSAPP, (429, meta_error(130429)))
    assert refusal.value.retry_after == 17


@pytest.mark.parametrize(
    ("channel", "answer", "code", "reason"),
    [
        (Channel.WHATSAPP, (401, meta_error(190)), "190", "(#190) no"),
        (Channel.WHATSAPP, (400, meta_error(131026)), "131026", "(#131026) no"),
        (Channel.WHATSAPP, (400, meta_error(131030)), "131030", "(#131030) no"),
        (Channel.WHATSAPP, (400, meta_error(131047, error_data={"details": "24 h"})), "131047", "24 h"),
        (Channel.WHATSAPP, (400, meta_error(131050)), "131050", "(#131050) no"),
        (Channel.WHATSAPP, (404, b""), "404", "WhatsApp answered 404"),
        (Channel.WHATSAPP, (400, [1]), "400", "WhatsApp answered 400"),
        (Channel.WHATSAPP, (302, b""), "302", "WhatsApp answered 302"),
        (Channel.TELEGRAM, (400, bot_error(400, "Bad Request: chat not found")), "400",
         "Bad Request: chat not found"),
        (Channel.TELEGRAM, (401, bot_error(401, "Unauthorized")), "401", "Unauthorized"),
        (Channel.TELEGRAM, (403, bot_error(403, "Forbidden: bot was blocked by the user")), "403",
         "Forbidden: bot was blocked by the user"),
    ],
)  # fmt: skip
async def test_final_refusals_carry_the_vendors_code_and_words(channel, answer, code, reason, attempt):
    with pytest.raises(Refused) as refusal:
        await attempt(channel, answer)
    assert (refusal.value.code, refusal.value.reason) == (code, reason)


@BOTH
@pytest.mark.parametrize("content", [b"", b"ok", {}, {"messages": []}, {"ok": True, "result": True}])
async def test_an_acceptance_without_an_id_leaves_a_doubt(channel, content, attempt):
    with pytest.raises(Unanswered):
        await attempt(channel, (200, content))


@BOTH
async def test_a_business_without_the_channel_is_refused(channel, attempt, tenant):
    bare = tenant.model_copy(update={"channels": type(tenant.channels)()})
    with pytest.raises(Refused):
        await attempt(channel, (200, {}), config=bare)
