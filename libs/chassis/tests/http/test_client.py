import asyncio
import ssl

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from chassis.http.client import vendor_client
from chassis.http.direct_socket import before_write

BIG = "x" * 3_000_000


class Vendor:
    """A vendor on loopback that echoes the body's length and keeps what it got."""

    def __init__(self):
        self.headers, self.received = [], 0

    async def answer(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.headers.append(head.decode().lower())
                length = next(
                    int(line.split(":")[1])
                    for line in self.headers[-1].split("\r\n")
                    if "content-length" in line
                )
                self.received += len(await reader.readexactly(length))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except asyncio.IncompleteReadError:
            writer.close()


@pytest.fixture
async def vendor():
    one = Vendor()
    server = await asyncio.start_server(one.answer, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield one
    server.close()


async def test_requests_go_out_and_connections_are_used_again(vendor):
    async with vendor_client(vendor.url, 5) as client:
        for _ in range(20):
            assert (await client.post("/", content=b"hello")).text == "ok"
        await asyncio.gather(*(client.post("/", content=b"hello") for _ in range(50)))
    assert vendor.received == 70 * 5


async def test_a_body_larger_than_any_buffer_arrives_whole(vendor):
    async with vendor_client(vendor.url, 5) as client:
        await client.post("/", content=BIG)
    assert vendor.received == len(BIG)


async def test_what_the_mark_before_writing_raises_keeps_the_bytes_from_leaving(vendor):
    def refuse():
        raise RuntimeError("not ours any more")

    async with vendor_client(vendor.url, 5) as client:
        with before_write(refuse), pytest.raises(RuntimeError, match="not ours"):
            await client.post("/", content=b"hello")
        await client.post("/", content=b"after")
    assert vendor.received == 5


async def test_the_mark_is_made_before_each_write_in_this_task_alone(vendor):
    marks = []
    async with vendor_client(vendor.url, 5) as client:
        with before_write(lambda: marks.append("write")):
            await client.post("/", content=b"hello")
        await client.post("/", content=b"hello")
    assert marks == ["write", "write"]  # head and body


async def test_a_vendor_that_is_not_there_is_a_connect_error():
    async with vendor_client("http://127.0.0.1:9", 1) as client:
        with pytest.raises(httpx.ConnectError):
            await client.post("/")


async def test_a_vendor_that_is_silent_is_a_read_timeout():
    async def silent(reader, writer):
        await reader.read()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, vendor_client(url, 0.2) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post("/", content=b"hello")


async def test_a_certificate_nobody_knows_is_refused(vendor, tmp_path):
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {cert} -days 1 -subj /CN=localhost"
    )
    made = await asyncio.create_subprocess_exec(
        *command.split(), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    assert await made.wait() == 0
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    server = await asyncio.start_server(vendor.answer, "127.0.0.1", 0, ssl=context)
    async with server, vendor_client(f"https://localhost:{server.sockets[0].getsockname()[1]}", 2) as client:
        with pytest.raises(httpx.ConnectError, match="certificate"):
            await client.post("/", content=b"hello")


async def test_the_vendor_gets_the_traceparent_of_the_trace_we_are_in(vendor):
    tracer = TracerProvider().get_tracer("test")
    with tracer.start_as_current_span("turn") as turn:
        async with vendor_client(vendor.url, 5) as client:
            await client.post("/", content=b"hello")
    assert trace.format_trace_id(turn.get_span_context().trace_id) in vendor.headers[0]
