"""The same question of the same business is answered again for nothing, while its facts hold."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from ai_router.adapters.answers import RedisAnswers
from contracts.completions import Answer, CompletionGenerated, ToolCall

pytestmark = pytest.mark.servers


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def said(text: str = "Sì, davanti alla porta.", **fields: Any) -> CompletionGenerated:
    fields = {"request_id": uuid4(), "vendor": "openai", "model": "m", "seconds": 1.0} | fields
    return CompletionGenerated(**{"personal": Answer(text=text)} | fields)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def answers(redis: Redis, clock: Clock) -> RedisAnswers:
    return RedisAnswers(redis, clock, 3600, most=3)


async def test_an_answer_is_given_again_to_the_same_business_alone(answers):
    answer = said()
    await answers.keep("lyo", "parking?", answer)
    assert await answers.get("lyo", "parking?") == answer
    assert await answers.get("lyo", "dogs?") is None
    assert await answers.get("lily", "parking?") is None


async def test_an_answer_ends(answers, clock):
    await answers.keep("lyo", "parking?", said())
    clock.now += timedelta(seconds=3599)
    assert await answers.get("lyo", "parking?")
    clock.now += timedelta(seconds=1)
    assert await answers.get("lyo", "parking?") is None


async def test_what_is_kept_vanishes_from_redis_by_itself(answers, redis):
    await answers.keep("lyo", "parking?", said())
    await answers.get("lyo", "parking?", uuid4())
    await answers.empty("lily")
    kept = await redis.keys("*")
    assert kept
    assert [key for key in kept if await redis.ttl(key) < 0] == []


async def test_of_too_many_the_oldest_goes(answers, clock, redis):
    for n in range(5):
        await answers.keep("lyo", f"question {n}", said(str(n)))
        clock.now += timedelta(seconds=1)
    kept = [await answers.get("lyo", f"question {n}") for n in range(5)]
    assert [one and one.personal.text for one in kept] == [None, None, "2", "3", "4"]
    assert await redis.hlen("ai:answers:{lyo}:store") == 3


@pytest.mark.parametrize(
    "unfit",
    [
        said(personal=Answer(text="", tool_calls=(ToolCall(id="1", name="book", arguments={}),))),
        said(personal=Answer(text="Moment", tool_calls=(ToolCall(id="1", name="book", arguments={}),))),
        said(""),
        said(cached=True),
    ],
)
async def test_what_is_no_answer_by_itself_is_not_kept(answers, unfit):
    await answers.keep("lyo", "parking?", unfit)
    assert await answers.get("lyo", "parking?") is None


async def test_nothing_of_before_is_given_after_the_facts_have_changed(answers, clock):
    await answers.keep("lyo", "parking?", said())
    await answers.keep("lily", "parking?", said())
    asked = clock.now
    clock.now += timedelta(seconds=1)
    await answers.empty("lyo")
    assert await answers.get("lyo", "parking?") is None
    assert await answers.get("lily", "parking?")
    clock.now += timedelta(seconds=1)
    await answers.keep("lyo", "parking?", said("from old facts"), asked)
    assert await answers.get("lyo", "parking?") is None
    await answers.keep("lyo", "parking?", fresh := said("from new facts"), clock.now)
    assert await answers.get("lyo", "parking?") == fresh


async def test_an_unfit_answer_is_dropped_by_whichever_request_it_was_given_to(answers):
    for given_to in ("the first", "the second"):
        answer, second = said(), uuid4()
        await answers.keep("lyo", "parking?", answer)
        await answers.keep("lyo", "dogs?", said())
        assert await answers.get("lyo", "parking?", second) == answer
        await answers.drop("lyo", answer.request_id if given_to == "the first" else second)
        assert await answers.get("lyo", "parking?") is None
        assert await answers.get("lyo", "dogs?")
    await answers.drop("lyo", uuid4())
    assert await answers.get("lyo", "dogs?")


async def test_no_answer_is_kept_for_no_time(redis, clock):
    answers = RedisAnswers(redis, clock, 0)
    await answers.keep("lyo", "parking?", said())
    await answers.empty("lyo")
    assert await answers.get("lyo", "parking?") is None


async def test_without_redis_every_question_is_asked(no_redis, clock):
    labels = {"outcome": "unreadable"}
    before = REGISTRY.get_sample_value("bellhop_ai_cache_total", labels) or 0
    answers = RedisAnswers(no_redis, clock)
    await answers.keep("lyo", "parking?", said())
    assert await answers.get("lyo", "parking?") is None
    await answers.drop("lyo", uuid4())
    await answers.empty("lyo")
    assert REGISTRY.get_sample_value("bellhop_ai_cache_total", labels) == before + 1
