"""`bellhop chat`: a talk with a business in the terminal, over its public web chat."""

import asyncio
import json
import re
import sys
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import websockets
from rich.console import Console
from rich.markup import escape

from ops.api import ApiProblem, gateway_url

WEBCHAT = "webchat"
FINE, WRONG = 0, 1
UNKNOWN = 404
QUIET = 0.5
"""Seconds of silence after which a turn counts as answered; one turn may have several answers."""
LONGEST_WAIT = 20.0
"""Seconds that an answer may take."""


def chat(tenant: str, name: str | None, channel: str) -> int:
    """Talks until the input ends. Typing a number takes the option with that number."""
    console = Console(highlight=False, soft_wrap=True)
    if channel != WEBCHAT:
        console.print(f"[red]✗[/red] only {WEBCHAT} is spoken here; `make run` shows phones for the others")
        return WRONG
    try:
        url = gateway_url().replace("http", "ws", 1)
    except ApiProblem as problem:
        console.print(f"[red]✗[/red] {problem}")
        return WRONG
    address = f"{url}/api/v1/chat/{tenant}/{session(name)}"
    return asyncio.run(_talk(Talk(console, tenant, name), address))


def session(name: str | None) -> str:
    """The same for the same name, so that a talk goes on; without a name a new one."""
    return "terminal-" + (re.sub(r"[^A-Za-z0-9]+", "-", name)[:60] if name else uuid4().hex)


@dataclass
class Talk:
    """What was said so far, as far as it matters for what comes."""

    console: Console
    tenant: str
    name: str | None
    options: Sequence[dict[str, str]] = ()
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def frame(self, line: str) -> dict[str, Any]:
        """What to send for a typed line: a text, or the option with that number."""
        more = {"id": uuid4().hex, **({"name": self.name} if self.name else {})}
        if line.isdigit() and 0 < int(line) <= len(self.options):
            option = self.options[int(line) - 1]
            return {"choice": option["id"], "text": option["title"], **more}
        return {"text": line, **more}

    def hear(self, frame: dict[str, Any]) -> None:
        """Shows what came over the socket."""
        if frame.get("type") == "message":
            self.options = frame.get("options") or ()
            self.console.print(f"[bold cyan]{self.tenant}[/bold cyan]  {escape(frame['text'])}")
            for number, option in enumerate(self.options, 1):
                self.console.print(f"   [yellow]{number}[/yellow]  {escape(option['title'])}")
            self.answered.set()
        elif frame.get("type") == "error":
            reason = f"{frame.get('title')} {frame.get('detail') or ''}"
            self.console.print(f"[red]✗[/red] {escape(reason.strip())}")
            self.answered.set()


async def _talk(talk: Talk, address: str) -> int:
    try:
        async with websockets.connect(address, proxy=None) as socket:
            hearing = asyncio.create_task(_hear(talk, socket))
            await _say_all(talk, socket)
            hearing.cancel()
    except websockets.InvalidStatus as refused:
        unknown = refused.response.status_code == UNKNOWN
        reason = "there is no such business with a web chat" if unknown else str(refused)
        talk.console.print(f"[red]✗[/red] {talk.tenant}: {reason}")
        return WRONG
    except (OSError, websockets.WebSocketException) as problem:
        talk.console.print(f"[red]✗[/red] the talk broke off: {problem}")
        return WRONG
    return FINE


async def _hear(talk: Talk, socket: websockets.ClientConnection) -> None:
    async for frame in socket:
        talk.hear(json.loads(frame))


async def _say_all(talk: Talk, socket: websockets.ClientConnection) -> None:
    """Sends line by line. After each the answer is waited for, so that a piped script is a dialogue."""
    interactive = sys.stdin.isatty()
    if interactive:
        talk.console.print(f"[dim]You are talking to {talk.tenant}. Ctrl-D ends.[/dim]")
    lines = _typed_lines()
    while True:
        if interactive:
            talk.console.print("[bold]you[/bold]  ", end="")
        line = await lines.get()
        if line is None:
            return
        if line.strip():
            talk.answered.clear()
            await socket.send(json.dumps(talk.frame(line.strip())))
            await _await_answer(talk, interactive=interactive)


def _typed_lines() -> "asyncio.Queue[str | None]":
    """What is typed, line by line; None at the end. The thread dies with us, so Ctrl-C ends at once."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def read() -> None:
        for line in iter(sys.stdin.readline, ""):
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return lines


async def _await_answer(talk: Talk, *, interactive: bool) -> None:
    status = talk.console.status(f"[dim]{talk.tenant} is typing …") if interactive else nullcontext()
    try:
        with status:
            async with asyncio.timeout(LONGEST_WAIT):
                await talk.answered.wait()
    except TimeoutError:
        talk.console.print("[dim]no answer yet; it will appear here when it comes[/dim]")
        return
    while talk.answered.is_set():
        talk.answered.clear()
        await asyncio.sleep(QUIET)
