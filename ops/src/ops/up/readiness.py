"""Waits until services answer that they are ready."""

import asyncio
from collections.abc import Callable, Mapping

import httpx

ASK_EVERY = 0.2


async def until_ready(services: Mapping[str, Callable[[], bool]]) -> None:
    """Returns when every URL answers 200 at /health/ready and its test says that it is ours.

    Waits as long as it takes.
    """
    # One client without TLS settings: making them costs more than all the asking.
    async with httpx.AsyncClient(timeout=5, trust_env=False, verify=False) as client:  # noqa: S501
        await asyncio.gather(*(_until_one(client, url, is_ours) for url, is_ours in services.items()))


async def _until_one(client: httpx.AsyncClient, url: str, is_ours: Callable[[], bool]) -> None:
    while not (await is_ready(client, url) and is_ours()):  # noqa: ASYNC110 - it is another process
        await asyncio.sleep(ASK_EVERY)


async def is_ready(client: httpx.AsyncClient, url: str) -> bool:
    """Whether one service says at this moment that it can do its work."""
    try:
        answer = await client.get(f"{url}/health/ready")
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK
