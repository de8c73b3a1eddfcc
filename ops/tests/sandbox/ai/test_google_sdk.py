"""Google's SDK reads every answer of the stand-in, and raises its own errors.

It wants an older tenacity than Bellhop's, so it is no development dependency. To run these:
`uv pip install --target FOLDER google-genai`, then `PYTHONPATH=FOLDER .venv/bin/pytest` with this file.
"""

from typing import Any

import pytest

from .conftest import FACTS, SCHEMA, Fail

genai = pytest.importorskip("google.genai", reason="google-genai stands beside: see the file's docstring")

ANSWER = "Sì, dietro il negozio."
MODEL = "gemini-2.5-flash"


@pytest.fixture
def gemini(sandbox_url: str) -> Any:
    options = {"base_url": f"{sandbox_url}/ai/gemini", "timeout": 1000}
    return genai.Client(api_key="sandbox-gemini-1", http_options=options)


def asked(**config: Any) -> Any:
    told = {"system_instruction": FACTS, "max_output_tokens": 300} | config
    return {"model": MODEL, "contents": "Avete un parcheggio?", "config": told}


def test_it_reads_an_answer(gemini):
    answer = gemini.models.generate_content(**asked())
    assert answer.text == ANSWER
    assert answer.candidates[0].finish_reason.name == "STOP"
    assert answer.usage_metadata.candidates_token_count == 6


def test_it_reads_a_stream(gemini):
    told = list(gemini.models.generate_content_stream(**asked()))
    assert "".join(one.text or "" for one in told) == ANSWER
    assert told[-1].candidates[0].finish_reason.name == "STOP"
    assert told[-1].usage_metadata.candidates_token_count == 6


def test_it_reads_a_call_of_a_function(gemini):
    tool = {"function_declarations": [{"name": "find_slot", "parameters_json_schema": SCHEMA}]}
    question = asked(tools=[tool]) | {"contents": "find a slot please"}
    (call,) = gemini.models.generate_content(**question).function_calls
    streamed = [one.function_calls for one in gemini.models.generate_content_stream(**question)]
    assert (call.name, call.args["intent"]) == ("find_slot", "other")
    assert streamed[-1][0].args == call.args


def test_it_reads_json_of_the_schema_about_a_picture(gemini):
    form = {"response_mime_type": "application/json", "response_json_schema": SCHEMA}
    picture = genai.types.Part.from_bytes(data=b"\x89PNG", mime_type="image/png")
    question = asked(**form) | {"contents": [picture, "Avete un parcheggio?"]}
    assert gemini.models.generate_content(**question).parsed == {"answer": ANSWER, "intent": "other"}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("rate_limited", 429),
        ("unauthorized", 400),
        ("no_credit", 429),
        ("server_error", 500),
        ("overloaded", 503),
    ],
)
def test_it_raises_its_own_error(gemini, fail: Fail, kind: str, code: int):
    fail("gemini", kind)
    error = genai.errors.ServerError if code >= 500 else genai.errors.ClientError
    with pytest.raises(error) as raised:
        gemini.models.generate_content(**asked())
    assert raised.value.code == code


@pytest.mark.parametrize("kind", ["timeout", "cut", "malformed"])
@pytest.mark.parametrize("method", ["generate_content", "generate_content_stream"])
def test_it_notices_what_is_broken(gemini, fail: Fail, kind: str, method: str):
    fail("gemini", kind)
    # The SDK lets these of its HTTP library and of json through.
    with pytest.raises(Exception, match=r"(?i)timed out|peer|json|delimiter|expecting|char"):
        list(getattr(gemini.models, method)(**asked()))


def test_it_sees_refused_content(gemini, fail: Fail):
    fail("gemini", "refused")
    answer = gemini.models.generate_content(**asked())
    assert (answer.candidates[0].finish_reason.name, answer.text) == ("SAFETY", None)
