"""Tiny services that stand where the real ones do."""

import os
from pathlib import Path

import pytest

from ops.servers.address import free_ports
from ops.up.programs import SERVICES

TINY = """
import json, os, signal, socket, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'{"pid": %d}' % os.getpid())
    def log_message(self, *_): pass
def serve(descriptor):
    server = HTTPServer(("127.0.0.1", 0), Ready, bind_and_activate=False)
    server.socket = socket.socket(fileno=descriptor)
    server.serve_forever()
for one in json.loads(os.environ["BELLHOP_HTTP_SOCKETS"]):
    threading.Thread(target=serve, args=[one], daemon=True).start()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print('{"level": "info", "event": "ready"}', flush=True)
while True: signal.pause()
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Tiny services first on the path; servers that are given, so none is started; no sandbox."""
    modules = tmp_path / "modules"
    modules.mkdir()
    for one in SERVICES:
        package = modules / one.module
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(TINY)
        (package / "settings.py").write_text("class GatewaySettings: ...")
    return {
        **os.environ,
        "PYTHONPATH": str(modules),
        "BELLHOP_DATA_DIR": str(tmp_path / "data"),
        "BELLHOP_RABBITMQ_URL": "amqp://given",
        "BELLHOP_REDIS_URL": "redis://given",
        "BELLHOP_ENV": "production",
        "PORT": str(free_ports(1)[0]),
    }
