"""The handle-once rule under any interleaving of deaths, redeliveries, rivals, and failing servers."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import Phase, settings

from chassis.errors import TransientError
from chassis.handling import Handled, HandleOnce, answers
from chassis.storage import Conflict, StoreUnavailable
from contracts.envelope import Event


def test_any_interleaving_ends_as_a_run_without_trouble(any_interleaving: Any) -> None:
    settings(max_examples=400, deadline=None)(any_interleaving(HandleOnce))()


class SaysBeforeItSaves(HandleOnce[Any]):
    """Publishes what it has decided, and only then writes."""

    async def __call__(self, event: Event[Any], key: str, decide: Any) -> None:
        while True:
            found = await self._collection.get(event.tenantid, key)
            handled = Handled.of(found.body if found else None)
            if handled.outbox_of(event) is not None:
                return
            decision = decide(self._state.model_validate(found.body["state"]) if found else None)
            out = answers(event, decision.out, source=self._source, clock=self._clock)
            await self._publisher.publish(*out)
            body: Any = {
                "state": decision.state.model_dump(mode="json"),
                "handled": handled.with_event(event, out).document(),
            }
            try:
                await self._collection.save(event.tenantid, key, body, expected=found.version if found else 0)
            except Conflict:
                continue
            return


class Altered(HandleOnce[Any]):
    """The rule over a store that alters what is written."""

    def __init__(self, collection: Any, *others: Any) -> None:
        super().__init__(self.altering(collection), *others)

    def altering(self, collection: Any) -> Any:
        raise NotImplementedError


class ForgetsIds(Altered):
    """Does not remember what it has handled."""

    def altering(self, collection: Any) -> Any:
        return Store(collection, remembers=())


class ForgetsItsWords(Altered):
    """Remembers what it has handled, and not what it said."""

    def altering(self, collection: Any) -> Any:
        return Store(collection, remembers=("ids",))


class WritesBlindly(Altered):
    """Writes over whatever was written meanwhile."""

    def altering(self, collection: Any) -> Any:
        return Store(collection, compares=False)


class TakesAFailedWriteForDone(HandleOnce[Any]):
    """Goes on to the next event when the store did not confirm."""

    async def __call__(self, event: Event[Any], key: str, decide: Any) -> None:
        try:
            await super().__call__(event, key, decide)
        except StoreUnavailable:
            return


class TakesAFailedPublishForDone(HandleOnce[Any]):
    """Goes on to the next event when the broker did not confirm."""

    async def __call__(self, event: Event[Any], key: str, decide: Any) -> None:
        try:
            await super().__call__(event, key, decide)
        except StoreUnavailable:
            raise
        except TransientError:
            return


@dataclass
class Store:
    """The world's store, but for one thing."""

    real: Any
    remembers: tuple[str, ...] = ("ids", "outboxes")
    compares: bool = True

    async def get(self, tenant: str, key: str) -> Any:
        return await self.real.get(tenant, key)

    async def save(self, tenant: str, key: str, body: Any, *, expected: int) -> Any:
        kept = {
            name: said if name in self.remembers else type(said)() for name, said in body["handled"].items()
        }
        if not self.compares and self.real.stored:
            expected = self.real.stored.version
        while True:
            try:
                return await self.real.save(tenant, key, {**body, "handled": kept}, expected=expected)
            except Conflict:
                if self.compares:
                    raise
                expected = self.real.stored.version if self.real.stored else 0


@pytest.mark.parametrize(
    "broken",
    [
        SaysBeforeItSaves,
        ForgetsIds,
        ForgetsItsWords,
        WritesBlindly,
        TakesAFailedWriteForDone,
        TakesAFailedPublishForDone,
    ],
)
def test_a_broken_rule_is_found(broken: type[HandleOnce[Any]], any_interleaving: Any) -> None:
    quickly = settings(
        max_examples=2000, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        report_multiple_bugs=False,
    )  # fmt: skip
    with pytest.raises(AssertionError):
        quickly(any_interleaving(broken))()
