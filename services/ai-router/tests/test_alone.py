"""The router without its service: real vendors' adapters, no Redis, nobody told."""

import pytest

from ai_router.alone import router_alone
from ai_router.settings import AiRouterSettings

ANSWER = {"choices": [{"message": {"content": "Sì."}, "finish_reason": "stop"}], "model": "gpt"}


def settings(vendor, **more) -> AiRouterSettings:
    return AiRouterSettings(openai_base_url=vendor.url, **{"openai_api_keys": "sk-1"} | more)


async def test_it_answers_without_redis_and_tells_every_attempt(vendor, question):
    vendor.answer = (200, ANSWER)
    async with router_alone(settings(vendor)) as router:
        asked = await router.ask(question.data, question.id)
    assert asked.made
    assert asked.made.completion.text == "Sì."
    assert [one.key for one in asked.attempts if one.asked] == ["openai-1"]


async def test_a_key_that_is_refused_is_not_shown_again(vendor, question):
    vendor.answer = (401, {"error": {"message": "no"}})
    async with router_alone(settings(vendor)) as router:
        first = await router.ask(question.data, question.id)
        again = await router.ask(question.data, question.id)
    assert (first.made, again.made) == (None, None)
    assert len(vendor.requests) == 1
    assert again.reason == "refused_key"


async def test_a_model_of_the_settings_replaces_the_policys(vendor, question):
    vendor.answer = (200, ANSWER)
    async with router_alone(settings(vendor, openai_model="my-own")) as router:
        await router.ask(question.data, question.id)
    assert vendor.requests[0][2]["model"] == "my-own"


@pytest.mark.parametrize("keys", ["", " , "])
async def test_without_a_key_nobody_is_asked(vendor, question, keys):
    async with router_alone(settings(vendor, openai_api_keys=keys)) as router:
        asked = await router.ask(question.data, question.id)
    assert (asked.made, asked.reason) == (None, "not_configured")
    assert vendor.requests == []
