"""From a webhook to the record's answer, through a gateway as it runs in production."""

import asyncio
import hashlib
import hmac
import json

import pytest

pytestmark = pytest.mark.servers


async def test_a_customers_message_is_found_by_number_and_by_the_vendors_id(live) -> None:
    message = {
        "id": "wamid.7", "from": "39333", "timestamp": "1772452800", "type": "text", "text": {"body": "Ciao"},
    }  # fmt: skip
    value = {"metadata": {"phone_number_id": "100000000000001"}, "messages": [message]}
    changes = [{"field": "messages", "value": value}]
    body = json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": changes}]}).encode()
    digest = hmac.new(b"lyo-whatsapp-secret", body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={digest}"}
    assert (await live.http.post("/webhooks/whatsapp/lyo", content=body, headers=headers)).status_code == 200

    login = {"email": "admin@bellhop.local", "password": "bellhop-demo"}
    token = (await live.http.post("/api/v1/auth/login", json=login)).json()["access_token"]
    live.http.headers["Authorization"] = f"Bearer {token}"
    for ref, scope in (("%2B39 333", "conversation"), ("wamid.7", "turns")):
        async with asyncio.timeout(20):
            while (answer := await live.http.get(f"/api/v1/record/{ref}")).status_code == 404:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        found = answer.json()
        assert (answer.status_code, found["scope"]) == (200, scope)
        assert [one["data"]["vendor_message_id"] for one in found["events"]] == ["wamid.7"]
        assert found["events"][0]["data"]["personal"]["text"] == "Ciao"
