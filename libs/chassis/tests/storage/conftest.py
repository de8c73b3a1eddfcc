"""Stores to run the contract against: SQLite files, and a real server that speaks MongoDB.

The server is the one at BELLHOP_TEST_MONGODB_URL, else a `mongod` from PATH, else FerretDB 1.24 over SQLite,
built once from source where there is a Go toolchain. With none of them the MongoDB half is skipped, loudly.
"""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pymongo import MongoClient

from chassis.storage import Store, open_store

FERRETDB_VERSION = "v1.24.0"
FERRETDB_MODULE = f"github.com/FerretDB/FerretDB@{FERRETDB_VERSION}"
NO_SERVER = (
    "MongoDB half of the storage contract NOT RUN: set BELLHOP_TEST_MONGODB_URL, or put `mongod` or `go`"
    " (which builds FerretDB) on PATH"
)


@pytest.fixture(scope="session")
def mongodb_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = os.environ.get("BELLHOP_TEST_MONGODB_URL")
    state = tmp_path_factory.mktemp("mongodb")
    if given:
        yield given
    elif shutil.which("mongod"):
        port = _free_port()
        with _server(["mongod", f"--dbpath={state}", f"--port={port}"], port):
            yield f"mongodb://127.0.0.1:{port}"
    elif shutil.which("go"):
        port = _free_port()
        with _server(_ferretdb_command(_built_ferretdb(), state, port), port):
            # FerretDB 1.x reads and then writes in two steps, so 4 of 100 racing savers won (measured).
            # One connection puts its steps in a row: this tests our logic, not the server's atomicity.
            yield f"mongodb://127.0.0.1:{port}/?maxPoolSize=1"
    else:
        pytest.skip(NO_SERVER)


@pytest.fixture(params=["sqlite", "mongodb"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/store"
    url: str = request.getfixturevalue("mongodb_url")
    return url


@pytest.fixture
def database(store_url: str) -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex}"
    yield name
    if store_url.startswith("mongodb"):
        client: MongoClient[dict[str, object]] = MongoClient(store_url)
        with client:
            client.drop_database(f"bellhop_{name}")


@pytest.fixture
async def store(store_url: str, database: str) -> AsyncIterator[Store]:
    store = open_store(store_url, database)
    await store.open()
    yield store
    await store.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _server(command: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_until_listening(process, port)
            yield
        finally:
            process.terminate()


def _wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, f"{process.args!r} ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"{process.args!r} did not listen within 30 s")


def _ferretdb_command(binary: Path, state: Path, port: int) -> list[str]:
    (state / "files").mkdir()
    return [
        str(binary),
        "--handler=sqlite",
        f"--sqlite-url=file:{state}/files/",
        f"--state-dir={state}",
        f"--listen-addr=127.0.0.1:{port}",
        "--debug-addr=-",
        "--telemetry=disable",
        "--log-level=error",
    ]


def _built_ferretdb() -> Path:
    """The cached binary; the first time it is built, which takes one to three minutes on two cores."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "bellhop" / f"ferretdb-{FERRETDB_VERSION.removeprefix('v')}"
    folder.mkdir(parents=True, exist_ok=True)
    binary = folder / "ferretdb"
    with (folder / "lock").open("w") as lock:  # test processes side by side build it once
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            try:
                _build_ferretdb(folder, binary)
            except subprocess.CalledProcessError as failure:
                _build_failed(failure)
    return binary


def _build_ferretdb(folder: Path, binary: Path) -> None:
    # Not `go install …@version`: the program stops unless build/version/version.txt was in its source.
    download = _go("mod", "download", "-json", FERRETDB_MODULE, cwd=folder)
    source = folder / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(json.loads(download)["Dir"], source, copy_function=shutil.copyfile)
    for directory in (source, *source.rglob("*/")):
        directory.chmod(0o755)  # the module cache is read-only
    (source / "build/version/version.txt").write_text(f"{FERRETDB_VERSION}\n")
    tags = "-tags=ferretdb_no_postgresql"
    unfinished = binary.with_suffix(".unfinished")
    _go("build", "-p=2", "-buildvcs=false", tags, f"-o={unfinished}", "./cmd/ferretdb", cwd=source)
    unfinished.rename(binary)
    shutil.rmtree(source)


def _go(*arguments: str, cwd: Path) -> str:
    environment = {**os.environ, "CGO_ENABLED": "0"}
    command = ["nice", "go", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, check=True, capture_output=True, text=True
    ).stdout


def _build_failed(failure: subprocess.CalledProcessError) -> None:
    reason = f"FerretDB could not be built: {failure.cmd} said\n{failure.stderr}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(f"{NO_SERVER}; {reason}")
