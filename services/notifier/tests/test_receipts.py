"""Receipts and consents, on a real store."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.failures.settled import SettledFailures
from chassis.storage import Conflict, Store, open_store
from chassis.tenants import TenantProjection
from contracts.customers import Address, ConsentGiven, ConsentWithdrawn
from contracts.envelope import Event, conversation_id
from contracts.events import first
from contracts.messages import Channel, ReceiptReceived
from notifier.adapters.consent_store import ConsentStore
from notifier.adapters.delivery_store import DeliveryStore
from notifier.adapters.doubt_store import DoubtStore
from notifier.domain.delivery import Delivery
from notifier.handlers.consent import Consent
from notifier.handlers.doubts import OpenDoubts
from notifier.handlers.receipts import Receipts
from notifier.ports import Record

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CONVERSATION = conversation_id("lyo", Channel.WHATSAPP, "393331234567")


class Published(list[Event[Any]]):
    async def publish(self, *events):
        self.extend(events)


@pytest.fixture
async def store(tmp_path) -> AsyncIterator[Store]:
    one = open_store(f"sqlite://{tmp_path}", "notifier")
    await one.open()
    yield one
    await one.close()


@pytest.fixture
def deliveries(store) -> DeliveryStore:
    return DeliveryStore(store)


@pytest.fixture
def doubts(store) -> OpenDoubts:
    settled = SettledFailures(store, lambda: NOON)
    return OpenDoubts(DoubtStore(store), TenantProjection(store), Published(), settled, lambda: NOON)


def delivery(n: int = 1, **more) -> Delivery:
    return Delivery(
        id=UUID(int=n), conversation_id=CONVERSATION, correlation_id=UUID(int=99),
        channel=Channel.WHATSAPP, purpose="reply", created_at=NOON + timedelta(seconds=n), **more,
    )  # fmt: skip


def receipt(status="delivered", *, wamid="wamid.1", reference=None, tenant="lyo", seconds=0):
    data = ReceiptReceived(
        channel=Channel.WHATSAPP, vendor_message_id=wamid, reference=reference, status=status,
        error_code="131026" if status == "failed" else None,
    )  # fmt: skip
    time = NOON + timedelta(minutes=1, seconds=seconds)
    return first(data, event_id=uuid4(), source="gateway", tenant=tenant, partition=CONVERSATION, time=time)


def kinds(said) -> list[str]:
    return [event.type for event in said]


async def test_a_receipt_is_kept_and_told_in_the_turn_of_its_message(deliveries, doubts):
    await deliveries.save(Record("lyo", delivery().sending(NOON, "here").sent(NOON, "wamid.1")))
    said = Published()
    await Receipts(deliveries, doubts, said, lambda: NOON).on_received(told := receipt())
    found = await deliveries.get("lyo", UUID(int=1))
    assert (found.delivery.state, found.delivery.delivered_at) == ("delivered", told.time)
    assert kinds(said) == ["message.delivered.v1"]
    assert (said[0].correlationid, said[0].causationid) == (UUID(int=99), told.id)


async def test_the_same_receipt_again_says_the_same_again(deliveries, doubts):
    await deliveries.save(Record("lyo", delivery().sending(NOON, "here").sent(NOON, "wamid.1")))
    said = Published()
    receipts, told = Receipts(deliveries, doubts, said, lambda: NOON), receipt()
    for _ in range(2):
        await receipts.on_received(told)
    assert len(said) == 2
    assert said[0] == said[1]


async def test_each_fact_is_told_once_and_a_failure_after_arrival_not_at_all(deliveries, doubts):
    await deliveries.save(Record("lyo", delivery().sending(NOON, "here").sent(NOON, "wamid.1")))
    said = Published()
    receipts = Receipts(deliveries, doubts, said, lambda: NOON)
    for status in ("read", "sent", "delivered", "failed", "read"):
        await receipts.on_received(receipt(status))
    assert kinds(said) == ["message.read.v1", "message.delivered.v1"]


async def test_our_reference_ends_a_doubt(deliveries, doubts):
    await deliveries.save(Record("lyo", delivery().sending(NOON, "here").uncertain(NOON, "died")))
    said = Published()
    await Receipts(deliveries, doubts, said, lambda: NOON).on_received(receipt("sent", reference=UUID(int=1)))
    assert (await deliveries.by_vendor_id("lyo", Channel.WHATSAPP, "wamid.1")).delivery.state == "sent"
    assert kinds(said) == ["message.sent.v1"]


async def test_an_unknown_id_ends_the_only_doubt_of_its_conversation(deliveries, doubts):
    await deliveries.save(Record("lyo", delivery(1).sending(NOON, "here").sent(NOON, "wamid.0")))
    await deliveries.save(Record("lyo", delivery(2).sending(NOON, "here").uncertain(NOON, "died")))
    receipts = Receipts(deliveries, doubts, Published(), lambda: NOON)
    await receipts.on_received(receipt("sent", wamid="wamid.new"))
    await receipts.on_received(receipt("read", wamid="wamid.new"))
    assert [one.state for one in await deliveries.newest("lyo", 9)] == ["read", "sent"]


async def test_with_two_doubts_an_unknown_id_ends_neither(deliveries, doubts):
    for n in (1, 2):
        await deliveries.save(Record("lyo", delivery(n).sending(NOON, "here").uncertain(NOON, "died")))
    await Receipts(deliveries, doubts, Published(), lambda: NOON).on_received(
        receipt("sent", wamid="wamid.new")
    )
    assert [one.state for one in await deliveries.newest("lyo", 9)] == ["uncertain", "uncertain"]


async def test_a_redriven_one_ends_no_doubt_of_today(deliveries, doubts):
    await deliveries.save(Record("lyo", delivery().sending(NOON, "here").uncertain(NOON, "died")))
    old = receipt("sent", wamid="wamid.old").model_copy(update={"redrivenfrom": NOON})
    await Receipts(deliveries, doubts, Published(), lambda: NOON).on_received(old)
    assert [one.state for one in await deliveries.newest("lyo", 9)] == ["uncertain"]


async def test_what_is_none_of_ours_or_another_tenants_changes_nothing(deliveries, doubts):
    await deliveries.save(Record("lyo", delivery().sending(NOON, "here").sent(NOON, "wamid.1")))
    said = Published()
    receipts = Receipts(deliveries, doubts, said, lambda: NOON)
    await receipts.on_received(receipt(wamid="wamid.of-somebody"))
    await receipts.on_received(receipt(tenant="sdb", reference=UUID(int=1)))
    assert said == []
    assert (await deliveries.get("lyo", UUID(int=1))).delivery.state == "sent"


async def test_deliveries_are_listed_newest_first_by_tenant_and_conversation(deliveries, doubts):
    for n in (1, 2, 3):
        await deliveries.save(Record("lyo", delivery(n)))
    await deliveries.save(Record("sdb", delivery(4)))
    listed = await deliveries.of_conversation("lyo", CONVERSATION, 2)
    assert [one.id.int for one in listed] == [3, 2]
    assert [one.id.int for one in await deliveries.newest("lyo", 10)] == [3, 2, 1]
    assert await deliveries.of_conversation("lyo", "another", 10) == []
    assert (await deliveries.oldest("lyo")).id.int == 1
    assert await deliveries.oldest("academy") is None


async def test_a_record_is_read_back_with_what_was_said_and_guards_its_version(deliveries, doubts):
    said = {UUID(int=5): (receipt(),)}
    saved = await deliveries.save(Record("lyo", delivery(), said=said))
    assert await deliveries.get("lyo", UUID(int=1)) == saved
    await deliveries.save(saved)
    with pytest.raises(Conflict):
        await deliveries.save(saved)


def word(model, *, seconds: int, tenant="lyo", channel=Channel.WHATSAPP):
    data = model(channel=channel, personal=Address(address="393331234567"))
    return first(
        data, event_id=uuid4(), source="conversation", tenant=tenant, partition=CONVERSATION,
        time=NOON + timedelta(seconds=seconds),
    )  # fmt: skip


async def test_the_last_word_of_a_customer_counts_on_that_channel_alone(store):
    consents = ConsentStore(store)
    handlers = Consent(consents)

    async def opted_out(tenant="lyo", channel=Channel.WHATSAPP):
        return await consents.opted_out(tenant, channel, "393331234567")

    assert not await opted_out()
    await handlers.on_withdrawn(word(ConsentWithdrawn, seconds=2))
    assert await opted_out()
    assert not await opted_out(channel=Channel.TELEGRAM)
    assert not await opted_out(tenant="sdb")
    await handlers.on_given(word(ConsentGiven, seconds=1))
    assert await opted_out(), "an older word came late"
    await handlers.on_given(word(ConsentGiven, seconds=3))
    assert not await opted_out()
