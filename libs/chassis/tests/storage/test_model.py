"""Every adapter behaves like a dictionary of versioned bodies, whatever is done in whatever order."""

import asyncio
from collections.abc import Awaitable
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from chassis.storage import (
    AlreadyExists,
    CollectionSpec,
    Conflict,
    Document,
    Range,
    Store,
    Value,
    Versioned,
    open_store,
)

T = TypeVar("T")

SPEC = CollectionSpec("things", indexes=(("status", "due"), ("due", "status"), ("who.vip",)))

tenants = st.sampled_from(["lyo", "lily"])
keys = st.sampled_from(["a", "b", "c", "è/"])
statuses = st.sampled_from(["open", "Open", "", "✂"])
dues = st.integers(-2, 2)
versions = st.integers(0, 3)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "status": statuses,
        "due": dues,
        "who": st.fixed_dictionaries({"vip": st.booleans()}),
        "note": st.text(st.characters(codec="utf-8")) | st.none() | st.floats(-1e300, 1e300),
    },
)  # fmt: skip
ranges = st.builds(Range, gte=dues, lt=dues) | st.builds(Range, gt=dues) | st.builds(Range, lte=dues)
wheres: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"status": statuses}, optional={"due": dues | ranges}),
    st.fixed_dictionaries({"due": ranges}),
    st.fixed_dictionaries({"who.vip": st.booleans()}),
)


class StoreLikeADictionary(RuleBasedStateMachine):
    runner: ClassVar[asyncio.Runner]
    store: ClassVar[Store]
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.prefix = f"{self.runs}-"  # each run has tenants of its own in the one database
        self.things = self.store.collection(SPEC)
        self.model: dict[tuple[str, str], Versioned] = {}

    def wait(self, result: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await result

        return self.runner.run(awaited())

    @rule(tenant=tenants, key=keys, body=bodies)
    def insert(self, tenant: str, key: str, body: Document) -> None:
        tenant = self.prefix + tenant
        try:
            stored = self.wait(self.things.insert(tenant, key, body))
        except AlreadyExists:
            assert (tenant, key) in self.model
        else:
            assert (tenant, key) not in self.model
            self.model[tenant, key] = stored

    @rule(tenant=tenants, key=keys, body=bodies, expected=versions)
    def save(self, tenant: str, key: str, body: Document, expected: int) -> None:
        tenant = self.prefix + tenant
        known = self.model.get((tenant, key))
        version = known.version if known else 0
        try:
            stored = self.wait(self.things.save(tenant, key, body, expected=expected))
        except Conflict:
            assert version != expected
        else:
            assert version == expected
            assert stored.version == expected + 1
            self.model[tenant, key] = stored

    @rule(tenant=tenants, key=keys, expected=st.none() | versions)
    def delete(self, tenant: str, key: str, expected: int | None) -> None:
        tenant = self.prefix + tenant
        known = self.model.get((tenant, key))
        try:
            deleted = self.wait(self.things.delete(tenant, key, expected=expected))
        except Conflict:
            assert known is not None
            assert known.version != expected
        else:
            assert deleted == (known is not None)
            self.model.pop((tenant, key), None)

    @rule(tenant=tenants, key=keys)
    def get(self, tenant: str, key: str) -> None:
        tenant = self.prefix + tenant
        assert self.wait(self.things.get(tenant, key)) == self.model.get((tenant, key))

    @rule(
        tenant=tenants,
        where=wheres,
        descending=st.booleans(),
        limit=st.integers(1, 3),
        skip=st.integers(0, 2),
    )
    def find(  # every part of a query at once
        self, tenant: str, where: dict[str, Value | Range], descending: bool, limit: int, skip: int
    ) -> None:
        tenant = self.prefix + tenant
        sort = None if "who.vip" in where or not where else "due"
        found = self.wait(
            self.things.find(tenant, where, sort=sort, descending=descending, limit=limit, skip=skip)
        )
        mine = [each for each in self.model.values() if each.tenant == tenant]
        matching = [each for each in mine if all(meets(each.body, *one) for one in where.items())]
        ordered = sorted(matching, key=lambda each: place(each, sort), reverse=descending)
        assert found == ordered[skip : skip + limit]


def place(document: Versioned, sort: str | None) -> tuple[bool, int, bytes]:
    due = document.body.get("due") if sort else None
    return due is not None, due if isinstance(due, int) else 0, document.key.encode()


def meets(body: Document, path: str, wanted: Value | Range) -> bool:
    value = field(body, path)
    if not isinstance(wanted, Range):
        return type(value) is type(wanted) and value == wanted
    return isinstance(value, int) and all(within(value, *bound) for bound in wanted.bounds())


def field(body: Document, path: str) -> object:
    outer, _, inner = path.partition(".")
    value = body.get(outer)
    return value.get(inner) if inner and isinstance(value, dict) else value


def within(value: int, name: str, bound: str | int) -> bool:
    assert isinstance(bound, int)
    return {
        "gte": value >= bound,
        "gt": value > bound,
        "lte": value <= bound,
        "lt": value < bound,
    }[name]


def test_every_adapter_behaves_like_a_dictionary(store_url: str, database: str) -> None:
    with asyncio.Runner() as runner:
        opened = open_store(store_url, database)
        runner.run(opened.open())

        class Machine(StoreLikeADictionary):
            store = opened

        Machine.runner = runner
        quick = settings(
            max_examples=60 if store_url.startswith("sqlite") else 30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(Machine, settings=quick)
        finally:
            runner.run(opened.close())
