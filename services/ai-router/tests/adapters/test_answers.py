"""What vendors answer, whole and streamed, is read alike; what is not whole or not fit is no answer."""

import json

import pytest

from ai_router.adapters.gemini import Gemini
from ai_router.adapters.openai import OpenAI
from ai_router.domain.completion import Completion, Usage
from ai_router.domain.failures import ContentRefused, CutOff, Malformed, VendorFailure
from contracts.completions import ToolCall

from .conftest import (
    CALL,
    FITS,
    KEY,
    SCHEMA,
    SLOTS,
    TEXT,
    chunked,
    event,
    openai_whole,
    question,
    response,
)


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def ask(request, speech, stand_in, client):
    """Asks, and has the vendor answer so."""

    async def asked(text=TEXT, *given, want=None):
        if request.param:
            stand_in.told = chunked(speech.stream(text, *given))
        else:
            stand_in.told = [response(json.dumps(speech.whole(text, *given)).encode())]
        vendor = speech.make(client, stream=request.param)
        return await vendor.complete(want or question(), "m", KEY, 5)

    return asked


async def failing(asking) -> VendorFailure:
    with pytest.raises(VendorFailure) as failure:
        await asking
    assert KEY.secret not in str(failure.value)
    assert "parcheggio" not in str(failure.value)
    return failure.value


async def test_a_whole_answer_comes_with_what_it_took(ask):
    assert await ask() == Completion(TEXT, "m-2026", Usage(40, 8, 32))


async def test_tools_to_be_used_come_with_their_arguments(ask, speech):
    ending = {"length": "tool_calls", "max_tokens": "tool_use", "MAX_TOKENS": "STOP"}[speech.too_long]
    answer = await ask("", ending, CALL, want=question(tools=(SLOTS,)))
    assert (answer.text, answer.tool_calls) == ("", (CALL,))


async def test_a_call_without_an_id_gets_one(ask, speech):
    ending = {"length": "tool_calls", "max_tokens": "tool_use", "MAX_TOKENS": "STOP"}[speech.too_long]
    answer = await ask("", ending, CALL.model_copy(update={"id": ""}), want=question(tools=(SLOTS,)))
    assert answer.tool_calls[0].id.startswith("call_")


@pytest.mark.parametrize(
    "call",
    [
        ToolCall(id="1", name="delete_all", arguments={}),
        ToolCall(id="1", name="free_slots", arguments={"day": 3}),
        ToolCall(id="1", name="free_slots", arguments={}),
    ],
)
async def test_tools_not_offered_and_arguments_that_do_not_fit_are_malformed(ask, speech, call):
    ending = {"length": "tool_calls", "max_tokens": "tool_use", "MAX_TOKENS": "STOP"}[speech.too_long]
    assert isinstance(await failing(ask("", ending, call, want=question(tools=(SLOTS,)))), Malformed)


async def test_an_answer_bound_to_a_schema_has_to_fit_it(ask):
    wanted = question(answer_schema=SCHEMA)
    assert (await ask(FITS, want=wanted)).text == FITS
    for text in ("book for two", '{"intent": "book"}', FITS.replace("2", "0"), FITS + FITS, "NaN", "[]"):
        failure = await failing(ask(text, want=wanted))
        assert isinstance(failure, Malformed)
        assert failure.tokens == (40, 8)


async def test_the_place_in_our_schema_is_told_but_not_the_answer(ask):
    failure = await failing(ask('{"intent": "parcheggio", "people": 2}', want=question(answer_schema=SCHEMA)))
    assert failure.detail == "does not fit the schema at properties/intent/enum"


async def test_an_answer_cut_by_the_limit_speaks_against_nobody(ask, speech):
    failure = await failing(ask("Sì, die", speech.too_long))
    assert isinstance(failure, CutOff)
    assert (failure.too_long, failure.tokens) == (True, (40, 8))


async def test_a_refused_answer_is_none(ask, speech):
    failure = await failing(ask("Sì", speech.refused))
    assert isinstance(failure, ContentRefused)
    assert failure.tokens == (40, 8)


async def test_an_ending_nobody_knows_may_be_half_of_an_answer(ask):
    failure = await failing(ask("Sì, die", "insufficient_system_resource"))
    assert isinstance(failure, CutOff)
    assert (failure.too_long, failure.detail) == (False, "ended by insufficient_system_resource")


async def test_an_empty_answer_is_malformed(ask):
    assert isinstance(await failing(ask("  ")), Malformed)


async def test_what_came_is_told_by_its_type_not_by_what_was_wanted(speech, stand_in, client):
    stand_in.told = [response(json.dumps(speech.whole()).encode())]
    assert (await speech.make(client, stream=True).complete(question(), "m", KEY, 5)).text == TEXT
    stand_in.told = chunked(speech.stream())
    assert (await speech.make(client).complete(question(), "m", KEY, 5)).text == TEXT


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b"[]", b"null", b'{"choices": 3, "content": 3}', b"\xff"]
)
async def test_an_answer_that_cannot_be_read_is_malformed(speech, stand_in, client, body):
    stand_in.told = [response(body)]
    assert isinstance(await failing(speech.make(client).complete(question(), "m", KEY, 5)), Malformed)


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        ({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {}}, ContentRefused),
        ({"candidates": [{"finishReason": "SAFETY"}]}, ContentRefused),
        ({"candidates": [{"finishReason": "MAX_TOKENS", "content": {"role": "model"}}]}, CutOff),
        ({"candidates": [{"finishReason": "STOP", "content": {}}]}, Malformed),
        ({"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL"}]}, Malformed),
        ({"candidates": [{"content": {"parts": [{"text": "Sì, die"}]}}]}, CutOff),
        ({"candidates": []}, Malformed),
    ],
)
async def test_gemini_may_answer_without_parts(stand_in, client, content, failure):
    for stream in (False, True):
        stand_in.told = chunked([event(content)]) if stream else [response(json.dumps(content).encode())]
        found = await failing(Gemini(client).complete(question(), "m", KEY, 5))
        assert isinstance(found, CutOff if stream and content == {"candidates": []} else failure)


async def test_a_refusal_in_place_of_an_answer_is_none(stand_in, client):
    content = openai_whole(None)
    content["choices"][0]["message"]["refusal"] = "I cannot help with parcheggio."
    stand_in.told = [response(json.dumps(content).encode())]
    assert isinstance(await failing(OpenAI(client).complete(question(), "m", KEY, 5)), ContentRefused)
