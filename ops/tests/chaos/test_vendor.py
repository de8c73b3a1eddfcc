"""The vendors' stand-in, as the product and one customer meet it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from uuid import uuid4

import httpx
import pytest

from ops.chaos import vendor as vendors
from ops.chaos.ledger import Call, Ledger, Message
from ops.chaos.vendor import Vendor, serving
from ops.sandbox.businesses import load_businesses
from ops.servers.address import free_ports

BUSINESSES = load_businesses(Path(__file__).parents[3] / "deploy" / "tenants")
PATH = "/v23.0/100000000000001/messages"
TOKEN = {"authorization": "Bearer lyo-whatsapp-token"}


def said(text: str) -> dict[str, object]:
    return {"messaging_product": "whatsapp", "to": "39333000001", "type": "text", "text": {"body": text}}


class Scenery:
    """A customer who asked one thing, and the stand-in that will be told the answer."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.delivered: list[str] = []
        self.message = Message(
            id="1", event=uuid4(), tenant="lyo", address="39333000001", number=0, marker="5 maggio",
            ordered=True, written=0.0, taken=0.0,
        )  # fmt: skip
        self.ledger.wrote(self.message)
        self.vendor = Vendor(self.ledger, BUSINESSES, Random(1), lambda *one: self.delivered.append(one[2]))

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        (port,) = free_ports(1)
        async with (
            serving(self.vendor, port) as url,
            httpx.AsyncClient(base_url=url, headers=TOKEN, timeout=10, trust_env=False) as client,
        ):
            yield client


async def test_what_it_takes_has_an_id_and_is_matched_with_its_question():
    scenery = Scenery()
    async with scenery.client() as client:
        answer = await client.post(PATH, json=said("Mercoledì 5 maggio siamo aperti"))
    assert answer.status_code == 200
    assert answer.json()["messages"][0]["id"].startswith("wamid.")
    assert scenery.message.copies == 1


async def test_most_phones_report_back_what_reached_them():
    scenery = Scenery()
    async with scenery.client() as client:
        ids = [
            (await client.post(PATH, json=said("5 maggio"))).json()["messages"][0]["id"] for _ in range(40)
        ]
    assert set(scenery.delivered) < set(ids)
    assert len(scenery.delivered) > 15


@pytest.mark.parametrize(("mood", "status"), [("limits", 429), ("fails", 500)])
async def test_what_it_turns_away_does_not_reach_the_customer(mood: vendors.Mood, status: int):
    scenery = Scenery()
    async with scenery.client() as client:
        scenery.vendor.become(mood)
        answer = await client.post(PATH, json=said("5 maggio"))
        scenery.vendor.become("well")
    assert answer.status_code == status
    assert "code" in answer.json()["error"]
    assert [(call.reached, call.told) for call in scenery.message.calls] == [(False, True)]


async def test_in_silence_no_answer_comes_and_some_messages_reach_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(vendors, "SILENCE", 0.5)
    scenery = Scenery()
    async with scenery.client() as client:
        scenery.vendor.become("silent")
        for _ in range(12):
            with pytest.raises(httpx.ReadTimeout):
                await client.post(PATH, json=said("5 maggio"), timeout=0.05)
    assert not any(call.told for call in scenery.message.calls)
    assert {call.reached for call in scenery.message.calls} == {True, False}


async def test_when_late_it_takes_the_message_and_says_who_waits():
    scenery = Scenery()
    async with scenery.client() as client:
        scenery.vendor.become("late")
        calling = asyncio.create_task(client.post(PATH, json=said("5 maggio")))
        port = await asyncio.wait_for(scenery.vendor.holds_one(), 10)
        assert port > 0
        assert scenery.message.calls == [Call(scenery.message.calls[0].at, reached=True)]
        assert not calling.done()
        scenery.vendor.become("well")
        assert (await calling).status_code == 200


async def test_metas_contract_is_kept():
    scenery = Scenery()
    async with scenery.client() as client:
        nobody = await client.post("/v23.0/1/messages", json=said("5 maggio"))
        stranger = await client.post(PATH, json=said("5 maggio"), headers={"authorization": "Bearer x"})
        wrong = await client.post(PATH, json=said("5 maggio") | {"subject": "hello"})
    assert [one.status_code for one in (nobody, stranger, wrong)] == [400, 401, 400]
    assert scenery.message.calls == []


async def test_the_ai_repeats_the_code_word():
    scenery = Scenery()
    asked = {"role": "user", "content": "What is the capital of Mongolia? KX17"}
    async with scenery.client() as client:
        answer = await client.post("/v1/chat/completions", json={"model": "m", "messages": [asked]})
    assert answer.json()["choices"][0]["message"]["content"].startswith("KX17")
