"""The same question in each vendor's words."""

import json

import pytest

from ai_router.adapters.anthropic import Anthropic
from ai_router.adapters.gemini import Gemini
from ai_router.adapters.openai import OpenAI
from ai_router.domain.ways import Key
from contracts.completions import ToolCall, Utterance

from .conftest import CALL, FITS, IMAGE, KEY, SCHEMA, SLOTS, SPEECHES, chunked, question, response

TALK = (
    Utterance(role="customer", text="Ciao"),
    Utterance(role="business", text="Buongiorno!"),
    Utterance(role="customer", text="Avete"),
    Utterance(role="customer", text="parcheggio?", images=(IMAGE,)),
)
TOOLS = (
    Utterance(role="customer", text="Domani?"),
    Utterance(role="business", text="Guardo.", tool_calls=(CALL,)),
    Utterance(role="customer", text="Allora?"),
    Utterance(role="tool", text="10:00, 11:00", answers="call_1"),
)


@pytest.fixture
def sent(stand_in, client):
    """Asks, and gives the path, the headers and the body that the vendor got."""

    async def asked(vendor, request, model="m", key=KEY):
        name = {OpenAI: "openai", Anthropic: "anthropic", Gemini: "gemini"}[type(vendor)]
        stand_in.told = [response(json.dumps(SPEECHES[name].whole(FITS)).encode())]
        await vendor.complete(request, model, key, 5)
        return stand_in.requests[-1]

    return asked


async def test_openai(sent, client):
    path, headers, body = await sent(OpenAI(client), question(*TALK))
    assert (path, headers["authorization"]) == ("/chat/completions", f"Bearer {KEY.secret}")
    picture = {"url": "data:image/png;base64,iVBORw0KGgo="}
    assert body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "You are Lyo."},
            {"role": "user", "content": "Ciao"},
            {"role": "assistant", "content": "Buongiorno!"},
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": picture},
                    {"type": "text", "text": "Avete\n\nparcheggio?"},
                ],
            },
        ],
        "max_completion_tokens": 300,
    }


async def test_openai_with_tools(sent, client):
    _, _, body = await sent(OpenAI(client), question(*TOOLS, tools=(SLOTS,)))
    function = {"name": "free_slots", "arguments": '{"day":"2026-03-03"}'}
    assert body["messages"][1:] == [
        {"role": "user", "content": "Domani?"},
        {
            "role": "assistant",
            "content": "Guardo.",
            "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "10:00, 11:00"},
        {"role": "user", "content": "Allora?"},
    ]
    assert body["tools"] == [{"type": "function", "function": SLOTS.model_dump()}]


@pytest.mark.parametrize("strict", [True, False])
async def test_openai_is_bound_strictly_where_the_schema_is_closed(sent, client, strict):
    schema = SCHEMA if strict else SCHEMA | {"required": ["intent"]}
    _, _, body = await sent(OpenAI(client), question(answer_schema=schema))
    bound = {"name": "answer", "schema": schema, "strict": strict}
    assert body["response_format"] == {"type": "json_schema", "json_schema": bound}


async def test_openai_and_its_kin_by_choice(sent, client):
    vendor = OpenAI(client, stream=True, token_limit="max_tokens", says_cost=True, thinking_tokens=1000)
    _, _, body = await sent(vendor, question())
    del body["messages"]
    assert body == {
        "model": "m", "max_tokens": 1300, "stream": True, "stream_options": {"include_usage": True},
        "usage": {"include": True},
    }  # fmt: skip


async def test_anthropic(sent, client):
    path, headers, body = await sent(Anthropic(client), question(*TALK))
    assert (path, headers["x-api-key"]) == ("/v1/messages", KEY.secret)
    assert headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in headers
    source = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    assert body == {
        "model": "m",
        "max_tokens": 300,
        "system": "You are Lyo.",
        "messages": [
            {"role": "user", "content": "Ciao"},
            {"role": "assistant", "content": "Buongiorno!"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Avete"},
                    {"type": "image", "source": source},
                    {"type": "text", "text": "parcheggio?"},
                ],
            },
        ],
    }


async def test_anthropic_with_tools(sent, client):
    _, _, body = await sent(Anthropic(client), question(*TOOLS, tools=(SLOTS,)))
    assert body["messages"][1:] == [
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "Guardo."},
                {"type": "tool_use", "id": "call_1", "name": "free_slots", "input": {"day": "2026-03-03"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "call_1", "content": "10:00, 11:00"},
                {"type": "text", "text": "Allora?"},
            ],
        },
    ]
    assert body["tools"] == [
        {"name": "free_slots", "description": SLOTS.description, "input_schema": SLOTS.parameters}
    ]
    assert "tool_choice" not in body


async def test_anthropic_takes_ids_of_other_vendors_without_their_dots(sent, client):
    call = ToolCall(id="functions.slots:0", name="free_slots", arguments={})
    talk = (
        Utterance(role="business", text="", tool_calls=(call,)),
        Utterance(role="tool", text="10:00", answers=call.id),
    )
    _, _, body = await sent(Anthropic(client), question(*talk))
    assert body["messages"][1]["content"][0]["id"] == "functions_slots_0"
    assert body["messages"][2]["content"][0]["tool_use_id"] == "functions_slots_0"


async def test_anthropic_binds_an_answer_to_what_it_knows_of_schemas(sent, client):
    _, _, body = await sent(Anthropic(client), question(answer_schema=SCHEMA))
    without_bounds = {"type": "integer", "description": '{"minimum":1}'}
    schema = SCHEMA | {"properties": SCHEMA["properties"] | {"people": without_bounds}}
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": schema}}


@pytest.mark.parametrize("stream", [False, True])
async def test_compatible_servers_are_bound_by_a_tool(stand_in, client, stream):
    used = ToolCall(id="t", name="answer_in_this_form", arguments=json.loads(FITS))
    speech = SPEECHES["anthropic"]
    whole = [response(json.dumps(speech.whole("", "tool_use", used)).encode())]
    stand_in.told = chunked(speech.stream("", "tool_use", used)) if stream else whole
    vendor = Anthropic(client, schema_by="tool", auth="bearer", stream=stream)
    answer = await vendor.complete(question(answer_schema=SCHEMA), "m", KEY, 5)
    _, headers, body = stand_in.requests[-1]
    assert (json.loads(answer.text), answer.tool_calls) == (json.loads(FITS), ())
    assert headers["authorization"] == f"Bearer {KEY.secret}"
    assert "x-api-key" not in headers
    assert body["tool_choice"] == {"type": "tool", "name": "answer_in_this_form"}
    assert body["tools"][0]["input_schema"] == SCHEMA
    assert body.get("stream", False) is stream


async def test_gemini(sent, client):
    path, headers, body = await sent(Gemini(client, thinking_tokens=700), question(*TALK), "gemini-3.1-flash")
    assert path == "/v1beta/models/gemini-3.1-flash:generateContent"
    assert headers["x-goog-api-key"] == KEY.secret
    assert body == {
        "systemInstruction": {"parts": [{"text": "You are Lyo."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "Ciao"}]},
            {"role": "model", "parts": [{"text": "Buongiorno!"}]},
            {
                "role": "user",
                "parts": [
                    {"text": "Avete"},
                    {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
                    {"text": "parcheggio?"},
                ],
            },
        ],
        "generationConfig": {"maxOutputTokens": 1000},
    }


async def test_gemini_with_tools_and_a_schema(sent, client):
    wanted = question(*TOOLS, tools=(SLOTS,), answer_schema=SCHEMA)
    path, _, body = await sent(Gemini(client, stream=True), wanted, "models/a b")
    assert path == "/v1beta/models/a%20b:streamGenerateContent?alt=sse"
    call = {"id": "call_1", "name": "free_slots", "args": {"day": "2026-03-03"}}
    result = {"id": "call_1", "name": "free_slots", "response": {"result": "10:00, 11:00"}}
    assert body["contents"][1:] == [
        {
            "role": "model",
            "parts": [
                {"text": "Guardo."},
                {"functionCall": call, "thoughtSignature": "skip_thought_signature_validator"},
            ],
        },
        {"role": "user", "parts": [{"functionResponse": result}, {"text": "Allora?"}]},
    ]
    tool = {"name": "free_slots", "description": SLOTS.description, "parametersJsonSchema": SLOTS.parameters}
    assert body["tools"] == [{"functionDeclarations": [tool]}]
    assert body["generationConfig"] == {
        "maxOutputTokens": 300, "responseMimeType": "application/json", "responseJsonSchema": SCHEMA,
    }  # fmt: skip


async def test_no_key_is_in_any_url(speech, stand_in, client):
    stand_in.told = [response(json.dumps(speech.whole()).encode())]
    await speech.make(client).complete(question(), "m", Key("v", "v-1", "k3y"), 5)
    path, headers, body = stand_in.requests[-1]
    assert "k3y" not in path + json.dumps(body)
    assert "k3y" in json.dumps(headers)
