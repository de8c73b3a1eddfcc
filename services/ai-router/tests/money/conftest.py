"""Two businesses in two time zones, and questions that cost what a test says."""

import os
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from ai_router.adapters.ledger_documents import LedgerDocuments
from chassis.storage import Store, open_store
from contracts.ai import AiPolicy
from contracts.completions import (
    Answer,
    Attempt,
    CompletionFailed,
    CompletionGenerated,
    CompletionJudged,
    CompletionRequested,
    Prompt,
)
from contracts.envelope import Event
from contracts.events import caused, first
from contracts.tenants import TenantConfig, TenantConfigured

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)  # noon in Rome
MONGODB = os.environ.get("BELLHOP_TEST_MONGODB_URL", "")
"""Where one is, all of this runs on it as well."""

ZONES = {"lyo": "Europe/Rome", "lily": "America/Chicago"}


def business(tenant: str = "lyo", version: int = 1, **changes: Any) -> TenantConfigured:
    body = {"id": tenant, "name": tenant, "timezone": ZONES[tenant], "languages": ["it"]}
    return TenantConfigured(version=version, config=TenantConfig.model_validate(body | changes))


class KnownPolicies:
    async def installation(self) -> AiPolicy:
        raise NotImplementedError

    async def tenant(self, tenant: str) -> TenantConfigured | None:
        return business(tenant) if tenant in ZONES else None


def attempt(cost: str | None = "0.000150", **said: Any) -> Attempt:
    fields: dict[str, Any] = {
        "vendor": "openai", "model": "gpt-4o-mini", "key": "openai-1", "asked": True, "outcome": "generated",
        "at": NOW, "seconds": 1.5, "input_tokens": 400, "output_tokens": 100,
        "cost": None if cost is None else Decimal(cost),
    }  # fmt: skip
    return Attempt(**fields | said)


class Questions:
    """Makes questions and what was answered to them."""

    def asked(self, tenant: str = "lyo", at: datetime = NOW, **said: Any) -> Event[CompletionRequested]:
        fields: dict[str, Any] = {"purpose": "answer", "language": "it", "prompt_version": "3"}
        data = CompletionRequested(**fields | said, personal=Prompt(instructions="Be brief.", turns=()))
        return first(data, event_id=uuid4(), source="conversation", tenant=tenant, partition="anna", time=at)

    def answered(
        self,
        question: Event[CompletionRequested],
        *attempts: Attempt,
        at: datetime | None = None,
        **said: Any,
    ) -> Event[CompletionGenerated]:
        fields: dict[str, Any] = {
            "vendor": "openai", "model": "gpt-4o-mini-2024-07-18", "key": "openai-1", "tier": "small",
            "seconds": 1.5, "purpose": question.data.purpose, "personal": Answer(text="Sì."),
        }  # fmt: skip
        data = CompletionGenerated(request_id=question.id, attempts=attempts, **fields | said)
        return caused(question, 0, data, source="ai-router", time=at or question.time)

    def failed(self, question: Event[CompletionRequested], *attempts: Attempt) -> Event[CompletionFailed]:
        data = CompletionFailed(request_id=question.id, reason="timeout", attempts=attempts)
        return caused(question, 0, data, source="ai-router", time=question.time)

    def judged(
        self, question: Event[CompletionRequested], verdict: str = "used", why: str = ""
    ) -> Event[CompletionJudged]:
        data = CompletionJudged.model_validate({
            "request_id": question.id, "verdict": verdict, "why": why, "vendor": "openai",
            "model": "gpt-4o-mini-2024-07-18", "purpose": "answer", "prompt_version": "3",
        })  # fmt: skip
        return caused(question, 1, data, source="conversation", time=question.time)


@pytest.fixture
def questions() -> Questions:
    return Questions()


@pytest.fixture
def paid() -> Callable[..., Attempt]:
    return attempt


@pytest.fixture
def configured() -> Callable[..., TenantConfigured]:
    return business


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(params=["sqlite", *(["mongodb"] if MONGODB else [])])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    url, database = f"sqlite://{tmp_path}/store", f"test-{uuid.uuid4().hex[:8]}"
    if request.param == "mongodb":
        url = MONGODB
    store = open_store(url, database)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def new_ledger(store: Store) -> Callable[[], LedgerDocuments]:
    """Replicas over one store."""
    return lambda: LedgerDocuments(store, KnownPolicies())


@pytest.fixture
def ledger(new_ledger: Callable[[], LedgerDocuments]) -> LedgerDocuments:
    return new_ledger()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
async def no_redis() -> AsyncIterator[Redis]:
    async with Redis(port=9, retry=Retry(NoBackoff(), 0)) as client:
        yield client
