"""What is in force: the newest policy, and facts whose change empties the cache."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from ai_router.adapters.policy_documents import PolicyDocuments
from ai_router.handlers.facts import Facts
from chassis.storage import Store
from chassis.tenants import TenantProjection
from contracts.ai import AiConfigured, AiPolicy, Candidate
from contracts.envelope import Event
from contracts.events import first

OURS = AiPolicy(tiers={"small": (Candidate(vendor="openai", model="m"),)}, purposes={"answer": ("small",)})


def heard(data: Any, now: datetime, tenant: str = "lyo") -> Event[Any]:
    return first(data, event_id=uuid4(), source="gateway", tenant=tenant, partition=tenant, time=now)


def policies_over(store: Store) -> PolicyDocuments:
    return PolicyDocuments(store, TenantProjection(store), OURS)


async def test_bellhops_own_policy_holds_until_one_is_set_and_then_the_newest(store, now):
    policies = policies_over(store)
    assert (await policies.installation(), await policies.version()) == (OURS, 0)
    for version in (1, 3, 2):
        changed = OURS.model_copy(update={"concurrency": version})
        await policies.on_ai_configured(heard(AiConfigured(version=version, policy=changed), now))
        assert await policies.version() == (await policies.installation()).concurrency
    assert await policies.version() == (await policies_over(store).installation()).concurrency == 3


async def test_a_business_is_known_from_when_it_was_heard_of(store, configured, now):
    tenants = TenantProjection(store)
    policies = PolicyDocuments(store, tenants, OURS)
    assert await policies.tenant("lyo") is None
    await tenants.on_tenant_configured(heard(configured(), now))
    assert await policies.tenant("lyo") == configured()


class Emptied:
    """The answers, of which nothing but their emptying matters here."""

    def __init__(self) -> None:
        self.tenants: list[str] = []

    async def empty(self, tenant: str) -> None:
        self.tenants.append(tenant)


CHANGES = [
    ({"ai": {"enabled": False}}, False),
    ({"channels": {"webchat": {}}}, False),
    ({"sending": {"uncertain": "resend"}}, False),
    ({}, False),
    ({"name": "Lyo 2"}, True),
    ({"hours": {"monday": ["09:00-12:00"]}}, True),
    ({"facts": [{"id": "parking", "questions": ["parking?"], "answer": "yes"}]}, True),
    ({"persona": "a butler"}, True),
]


@pytest.mark.parametrize(("change", "emptied"), CHANGES)
async def test_answers_go_when_the_facts_change(store, configured, now, change, emptied):
    tenants, answers = TenantProjection(store), Emptied()
    facts = Facts(tenants, answers)
    await facts.on_tenant_configured(heard(configured(version=1), now))
    assert not answers.tenants
    await facts.on_tenant_configured(heard(configured(version=2, **change), now))
    assert answers.tenants == ["lyo"] * emptied
    assert (await tenants.current("lyo")).version == 2


async def test_in_doubt_they_go_and_an_old_version_changes_nothing(store, configured, now):
    answers = Emptied()
    facts = Facts(TenantProjection(store), answers)
    for version in (1, 3, 3, 2):  # one is missed, one comes again, one comes late
        await facts.on_tenant_configured(heard(configured(version=version), now))
    assert answers.tenants == ["lyo", "lyo"]
