"""Waits until services answer that they are ready."""

import asyncio
from collections.abc import Callable

import httpx

ASK_EVERY = 0.1


async def until_ready(url: str, is_ours: Callable[[], bool]) -> None:
    """Returns when the service there answers 200 at /health/ready and is ours. Waits as long as it takes."""
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        while not (await is_ready(client, url) and is_ours()):  # noqa: ASYNC110 - another process
            await asyncio.sleep(ASK_EVERY)


async def is_ready(client: httpx.AsyncClient, url: str) -> bool:
    """Whether one service says at this moment that it can do its work."""
    try:
        answer = await client.get(f"{url}/health/ready")
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK
