"""Vendors fail on demand, as vendors fail."""

import asyncio

import httpx
import pytest

SENDS = {
    "whatsapp": (
        "/v23.0/100000000000042/messages",
        {"messaging_product": "whatsapp", "to": "393331234567", "type": "text", "text": {"body": "Ciao"}},
    ),
    "telegram": ("/bot1042:bakery-telegram-token/sendMessage", {"chat_id": 1, "text": "Ciao"}),
}


async def send(sandbox: httpx.AsyncClient, vendor: str) -> httpx.Response:
    path, body = SENDS[vendor]
    return await sandbox.post(path, json=body, headers={"authorization": "Bearer bakery-whatsapp-token"})


@pytest.mark.parametrize("vendor", SENDS)
async def test_a_fault_for_the_next_two_calls(sandbox: httpx.AsyncClient, vendor: str) -> None:
    await sandbox.post("/sandbox/faults", json={"vendor": vendor, "kind": "server_error", "times": 2})
    assert [(await send(sandbox, vendor)).status_code for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize("vendor", SENDS)
async def test_a_fault_until_it_is_taken_back(sandbox: httpx.AsyncClient, vendor: str) -> None:
    await sandbox.post("/sandbox/faults", json={"vendor": vendor, "kind": "server_error"})
    assert {(await send(sandbox, vendor)).status_code for _ in range(4)} == {500}
    await sandbox.delete("/sandbox/faults")
    assert (await send(sandbox, vendor)).status_code == 200
    assert set((await sandbox.get("/sandbox/faults")).json().values()) == {None}


async def test_rate_limits_say_when_to_come_back(sandbox: httpx.AsyncClient) -> None:
    for vendor in SENDS:
        await sandbox.post(
            "/sandbox/faults", json={"vendor": vendor, "kind": "rate_limited", "retry_after": 7}
        )
    meta, telegram = await send(sandbox, "whatsapp"), await send(sandbox, "telegram")
    assert (meta.status_code, meta.headers["retry-after"]) == (429, "7")
    assert meta.json()["error"]["code"] == 130429
    assert telegram.json()["parameters"] == {"retry_after": 7}
    assert telegram.json()["description"] == "Too Many Requests: retry after 7"


async def test_a_vendor_that_hangs_answers_only_when_it_is_healed(sandbox: httpx.AsyncClient) -> None:
    await sandbox.post("/sandbox/faults", json={"vendor": "telegram", "kind": "timeout"})
    hanging = asyncio.create_task(send(sandbox, "telegram"))
    await asyncio.sleep(0.1)
    assert not hanging.done()
    await sandbox.delete("/sandbox/faults")
    assert (await hanging).status_code == 500


async def test_a_fault_ends_by_itself_also_for_a_call_that_hangs(sandbox: httpx.AsyncClient) -> None:
    await sandbox.post("/sandbox/faults", json={"vendor": "telegram", "kind": "timeout", "lasts": 0.1})
    assert (await send(sandbox, "telegram")).status_code == 500
    assert (await send(sandbox, "telegram")).status_code == 200


async def test_a_fault_that_was_replaced_ends_no_other(sandbox: httpx.AsyncClient) -> None:
    for fault in ({"kind": "timeout", "lasts": 0.05}, {"kind": "server_error"}):
        await sandbox.post("/sandbox/faults", json={"vendor": "telegram", **fault})
    await asyncio.sleep(0.1)
    assert (await send(sandbox, "telegram")).status_code == 500


@pytest.mark.parametrize(
    "wrong", [{"vendor": "pigeon", "kind": "timeout"}, {"vendor": "telegram", "kind": "tired"}]
)
async def test_a_fault_nobody_knows_is_refused(sandbox: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    answer = await sandbox.post("/sandbox/faults", json=wrong)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_phone_nobody_has_is_refused(sandbox: httpx.AsyncClient) -> None:
    for path in ("pigeon/bakery/1", "telegram/nobody/1"):
        assert (await sandbox.get(f"/sandbox/phones/{path}/messages")).status_code == 404
