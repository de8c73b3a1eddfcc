"""What a server across a network adds to the contract: it can be away, and its answers can be lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError, WTimeoutError
from pymongo.uri_parser import parse_uri

from chassis.storage import CollectionSpec, StoreUnavailable, Versioned, mongodb, open_store

SPEC = CollectionSpec("deliveries")


async def test_a_server_that_is_away_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongodb, "SELECTION_TIMEOUT", 100)
    store = open_store("mongodb://127.0.0.1:9", "scheduler")
    with pytest.raises(StoreUnavailable) as away:
        await store.open()
    assert away.value.retry_after == 1.0
    await store.close()


@pytest.mark.parametrize("store_url", ["mongodb"], indirect=True)
async def test_declared_indexes_and_the_list_of_a_tenant_are_indexed(store_url: str, database: str) -> None:
    store = open_store(store_url, database)
    store.collection(CollectionSpec("deliveries", (("state", "due.at"),)))
    store.collection(CollectionSpec("timers", (("due",),), across=True))
    await store.open()
    await store.close()
    client: MongoClient[dict[str, object]] = MongoClient(store_url)
    with client:
        held = client[f"bellhop_{database}"]
        deliveries = [list(index["key"]) for index in held["deliveries"].list_indexes()]
        timers = [list(index["key"]) for index in held["timers"].list_indexes()]
    listing = [["_id"], ["tenant", "key"]]
    assert sorted(deliveries) == sorted([*listing, ["tenant", "body.state", "body.due.at", "key"]])
    assert sorted(timers) == sorted([*listing, ["body.due", "tenant", "key"]])


@pytest.mark.parametrize("label", ["RetryableWriteError", None])
def test_only_passing_refusals_of_the_server_are_transient(label: str | None) -> None:
    refusal = OperationFailure("not now", code=11602, details={"errorLabels": [label] if label else []})
    with pytest.raises(StoreUnavailable if label else PyMongoError), mongodb.translated("deliveries"):
        raise refusal


def test_a_write_that_no_majority_confirmed_in_time_is_in_doubt() -> None:
    with pytest.raises(StoreUnavailable), mongodb.translated("deliveries"):
        raise WTimeoutError("waiting for replication timed out", code=64)


class LossyLine:
    """Forwards bytes to the server; once `losing`, it hangs up instead of handing an answer back."""

    losing = False

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_server = await asyncio.open_connection(*self._server)
        await asyncio.gather(
            self._forward(reader, to_server[1], answers=False),
            self._forward(to_server[0], writer, answers=True),
        )

    async def _forward(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(ConnectionError):
            while piece := await source.read(65536):
                if answers and self.losing:
                    self.losing = False
                    break
                target.write(piece)
                await target.drain()
        target.close()


@asynccontextmanager
async def lossy_line(host: str, port: int) -> AsyncIterator[tuple[LossyLine, str]]:
    line = LossyLine(host, port)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    try:
        yield line, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@pytest.mark.parametrize("store_url", ["mongodb"], indirect=True)
async def test_a_save_whose_answer_is_lost_never_conflicts_with_itself(store_url: str, database: str) -> None:
    host, port = parse_uri(store_url)["nodelist"][0]
    async with lossy_line(host, port) as (line, address):
        # One connection and long pauses between the driver's heartbeats: the next answer is the save's.
        url = store_url.replace(f"{host}:{port}", address).partition("?")[0].rstrip("/")
        store = open_store(f"{url}/?directConnection=true&heartbeatFrequencyMS=60000", database)
        await store.open()
        deliveries = store.collection(SPEC)
        await deliveries.insert("lyo", "d1", {"state": "created"})
        line.losing = True
        with suppress(StoreUnavailable):  # a server that recognises a repeated write answers it
            await deliveries.save("lyo", "d1", {"state": "sent"}, expected=1)
        assert not line.losing
        stored = await deliveries.get("lyo", "d1")
        assert stored == Versioned("lyo", "d1", 2, {"state": "sent"})
        await store.close()
