"""`bellhop chat` with a script on its input, against a web chat that offers two times."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from ops.chat import session

OPTIONS = [{"id": "at-15", "title": "Alle 15"}, {"id": "at-16", "title": "Alle 16"}]


class WebChat:
    """Answers a text with options and a choice with a confirmation."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.paths: list[str] = []

    def talk(self, socket: ServerConnection) -> None:
        assert socket.request
        self.paths.append(socket.request.path)
        for frame in socket:
            said = json.loads(frame)
            self.heard.append(said)
            socket.send(json.dumps({"type": "accepted", "id": said["id"]}))
            answer = (
                {"text": "Fatto [ok]", "options": []}
                if "choice" in said
                else {"text": "Quando?", "options": OPTIONS}
            )
            socket.send(json.dumps({"type": "message", "id": "1", **answer}))

    def refuse_strangers(self, _: ServerConnection, request: Request) -> Response | None:
        return Response(404, "Not Found", Headers()) if "/nobody/" in request.path else None


@pytest.fixture
def web_chat() -> WebChat:
    return WebChat()


@pytest.fixture
def server(web_chat: WebChat) -> Iterator[Server]:
    with serve(web_chat.talk, "127.0.0.1", 0, process_request=web_chat.refuse_strangers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def chat(server: Server, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    port = server.socket.getsockname()[1]
    env = {"BELLHOP_GATEWAY_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "ops", "chat", *arguments]
    return subprocess.run(
        command, input=script, env=env, capture_output=True, text=True, timeout=30, check=False
    )


def test_a_piped_dialogue_chooses_by_number(server: Server, web_chat: WebChat) -> None:
    done = chat(server, "Vorrei un taglio\n\n2\n", "lyo", "--name", "Maria Rossi")
    assert done.returncode == 0
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["lyo", "Quando?"],
        ["1", "Alle", "15"],
        ["2", "Alle", "16"],
        ["lyo", "Fatto", "[ok]"],
    ]
    text, choice = web_chat.heard
    assert (text["text"], text["name"]) == ("Vorrei un taglio", "Maria Rossi")
    assert (choice["choice"], choice["text"]) == ("at-16", "Alle 16")
    assert web_chat.paths == ["/api/v1/chat/lyo/terminal-Maria-Rossi"]


def test_an_unknown_business_is_said(server: Server) -> None:
    done = chat(server, "Ciao\n", "nobody")
    assert done.returncode == 1
    assert "no such business" in done.stdout


def test_a_name_continues_its_talk_and_no_name_begins_one() -> None:
    assert session("Maria") == session("Maria")
    assert session(None) != session(None)
