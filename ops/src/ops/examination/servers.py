"""RabbitMQ, Redis and the store: those given by address are rung, the others must be at hand."""

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from ops.examination.finding import Finding
from ops.servers import ServersUnavailable
from ops.servers.supply import Product, Source, choose_sources, look_at_machine, program

PATIENCE = 3.0
"""Seconds until a server must have answered."""

PLUGIN = "rabbitmq_consistent_hash_exchange"
_PLUGIN_FOLDERS = "lib/rabbitmq/lib/*/plugins"


def examine_servers(environment: Mapping[str, str]) -> Iterator[Finding]:
    """All about the servers Bellhop stands on."""
    rabbitmq, redis = environment.get("BELLHOP_RABBITMQ_URL"), environment.get("BELLHOP_REDIS_URL")
    yield _reached("RabbitMQ", rabbitmq, 5672) if rabbitmq else _at_hand("RabbitMQ", Product.RABBITMQ)
    if management := environment.get("BELLHOP_RABBITMQ_MANAGEMENT_URL"):
        yield _enabled(management)
    elif not rabbitmq and program(Product.RABBITMQ):
        yield _shipped()
    yield _reached("Redis", redis, 6379) if redis else _at_hand("Redis", Product.REDIS)
    store = environment.get("BELLHOP_STORE_URL") or ""
    if store.startswith("mongodb"):
        yield _reached("Store", store, 27017)


def _reached(name: str, url: str, usual_port: int) -> Finding:
    """Whether somebody listens there. The address is shown without user and password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port or usual_port
    except ValueError:
        return Finding(
            name, well=False, words="its address is no URL", next_step="write it as in .env.example"
        )
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError as problem:
        words = f"{host}:{port} does not answer ({problem})"
        step = f"start it or correct its BELLHOP_…_URL; without that setting `make run` brings its own {name}"
        return Finding(name, well=False, words=words, next_step=step)
    return Finding(name, well=True, words=f"answers at {host}:{port}")


def _at_hand(name: str, product: Product) -> Finding:
    try:
        source = choose_sources({product}, look_at_machine())[product]
    except ServersUnavailable as problem:
        return Finding(name, well=False, words="not installed", next_step=str(problem))
    words = {
        Source.MACHINE: f"installed: {program(product)}",
        Source.PACKAGE: "not installed; `make run` will install it",
        Source.DOCKER: "not installed; `make run` will take it from Docker",
    }
    return Finding(name, well=True, words=words[source])


def _shipped() -> Finding:
    found = any(Path("/usr").glob(f"{_PLUGIN_FOLDERS}/{PLUGIN}*"))
    words = "the consistent-hash exchange is at hand" if found else f"{PLUGIN} is missing"
    return Finding("RabbitMQ plugins", found, words, "install RabbitMQ with its standard plugins")


def _enabled(management: str) -> Finding:
    """Asks the management API which exchange types the broker knows."""
    try:
        told = httpx.get(f"{management.rstrip('/')}/api/overview", timeout=PATIENCE, trust_env=False)
        types = {one["name"] for one in told.raise_for_status().json()["exchange_types"]}
    except (httpx.HTTPError, ValueError, KeyError) as problem:
        words = f"the management API does not answer: {type(problem).__name__}"
        return Finding("RabbitMQ plugins", False, words, "correct BELLHOP_RABBITMQ_MANAGEMENT_URL")
    step = f"on the broker: rabbitmq-plugins enable {PLUGIN}"
    well = "x-consistent-hash" in types
    return Finding("RabbitMQ plugins", well, "consistent hash " + ("enabled" if well else "missing"), step)
