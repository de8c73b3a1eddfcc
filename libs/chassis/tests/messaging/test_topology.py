from chassis.messaging.topology import whole_topology
from contracts import channels
from contracts.catalogue import CATALOGUE, KEYED_SERVICES

TOPOLOGY = whole_topology()
QUEUES = {queue.name: queue.arguments for queue in TOPOLOGY.queues}


def test_every_row_of_the_catalogue_reaches_each_of_its_consumers():
    bound = {(one.destination, one.routing_key) for one in TOPOLOGY.bindings if one.source == "events"}
    for row in CATALOGUE:
        for service in row.consumers:
            queue = (
                channels.inbox(service)
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
