"""The page in a real browser: somebody types on the WhatsApp phone and the business answers."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from ops.servers.address import free_ports

WHATSAPP = "393331234567"


@dataclass
class Gateway:
    """Takes every webhook and remembers its body."""

    bodies: list[bytes] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[str]:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                gateway.bodies.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()


@contextmanager
def sandbox_process(tenants: Path, gateway_url: str) -> Iterator[str]:
    """The sandbox as `bellhop up` runs it."""
    (port,) = free_ports(1)
    env = {
        **os.environ,
        "BELLHOP_HTTP_PORT": str(port),
        "BELLHOP_TENANTS_DIR": str(tenants),
        "BELLHOP_GATEWAY_URL": gateway_url,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "ops.sandbox"], env=env, stdout=subprocess.DEVNULL
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _await_ready(url)
            yield url
        finally:
            process.terminate()


def _await_ready(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/health/ready", trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the sandbox does not start")


@asynccontextmanager
async def opened(chromium: str, url: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page()
        try:
            await page.goto(url)
            yield page
        finally:
            await browser.close()


async def answer(url: str, content: dict[str, Any]) -> None:
    """What the notifier would send."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as notifier:
        message = {"messaging_product": "whatsapp", "to": WHATSAPP, **content}
        headers = {"authorization": "Bearer bakery-whatsapp-token"}
        done = await notifier.post("/v23.0/100000000000042/messages", json=message, headers=headers)
        done.raise_for_status()


BUTTONS = {
    "type": "interactive",
    "interactive": {
        "type": "button",
        "body": {"text": "A che ora?"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "at-15", "title": "Alle 15"}}]},
    },
}


async def test_a_talk_on_the_whatsapp_phone(chromium: str, tenants: Path) -> None:
    gateway = Gateway()
    with gateway.listening() as gateway_url, sandbox_process(tenants, gateway_url) as url:
        async with opened(chromium, f"{url}/?tenant=bakery&whatsapp={WHATSAPP}") as page:
            await _type_and_be_answered(page, url, gateway)
            await _make_telegram_fail(page, url)
            await _make_gemini_fail(page, url)


async def test_a_narrow_screen_shows_all_without_scrolling_sideways(chromium: str, tenants: Path) -> None:
    with sandbox_process(tenants, "http://127.0.0.1:9") as url:
        async with opened(chromium, url) as page:
            await page.set_viewport_size({"width": 390, "height": 844})
            await expect(page.locator(".handset")).to_have_count(2)
            assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def _type_and_be_answered(page: Page, url: str, gateway: Gateway) -> None:
    phone = page.locator(".handset.whatsapp")
    await phone.get_by_placeholder("Message").fill("Vorrei una torta <b>grande</b>")
    await phone.get_by_placeholder("Message").press("Enter")
    await expect(phone.locator(".mine .text")).to_have_text("Vorrei una torta <b>grande</b>")
    await expect(phone.locator(".mine .tick")).to_have_text("done_all")
    assert b"una torta" in gateway.bodies[0]

    await answer(url, BUTTONS)
    await expect(phone.locator(".mine .tick.blue")).to_have_count(1)
    await phone.get_by_text("Alle 15").click()
    await expect(phone.locator(".mine .text").last).to_have_text("Alle 15")
    await expect(page.locator(".call-what", has_text="status read")).to_have_count(1)
    assert b"button_reply" in gateway.bodies[-1]
    await expect(page.locator(".handset")).to_have_count(2)


async def _make_telegram_fail(page: Page, url: str) -> None:
    vendor = page.locator(".vendor", has_text="Telegram")
    await vendor.get_by_text("500").click()
    await expect(vendor.locator("[aria-pressed=true]")).to_have_text("500")
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        faults = (await client.get("/sandbox/faults")).json()
        assert faults["telegram"]["kind"] == "server_error"
        await client.delete("/sandbox/faults")
    await expect(vendor.locator("[aria-pressed=true]")).to_have_text("well")


async def _make_gemini_fail(page: Page, url: str) -> None:
    vendor = page.locator(".ai .vendor", has_text="Gemini")
    await vendor.locator(".ai-fault").click()
    await page.get_by_role("option", name="overloaded").click()
    await expect(vendor.locator(".ai-fault.ill")).to_have_count(1)
    question = {"contents": [{"parts": [{"text": "Ciao"}]}]}
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        path = "/ai/gemini/v1beta/models/gemini-2.5-flash:generateContent?key=sandbox-1"
        assert (await client.post(path, json=question)).status_code == 503
        await expect(vendor).to_contain_text("1 call")
        await expect(vendor).to_contain_text("1 failed")
        await client.delete("/sandbox/faults")
    await expect(vendor.locator(".ai-fault.ill")).to_have_count(0)


def test_the_sandbox_does_not_start_in_production(tenants: Path) -> None:
    env = {**os.environ, "BELLHOP_ENV": "production", "BELLHOP_TENANTS_DIR": str(tenants)}
    done = subprocess.run(
        [sys.executable, "-m", "ops.sandbox"],
        env=env,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "BELLHOP_ENV=production" in done.stderr
