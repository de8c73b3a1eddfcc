"""The read path of the record, on a real broker."""

import asyncio
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from chassis.errors import Unavailable
from chassis.record import open_record

pytestmark = pytest.mark.servers


async def offsets(events):
    return [one.offset async for one in events]


async def test_an_empty_record_has_no_bounds_and_ends_at_once(rabbitmq_url, writer):
    async with open_record(rabbitmq_url, "test") as record:
        assert await record.bounds() == (0, 0)
        for start in ("first", "next", 7, datetime.now(UTC) - timedelta(days=1)):
            assert await offsets(record.read(start)) == []
        assert await record.at([0, 5]) == []


async def test_it_reads_to_what_is_the_end_when_it_begins(rabbitmq_url, writer):
    await writer.write(50)
    async with open_record(rabbitmq_url, "test") as record:
        assert await record.bounds() == (0, 50)
        seen = []
        async for one in record.read():
            seen.append(one.offset)
            if len(seen) == 1:
                await writer.write(5)
        assert seen == list(range(50))
        assert await offsets(record.read(40)) == list(range(40, 55))
        assert await offsets(record.read(40, until=45)) == list(range(40, 45))
        assert await offsets(record.read(40, until=4000)) == list(range(40, 55))
        assert await offsets(record.read("next")) == []
        assert await offsets(record.read(99)) == []


async def test_what_it_says_of_an_event_comes_from_its_properties(rabbitmq_url, writer):
    await writer.write(1)
    async with open_record(rabbitmq_url, "test") as record:
        [one] = [one async for one in record.read()]
    assert (one.offset, one.body, one.type) == (0, b"0", "message.received.v1")
    assert (one.tenant, one.conversation) == ("lyo", "c")
    assert one.event_id
    assert one.correlation


async def test_a_moment_leads_to_its_chunk(rabbitmq_url, writer):
    await writer.write(3)
    await asyncio.sleep(2.1)
    between = datetime.now(UTC)
    await asyncio.sleep(1.1)
    await writer.write(3)
    async with open_record(rabbitmq_url, "test") as record:
        assert await offsets(record.read(between - timedelta(days=1))) == list(range(6))
        assert await offsets(record.read(datetime.min.replace(tzinfo=UTC))) == list(range(6))
        assert await offsets(record.read(between)) == [3, 4, 5]
        assert await offsets(record.read(between + timedelta(days=1))) == []


async def test_scattered_offsets_come_in_recorded_order_and_missing_ones_are_left_out(rabbitmq_url, writer):
    await writer.write(600)
    async with open_record(rabbitmq_url, "test") as record:
        found = await record.at([590, 3, 5, 3, 700, 300])
    assert [one.offset for one in found] == [3, 5, 300, 590]
    assert [one.body for one in found] == [b"3", b"5", b"300", b"590"]


async def test_many_places_are_read_on_few_channels(rabbitmq_url, writer, monkeypatch):
    monkeypatch.setattr("chassis.record.record._CHANNELS", 2)
    monkeypatch.setattr("chassis.record.deliveries._PREFETCH", 10)  # so that a stretch has to be acked
    await writer.write(600)
    apart, together = list(range(0, 300, 25)), list(range(300, 500, 5))
    async with open_record(rabbitmq_url, "test") as record:
        found = await record.at([*together, *apart, 599])
    assert [one.offset for one in found] == [*apart, *together, 599]
    assert [one.body for one in found] == [str(one.offset).encode() for one in found]


async def test_it_follows_what_comes_also_from_an_empty_record(rabbitmq_url, writer):
    async with open_record(rabbitmq_url, "test") as record:
        following = record.follow()
        waiting = asyncio.ensure_future(anext(following))
        await asyncio.sleep(1)
        await writer.write(2)
        assert (await asyncio.wait_for(waiting, 10)).offset == 0
        assert (await asyncio.wait_for(anext(following), 10)).offset == 1
        await following.aclose()


async def test_whoever_is_told_to_stop_stops_even_where_the_library_has_not_heard_it(
    rabbitmq_url, writer, monkeypatch
):
    async def deaf(_):
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        return 0, 0

    monkeypatch.setattr("chassis.record.ends.bounds", deaf)
    async with open_record(rabbitmq_url, "test") as record:
        reading = asyncio.create_task(record.bounds())
        await asyncio.sleep(0.1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading


async def test_without_a_record_it_says_so(rabbitmq_url):
    with pytest.raises(Unavailable, match="no record yet"):
        async with open_record(rabbitmq_url, "test") as record:
            await record.bounds()


async def test_without_rabbitmq_it_says_so():
    with pytest.raises(Unavailable, match="see that it runs"):
        async with open_record("amqp://guest:guest@127.0.0.1:1/", "test"):
            pass


class Cable:
    """A TCP relay in front of RabbitMQ that can be cut."""

    def __init__(self, url):
        self._to = urlsplit(url)
        self._writers = []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        netloc = f"{self._to.username}:{self._to.password}@127.0.0.1:{port}"
        self.url = self._to._replace(netloc=netloc).geturl()
        return self

    async def __aexit__(self, *_):
        self.cut()
        self._server.close()

    def cut(self):
        for writer in self._writers:
            writer.transport.abort()

    async def _relay(self, reader, writer):
        there_reader, there = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._writers += [writer, there]
        with suppress(OSError):
            await asyncio.gather(self._pour(reader, there), self._pour(there_reader, writer))

    async def _pour(self, source, target):
        while piece := await source.read(65536):
            target.write(piece)


async def test_a_lost_connection_is_followed_on_where_it_broke(rabbitmq_url, writer):
    async with Cable(rabbitmq_url) as cable, open_record(cable.url, "test") as record:
        await writer.write(10)
        async with aclosing(record.follow(0)) as following:
            seen = [(await asyncio.wait_for(anext(following), 10)).offset for _ in range(10)]
            cable.cut()
            await writer.write(10)
            seen += [(await asyncio.wait_for(anext(following), 20)).offset for _ in range(10)]
        assert seen == list(range(20))


async def test_a_connection_lost_while_reading_is_an_error_and_the_next_reading_works(rabbitmq_url, writer):
    async with Cable(rabbitmq_url) as cable, open_record(cable.url, "test") as record:
        await writer.write(3000)
        reading = record.read()
        await anext(reading)
        cable.cut()
        with pytest.raises(Unavailable):
            await offsets(reading)
        assert len(await offsets(record.read(2990))) == 10


class TestExpired:
    @pytest.fixture
    def arguments(self):
        return {"x-max-length-bytes": 300_000, "x-stream-max-segment-size-bytes": 100_000}

    async def test_bounds_and_reading_begin_where_old_segments_have_gone(self, rabbitmq_url, writer):
        await writer.write(800, body=b"x" * 1000)
        async with open_record(rabbitmq_url, "test") as record:
            first, end = await record.bounds()
            assert 0 < first < end
            seen = [one async for one in record.read("first")]
            assert (seen[0].offset, seen[-1].offset) == (first, end - 1)
            assert seen[-1].event_id == writer.last_id
            assert await offsets(record.read(0, until=first + 2)) == [first, first + 1]
            assert [one.offset for one in await record.at([0, 1, end - 1])] == [end - 1]
