import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from chassis.probe import whats_wrong


class _Service(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health/ready" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Service) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_ready_service_is_well(port):
    assert whats_wrong(port) is None


def test_a_service_without_its_broker_is_not_well(port, monkeypatch):
    monkeypatch.setattr(_Service, "status", 503)
    assert whats_wrong(port) == "not ready: HTTP 503"


def test_a_service_that_does_not_answer_is_not_well():
    assert "no answer on port 1" in (whats_wrong(1) or "")
