"""What a visitor types becomes an event of its session."""

import json
from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.envelope import conversation_id, inbound_id
from contracts.tenants import TenantConfig
from gateway.channels.json_body import UnreadableBody
from gateway.channels.webchat import Said, Typed, translate


def said(**more: Any) -> bytes:
    return json.dumps({"session": "s-1", "id": "m-1", "text": "Ciao"} | more).encode()


def test_a_text(tenant: TenantConfig, arrival: datetime) -> None:
    (event,) = translate(tenant, said(name="Ada"), arrival)
    assert event.event_id == inbound_id("rosa", "webchat", "s-1/m-1")
    assert event.partition == conversation_id("rosa", "webchat", "s-1")
    assert event.time == arrival
    assert event.data.model_dump(exclude_defaults=True) == {
        "channel": "webchat",
        "account": "rosa",
        "kind": "text",
        "vendor_message_id": "s-1/m-1",
        "personal": {"address": "s-1", "name": "Ada", "text": "Ciao"},
    }


def test_a_choice(tenant: TenantConfig, arrival: datetime) -> None:
    (event,) = translate(tenant, said(text="", choice="slot-1"), arrival)
    assert event.data.model_dump()["kind"] == "choice"


def test_the_same_id_in_another_session_is_another_message(tenant: TenantConfig, arrival: datetime) -> None:
    (one,), (other,) = (translate(tenant, said(session=s), arrival) for s in ("s-1", "s-2"))
    assert one.event_id != other.event_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"session": ""},
        {"session": "a b"},
        {"session": "a/b"},
        {"session": "é"},
        {"session": "x" * 129},
        {"session": 5},
        {"session": "a\n"},
        {"text": "x" * 4097},
        {"text": ""},
        {"text": "  \n"},
        {"text": None},
        {"text": 5},
        {"text": "", "choice": ""},
        {"choice": "x" * 65},
        {"id": ""},
        {"id": "a b"},
        {"name": "x" * 257},
        {"id": None},
    ],
)
def test_what_does_not_fit_is_refused(tenant: TenantConfig, arrival: datetime, wrong: dict[str, Any]) -> None:
    with pytest.raises(UnreadableBody):
        translate(tenant, said(**wrong), arrival)


@pytest.mark.parametrize("session", ["a", "A.b_c:d-9", "x" * 128])
def test_sessions(session: str) -> None:
    assert Said(session=session, id="1", text="x").session == session


def test_half_characters_and_nul_are_replaced() -> None:
    assert Typed(text="a\0").text == "a\ufffd"
    assert Typed.model_validate({"text": "ok\ufffd"}).text == "ok\ufffd"


def test_something_must_be_said() -> None:
    with pytest.raises(ValidationError, match="give a text"):
        Typed()
