"""Waits until services answer that they are ready."""

import asyncio
from collections.abc import Mapping

import httpx

ASK_EVERY = 0.1


async def until_ready(urls: Mapping[str, str]) -> None:
    """Returns when every one of these answers 200 at /health/ready. Waits as long as it takes."""
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        await asyncio.gather(*(_until_one(client, url) for url in urls.values()))


async def _until_one(client: httpx.AsyncClient, url: str) -> None:
    while not await is_ready(client, url):  # noqa: ASYNC110 - it is another process
        await asyncio.sleep(ASK_EVERY)


async def is_ready(client: httpx.AsyncClient, url: str) -> bool:
    """Whether one service says at this moment that it can do its work."""
    try:
        answer = await client.get(f"{url}/health/ready")
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK
