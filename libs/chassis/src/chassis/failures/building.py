"""The failure desk of a service, put together."""

from collections.abc import Sequence

from chassis.clock import Clock
from chassis.failures.dead_letters import DeadLetters
from chassis.failures.desk import FailureDesk
from chassis.failures.intake import DeadLetterIntake
from chassis.failures.parked import ParkedConversations
from chassis.failures.sending_back import SendingBack
from chassis.failures.source import FailureSource
from chassis.messaging.dead_letter_queues import DeadLetterQueues
from chassis.messaging.holding import Holding
from chassis.messaging.publisher import EventPublisher
from chassis.storage import Store
from contracts.catalogue import KEYED_SERVICES


def build_failure_desk(
    service: str,
    *,
    queues: DeadLetterQueues,
    publisher: EventPublisher,
    store: Store,
    clock: Clock,
    replica: str,
    others: Sequence[FailureSource] = (),
) -> tuple[FailureDesk, DeadLetterIntake]:
    """The desk, and the consumer that fills it. `others` are failures of the service's own business."""
    dead_letters = DeadLetters(store, SendingBack(publisher, service))
    intake = DeadLetterIntake(queues, service, dead_letters.take_in, clock)
    if service in KEYED_SERVICES:
        others = (ParkedConversations(service, Holding(store, clock), publisher, clock), *others)
    desk = FailureDesk(
        service, dead_letters, others, store=store, publisher=publisher, clock=clock, replica=replica
    )
    return desk, intake
