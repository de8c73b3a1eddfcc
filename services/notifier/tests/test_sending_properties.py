"""Any interleaving of deaths, rivals, silent vendors, receipts, timers and people ends as it may end.

One conversation's requests and receipts in one queue. Whoever runs stands still at every effect, and
hypothesis says who goes on, and what the vendor does. What left reaches it at once or never.
"""

from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chassis.errors import TransientError
from chassis.failures.source import Order
from chassis.storage import StoreUnavailable
from contracts.envelope import Event
from contracts.events import first
from contracts.messages import Channel, MessageSendRequested, ReceiptReceived
from notifier.domain.delivery import Delivery
from notifier.domain.doubt import PAUSES
from notifier.handlers.attempts import Attempts
from notifier.handlers.doubts import OpenDoubts
from notifier.ports import Accepted, NotAccepted, RateLimited, Unanswered

Process = Coroutine[Any, Any, None]

VERDICTS = ("accepts", "accepts", "takes in silence", "is silent", "turns away", "slows down")
ACTIONS = (
    *["step"] * 8, *["the dead goes on"] * 4, *["timer"] * 3, "dies", "dies", "seems dead", "seems dead",
    "timer dies", "receipt", "person", "time",
)  # fmt: skip
STORE_FATES = (*["fine"] * 8, "before write", "after write")


class Ends(Exception):
    """The processes go on and on."""


class Conversation:
    """The broker's queue, the processes that take from it, and the vendor, around a world."""

    def __init__(self, world: Any, requests: list[Event[Any]], verdicts: list[str], fates: list[str]) -> None:
        self.world = world
        self.requests = requests
        self.queue: list[Event[Any]] = list(requests)
        self.acked = 0
        self.verdicts, self.fates = list(verdicts), list(fates)
        self.reported: set[int] = set()
        self.asked: dict[UUID, set[UUID]] = {}
        self.owner: Process | None = None
        self.running: Process | None = None
        self.taken_for_dead: list[Process] = []
        self.timer: Process | None = None
        world.send, world.publish, world.trouble = self.send, self.publish, self.trouble

    async def send(self, request: Any, tenant: Any, departure: Any) -> Accepted:
        await departure.announce()
        await self.world.point("before leaving")
        departure.leave()
        verdict = self.verdicts.pop(0) if self.verdicts else "accepts"
        if verdict in ("accepts", "takes in silence"):
            self.world.taken.append(request.id)
        answer = Accepted(f"wamid.{len(self.world.taken) - 1}")
        await self.world.point("after the call")
        match verdict:
            case "accepts":
                return answer
            case "turns away":
                raise NotAccepted("busy")
            case "slows down":
                raise RateLimited("slower", retry_after=5, whole_account=True)
        raise Unanswered("timed out")

    async def publish(self, *events: Event[Any]) -> None:
        await self.world.point("before publish")
        self.world.published += events
        self.queue += [one for one in events if isinstance(one.data, MessageSendRequested)]

    def trouble(self, point: str) -> BaseException | None:
        self.world.strike_at = len(self.world.points)  # asked at every point
        if not self.fates or point not in STORE_FATES:
            return None
        return StoreUnavailable("away") if self.fates.pop(0) == point else None

    async def replica(self) -> None:
        sending, receipts = self.world.process(), self.world.receipts()
        n = self.acked
        while n < len(self.queue):
            event = self.queue[n]
            handle = receipts.on_received if isinstance(event.data, ReceiptReceived) else sending.on_requested
            try:
                await handle(event)
            except TransientError as error:
                self.world.now += timedelta(seconds=error.retry_after or 0)
                continue
            n += 1
            if self.running is self.owner:
                self.acked = n

    async def round(self) -> None:
        try:
            await self.world.resending().call()
        except TransientError:
            return

    def goes_on(self, process: Process) -> bool:
        self.running = process
        try:
            process.send(None)
        except StopIteration:
            return False
        return True

    def at_once(self, process: Process) -> None:
        for _ in range(100_000):
            if not self.goes_on(process):
                return
        raise Ends

    def do(self, action: str, number: int) -> None:
        self.owner = self.owner or self.replica()
        match action:
            case "step" if not self.goes_on(self.owner):
                self.owner = None
            case "dies":
                self.owner.close()
                self.owner = None
            case "seems dead":
                self.taken_for_dead.append(self.owner)
                self.owner = None
            case "the dead goes on" if self.taken_for_dead:
                process = self.taken_for_dead[number % len(self.taken_for_dead)]
                if not self.goes_on(process):
                    self.taken_for_dead.remove(process)
            case "timer":
                self.timer = self.timer or self.round()
                if not self.goes_on(self.timer):
                    self.timer = None
            case "timer dies":
                self.timer = None
            case "time":
                self.world.now += timedelta(seconds=11)
            case "receipt":
                self.receipt(number)
            case "person":
                self.person(number)

    def receipt(self, number: int) -> None:
        """The vendor reports the delivery of something it has taken."""
        copies = [n for n in range(len(self.world.taken)) if n not in self.reported]
        if copies:
            copy = copies[number % len(copies)]
            self.reported.add(copy)
            data = ReceiptReceived(
                channel=Channel.WHATSAPP, vendor_message_id=f"wamid.{copy}", status="delivered"
            )
            partition = self.requests[0].partitionkey
            self.queue.append(
                first(data, event_id=uuid4(), source="gateway", tenant="lyo", partition=partition,
                      time=self.world.now)
            )  # fmt: skip

    def person(self, number: int) -> None:
        """Somebody at the failure desk wants a message sent again, some of them twice."""
        job = UUID(int=number // 2)

        async def asks() -> None:
            desk = self.world.desk()
            for failure in await desk.find():
                self.asked.setdefault(failure.id, set()).add(job)
                done = False
                while not done:
                    with suppress(TransientError):
                        await desk.retry(failure, Order(job, "anna@lyo.example"))
                        done = True

        self.at_once(asks())

    def calms_down(self) -> None:
        for process in self.taken_for_dead:
            self.at_once(process)
        if self.timer:
            self.at_once(self.timer)
        for _ in range(12):
            self.owner = self.owner or self.replica()
            self.at_once(self.owner)
            self.owner = None
            self.world.now += timedelta(seconds=100)
            self.at_once(self.round())

    def judged(self, by_itself: bool) -> None:
        copies = Counter(self.world.taken)
        for request in self.requests:
            delivery: Delivery = self.world.records[request.id].delivery
            allowed = 1 + len(self.asked.get(request.id, ())) + by_itself * len(PAUSES)
            assert copies[request.id] <= allowed, "sent more often than anybody wanted"
            assert delivery.state in ("sent", "delivered", "failed", "uncertain")
            if delivery.state in ("sent", "delivered"):
                assert copies[request.id], "said to be sent, and never was"
            assert (delivery.state == "uncertain") == (request.id in self.world.doubted)
            assert any(
                one.data.message_id == request.id for one in self.world.published if one.source == "notifier"
            )
        if not self.asked:
            assert list(dict.fromkeys(self.world.taken)) == [r.id for r in self.requests if copies[r.id]]


def any_interleaving(new_world: Any, request_for: Any, by_itself: bool) -> Any:
    """The property, where doubts are repeated by themselves or a person is asked."""

    @given(
        st.integers(1, 3),
        st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 5)), max_size=150),
        st.lists(st.sampled_from(VERDICTS), max_size=10),
        st.lists(st.sampled_from(STORE_FATES), max_size=40),
    )
    def holds(count: int, actions: list[tuple[str, int]], verdicts: list[str], fates: list[str]) -> None:
        world = new_world(strike_at=0, uncertain="resend" if by_itself else "ask")
        requests = [request_for(name=f"request {n}") for n in range(count)]
        conversation = Conversation(world, requests, verdicts, fates)
        for action, number in actions:
            conversation.do(action, number)
        conversation.calms_down()
        conversation.judged(by_itself)

    return holds


@pytest.mark.parametrize("by_itself", [False, True], ids=["ask", "resend"])
def test_any_interleaving_ends_as_it_may(by_itself: bool, new_world: Any, request_for: Any) -> None:
    holds = any_interleaving(new_world, request_for, by_itself)
    settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))(holds)()


def _outcome_of_any_attempt(attempts: Any, record: Any) -> Any:
    known = attempts._outcomes.get(record.delivery.id)
    return known[1] if known else attempts._lost(record)


async def _nobody_waits(doubts: Any, request: Any) -> bool:
    return False


BROKEN: dict[str, tuple[bool, Any, str, Any]] = {
    "repeats what may have left": (False, Attempts, "_lost", lambda *_: NotAccepted("never mind")),
    "takes another's attempt for its own": (False, Attempts, "outcome_of", _outcome_of_any_attempt),
    "leaves whoever has left before": (False, Attempts, "depart", lambda *_: None),
    "lets others overtake": (True, OpenDoubts, "waits", _nobody_waits),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_found(name: str, new_world: Any, request_for: Any, monkeypatch: Any) -> None:
    by_itself, owner, method, broken = BROKEN[name]
    monkeypatch.setattr(owner, method, broken)
    holds = any_interleaving(new_world, request_for, by_itself)
    quickly = settings(
        max_examples=3000, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with pytest.raises((AssertionError, Ends)):
        quickly(holds)()
