from chassis.messaging.topology import common_topology, inbox_topology, opened
from contracts import channels
from contracts.catalogue import CATALOGUE, KEYED_SERVICES

TOPOLOGY = sum((inbox_topology(one) + opened(one) for one in KEYED_SERVICES), start=common_topology())
QUEUES = {queue.name: queue.arguments for queue in TOPOLOGY.queues}


def test_every_row_of_the_catalogue_reaches_each_of_its_consumers():
    bound = {(one.destination, one.routing_key) for one in TOPOLOGY.bindings if one.source == "events"}
    for row in CATALOGUE:
        for service in row.consumers:
            queue = (
                channels.entrance(service)
                if service in KEYED_SERVICES
                else channels.work_queue(service, row.type)
            )
            assert (queue, row.type) in bound


def test_every_event_is_recorded():
    assert ("events.log", "#") in {(one.destination, one.routing_key) for one in TOPOLOGY.bindings}
    assert QUEUES["events.log"]["x-queue-type"] == "stream"


def test_each_queue_that_is_worked_off_has_its_dead_letters():
    worked = [name for name in QUEUES if not name.endswith(".dlq") and name != "events.log"]
    for name in worked:
        assert QUEUES[name]["x-dead-letter-routing-key"] in QUEUES
        assert QUEUES[name]["x-dead-letter-exchange"] == ""


def test_a_retry_tier_leads_back_to_its_own_queue_alone():
    tiers = [name for name in QUEUES if ".retry." in name]
    assert tiers
    for name in tiers:
        assert QUEUES[name]["x-dead-letter-routing-key"] == name.split(".retry.")[0]


def test_all_work_lies_in_quorum_queues_and_partitions_have_a_single_active_consumer():
    for name, arguments in QUEUES.items():
        assert arguments["x-queue-type"] == ("stream" if name == "events.log" else "quorum")
    assert QUEUES["conversation.inbox.0"]["x-single-active-consumer"] is True
    assert "conversation.inbox.15" in QUEUES


def test_all_that_enters_a_keyed_service_reaches_its_first_partitions():
    bound = {(one.source, one.destination) for one in TOPOLOGY.bindings}
    for service in KEYED_SERVICES:
        assert (channels.entrance(service), channels.inbox(service)) in bound
        for number in range(channels.PARTITIONS):
            assert (channels.inbox(service), channels.partition(service, number)) in bound


def test_generations_share_nothing_but_their_dead_letters():
    first, second = inbox_topology("notifier"), inbox_topology("notifier", 1, 24)
    names = [{one.name for one in (*each.queues, *each.exchanges)} for each in (first, second)]
    assert not names[0] & names[1]
    assert len(second.queues) == 24
    letters = {one.arguments["x-dead-letter-routing-key"] for one in (*first.queues, *second.queues)}
    assert letters == {"notifier.inbox.dlq"}
