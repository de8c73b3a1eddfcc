"""What a record tells of a conversation, in whatever order and however often it was written."""

from dataclasses import replace
from typing import Any

from contracts.decisions import TurnDecided
from contracts.envelope import Event
from contracts.messages import MessageReceived
from contracts.tenants import TenantConfig
from ops.replay.history import conversations_in, history_of
from ops.replay.rehearsal import script

TEXTS = ("quanto costa la piega?", "ok grazie", "vorrei prenotare piega domani alle 15")


def events_of(config: TenantConfig, **rest: Any) -> list[Event[Any]]:
    return list(script(config, TEXTS, **rest).events)


def test_order_is_that_of_the_decisions(lyo: TenantConfig) -> None:
    events = events_of(lyo)
    messages = [one for one in events if isinstance(one.data, MessageReceived)]
    # All were recorded before the first of them was decided, as when the service was away.
    shuffled = [*reversed(messages), *(one for one in events if one not in messages)]
    assert history_of("lyo", events[0].partitionkey, shuffled).handled == script(lyo, TEXTS).handled


def test_what_was_not_decided_was_not_handled(lyo: TenantConfig) -> None:
    events = events_of(lyo)
    held = next(one for one in events if isinstance(one.data, MessageReceived))
    without = [one for one in events if one.causationid != held.id]
    assert held not in history_of("lyo", held.partitionkey, without).handled


def test_each_event_counts_once(lyo: TenantConfig) -> None:
    events = events_of(lyo)
    twice = history_of("lyo", events[0].partitionkey, [*events, *events])
    assert twice.events == tuple(events)


def test_conversations_and_businesses_stay_apart(lyo: TenantConfig) -> None:
    other = lyo.model_copy(update={"id": "other"})
    all_events = [*events_of(lyo), *events_of(lyo, address="+39333"), *events_of(other)]
    found = conversations_in(all_events)
    assert len(found) == 3
    for key in found:
        assert {one.partitionkey for one in history_of(*key, all_events).events} == {key[1]}
        assert {one.tenantid for one in history_of(*key, all_events).events} == {key[0]}


def test_a_record_that_begins_in_the_middle_is_not_complete(lyo: TenantConfig) -> None:
    events = events_of(lyo)
    assert history_of("lyo", events[0].partitionkey, events).complete
    second = next(n for n, one in enumerate(events) if isinstance(one.data, TurnDecided)) + 1
    assert not history_of("lyo", events[0].partitionkey, events[second:]).complete


def test_the_newest_configuration_stands_in_for_a_lost_one(lyo: TenantConfig) -> None:
    history = script(lyo, TEXTS)
    newer = lyo.model_copy(update={"name": "Newer"})
    lost = replace(history, configs={2: lyo, 3: newer})
    first = history.handled[0].id
    assert history.config_at(first) == lyo
    assert lost.config_at(first).name == "Newer"
    assert lost.lost_versions == (1,)
    assert isinstance(history.said(first)[-1].data, TurnDecided)
