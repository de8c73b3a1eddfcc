"""What was said before the shadow came, from a gateway that answers as ours does."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from ops.api import Api
from ops.shadow import past
from ops.shadow.past import GatewayPast, Lately

BEGAN = datetime(2026, 11, 20, 10, tzinfo=UTC)


class Gateway:
    """Answers from `record` (events) and `until` (how far its index is)."""

    def __init__(self, record=(), until=(BEGAN,), more=False) -> None:
        self.record, self.more = record, more
        self._until = list(until)
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path.startswith("/api/v1/record/"):
            until = self._until.pop(0) if len(self._until) > 1 else self._until[0]
            events = [json.loads(one.model_dump_json()) for one in self.record]
            content = {"events": events, "indexed_until": until.isoformat(), "more": self.more}
            return httpx.Response(200, json=content)
        return httpx.Response(404, json={"title": "Not found"})

    def past(self, lately: Lately) -> GatewayPast:
        client = httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(self))
        return GatewayPast(Api(client), lately)


@pytest.fixture
def history(talk):
    return talk("ciao", "che orari fate?")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(past, "_LOOK_SECONDS", 0)


def ids(written) -> list[str]:
    return [json.loads(one)["id"] for one in written]


async def test_a_conversation_that_begins_now_needs_no_gateway(history, turns_of):
    lately, (first, _) = Lately(BEGAN), turns_of(history)
    lately.add(first)
    gateway = Gateway()
    assert ids(await gateway.past(lately).events(history.conversation)) == [
        str(event.id) for event in first.events
    ]
    assert not gateway.asked


async def test_one_that_began_before_comes_out_of_the_record(history, turns_of):
    lately, (first, second) = Lately(BEGAN), turns_of(history)
    lately.add(second)
    gateway = Gateway(record=first.events)
    known = await gateway.past(lately).events(history.conversation)
    assert ids(known) == [str(event.id) for event in history.events]


@pytest.mark.parametrize(
    "gateway",
    [
        Gateway(until=[BEGAN - timedelta(seconds=1)]),
        Gateway(more=True),
    ],
    ids=["index behind", "too many events"],
)
async def test_what_is_not_all_known_is_not_known(gateway: Gateway, history, turns_of):
    lately, (_, second) = Lately(BEGAN), turns_of(history)
    lately.add(second)
    gateway.record = history.events
    assert await gateway.past(lately).events(history.conversation) is None


async def test_a_conversation_that_is_older_than_the_record_is_not_known(history, turns_of):
    lately, (_, second) = Lately(BEGAN), turns_of(history)
    lately.add(second)
    assert await Gateway(record=second.events).past(lately).events(history.conversation) is None


async def test_it_waits_until_the_index_has_all_from_before(history, turns_of):
    lately, (first, second) = Lately(BEGAN), turns_of(history)
    lately.add(second)
    lagging = (BEGAN - timedelta(seconds=2), BEGAN - timedelta(seconds=1), BEGAN)
    gateway = Gateway(record=first.events, until=lagging)
    assert await gateway.past(lately).events(history.conversation)


async def test_what_was_followed_and_forgotten_has_to_be_in_the_index(talk, turns_of):
    lately = Lately(BEGAN - timedelta(days=1), kept=1)
    (first,), (second,) = (turns_of(talk("ciao", address=f"+39333000000{n}")) for n in (1, 2))
    lately.add(first)
    lately.add(second)
    assert lately.whole_since == first.decided.time
    assert lately.events(first.decided.partitionkey) == []


async def test_a_gateway_that_is_away_knows_nothing(history, turns_of):
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    lately = Lately(BEGAN)
    client = httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(away))
    unknown = GatewayPast(Api(client), lately)
    assert await unknown.events(history.conversation) is None
    assert await unknown.configs("lyo") == {}
