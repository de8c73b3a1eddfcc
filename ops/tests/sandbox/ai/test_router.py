"""The ai-router's own adapters and the stand-ins understand each other, also in every fault."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ai_router.domain.failures import VendorFailure
from ai_router.ports import Vendor
from ai_router.settings import AiRouterSettings
from ai_router.vendors import Named, named, opened
from contracts.completions import CompletionRequested, Image, Prompt, Tool, Utterance
from ops.up.ai_vendors import stand_ins

from .conftest import FACTS, SCHEMA, Fail

MODELS = {
    "openai": "gpt-4.1-mini",
    "anthropic": "claude-haiku-4-5",
    "gemini": "gemini-2.5-flash",
    "openrouter": "google/gemini-2.5-flash",
}
FAULTS = {
    "rate_limited": "rate_limited",
    "server_error": "overloaded",
    "overloaded": "overloaded",
    "timeout": "timeout",
    "slow": "timeout",
    "cut": "cut_off",
    "malformed": "malformed",
    "wrong_schema": "malformed",
    "unauthorized": "refused_key",
    "no_credit": "no_credit",
    "refused": "content_refused",
}
FIND = Tool(name="find_slot", description="Finds a free time.", parameters=SCHEMA)
PICTURE = Image(media_type="image/png", content="iVBORw0KGgo=")


class Router:
    """One vendor as the ai-router has it."""

    def __init__(self, vendor: Named, adapter: Vendor) -> None:
        self.name = vendor.name
        self._key = vendor.keys[0]
        self._adapter = adapter

    async def ask(self, *turns: Utterance, patience: float = 5, **more: Any) -> Any:
        said = turns or (Utterance(role="customer", text="Avete un parcheggio?"),)
        request = CompletionRequested(
            purpose="answer", language="it", personal=Prompt(instructions=FACTS, turns=said), **more
        )
        return await self._adapter.complete(request, MODELS[self.name], self._key, patience)


@pytest.fixture(params=MODELS)
def vendor(request) -> str:
    return str(request.param)


@pytest.fixture(params=["plain", "streamed"])
async def router(request, vendor: str, sandbox_url: str) -> AsyncIterator[Router]:
    told: Any = {name[8:].lower(): text for name, text in stand_ins(sandbox_url, {}).items() if text}
    chosen = AiRouterSettings(
        **told, ai_stream=request.param == "streamed", ai_deadline=5, ai_thinking_tokens=0
    )
    (one,) = (found for found in named(chosen) if found.name == vendor)
    async with opened([one], chosen) as adapters:
        yield Router(one, adapters[vendor])


async def test_an_answer_with_its_tokens(router):
    answer = await router.ask()
    assert (answer.text, answer.usage.output) == ("Sì, dietro il negozio.", 6)
    assert answer.usage.input > 20


async def test_json_of_a_schema_about_a_picture(router):
    turn = Utterance(role="customer", text="Avete un parcheggio?", images=(PICTURE,))
    answer = await router.ask(turn, answer_schema=SCHEMA)
    assert '"intent"' in answer.text
    assert '"other"' in answer.text


async def test_a_tool_and_what_came_of_it(router):
    turn = Utterance(role="customer", text="find a slot please")
    (call,) = (await router.ask(turn, tools=(FIND,))).tool_calls
    assert (call.name, call.arguments["intent"]) == ("find_slot", "other")
    used = Utterance(role="business", text="", tool_calls=(call,))
    came = Utterance(role="tool", text='{"free": true}', answers=call.id)
    assert (await router.ask(turn, used, came, tools=(FIND,))).text == "Un collega se ne occuperà."


@pytest.mark.parametrize(("kind", "reason"), FAULTS.items())
async def test_every_fault_has_its_reason(router, vendor, fail: Fail, kind, reason):
    fail(vendor, kind)
    with pytest.raises(VendorFailure) as failed:
        await router.ask(patience=0.3 if reason == "timeout" else 5, answer_schema=SCHEMA)
    assert failed.value.reason == reason
