"""A replica that comes and goes: real processes that share a listening socket."""

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

APP = """
import asyncio, os, sys
from fastapi import FastAPI
from chassis.http.serving import serve

app = FastAPI()

@app.get("/pid")
def pid() -> int:
    return os.getpid()

@app.get("/slow")
async def slow() -> str:
    await asyncio.sleep(0.3)
    return "finished"

@app.on_event("startup")
async def ready() -> None:
    print("up", flush=True)

serve(app, "127.0.0.1", 0, [int(one) for one in sys.argv[1:]])
"""


@pytest.fixture
def shared() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        yield listener


@contextmanager
def replica(*sockets: socket.socket) -> Iterator["subprocess.Popen[str]"]:
    numbers = [one.fileno() for one in sockets]
    command = [sys.executable, "-W", "ignore", "-c", APP, *map(str, numbers)]
    with subprocess.Popen(command, pass_fds=numbers, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "up\n"
            yield process
        finally:
            process.kill()


def connect(listener: socket.socket) -> http.client.HTTPConnection:
    host, port = listener.getsockname()
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.connect()
    return connection


def ask(connection: http.client.HTTPConnection, path: str = "/pid") -> http.client.HTTPResponse:
    connection.request("GET", path)
    return connection.getresponse()


def test_a_replica_answers_on_each_of_its_sockets(shared):
    with socket.create_server(("127.0.0.1", 0)) as own, replica(shared, own) as process:
        for listener in (shared, own):
            assert ask(connect(listener)).read() == str(process.pid).encode()


def test_who_connects_while_no_replica_lives_is_answered_by_the_next(shared):
    waiting = connect(shared)
    waiting.request("GET", "/pid")
    with replica(shared) as process:
        assert waiting.getresponse().read() == str(process.pid).encode()


def test_a_stopping_replica_answers_on_an_open_connection_and_says_it_was_the_last(shared):
    with replica(shared) as process:
        kept, busy = connect(shared), connect(shared)
        assert ask(kept).read()
        busy.request("GET", "/slow")
        process.terminate()
        assert ask(kept, "/slow").getheader("connection") == "close"
        assert busy.getresponse().read() == b'"finished"'
        assert process.wait(10) == 0


def test_a_rolling_restart_under_load_loses_no_request(shared):
    with replica(shared) as old, replica(shared) as new:
        old.terminate()
        answers = [ask(connect(shared)).read() for _ in iter(old.poll, 0)]
        answers += [ask(connect(shared)).read() for _ in range(20)]
        assert set(answers[-20:]) == {str(new.pid).encode()}


def test_without_sockets_it_opens_the_port_itself():
    with replica() as process:
        process.terminate()
        assert process.wait(10) == 0
