"""What tests of every package share: real servers, and a browser.

`make test` starts the servers and names them in the environment. Without them the tests marked
`servers` are skipped, except where CI=true: there a test that cannot run is a failure.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from typing import NoReturn

import httpx
import pytest
import redis

# pytest calls a test module after its folder, ops.tests.…; without this `ops` would be the folder.
import ops  # noqa: F401

REDIS_DATABASES = 64


@pytest.fixture
def rabbitmq_url() -> Iterator[str]:
    """A virtual host of this test's own; it vanishes with all its queues."""
    broker = _setting("BELLHOP_RABBITMQ_URL")
    name = f"test-{uuid.uuid4().hex}"
    with httpx.Client(base_url=_setting("BELLHOP_RABBITMQ_MANAGEMENT_URL"), timeout=30) as api:
        api.put(f"/api/vhosts/{name}").raise_for_status()
        yield str(httpx.URL(broker).copy_with(path=f"/{name}"))
        api.delete(f"/api/vhosts/{name}").raise_for_status()


@pytest.fixture
def redis_url(worker_id: str) -> str:
    """An empty Redis database that no test running at the same moment uses."""
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else REDIS_DATABASES - 1
    url = str(httpx.URL(_setting("BELLHOP_REDIS_URL")).copy_with(path=f"/{number}"))
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium to drive with Playwright."""
    path = os.environ.get("BELLHOP_TEST_CHROMIUM") or shutil.which("chromium")
    return path or _unavailable("no chromium: install it or set BELLHOP_TEST_CHROMIUM")


def _setting(name: str) -> str:
    return os.environ.get(name) or _unavailable(f"{name} is not set; `make test` sets it")


def _unavailable(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
