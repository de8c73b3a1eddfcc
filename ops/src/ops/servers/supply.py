"""Decides where a missing server comes from: this machine, its package source, or Docker."""

import os
import shutil
import subprocess
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

# The packaged wrapper in /usr/sbin switches to the user rabbitmq; the script behind it does not.
RABBITMQ_SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class Product(Enum):
    """A server Bellhop needs; the value is its Debian package."""

    RABBITMQ = "rabbitmq-server"
    REDIS = "redis-server"


class Source(Enum):
    """Where a server is taken from."""

    MACHINE = "installed here"
    PACKAGE = "to be installed with apt-get"
    DOCKER = "taken from Docker"


class ServersUnavailable(Exception):
    """No server can be had here; the message says in one sentence what to do."""


@dataclass(frozen=True)
class Machine:
    """What this machine offers."""

    installed: frozenset[Product]
    can_install: bool
    has_docker: bool


def choose_sources(needed: AbstractSet[Product], machine: Machine) -> dict[Product, Source]:
    """Raises `ServersUnavailable` when a needed server can be had in no way."""
    return {product: _choose(product, machine) for product in needed}


def _choose(product: Product, machine: Machine) -> Source:
    if product in machine.installed:
        return Source.MACHINE
    if machine.can_install:
        return Source.PACKAGE
    if machine.has_docker:
        return Source.DOCKER
    raise ServersUnavailable(
        f"{product.value} is missing and cannot be installed here: install it or Docker, "
        "or set BELLHOP_RABBITMQ_URL and BELLHOP_REDIS_URL to servers you already run."
    )


def look_at_machine() -> Machine:
    """Asks Docker only when something is missing and cannot be installed: it may answer slowly."""
    installed = frozenset(product for product in Product if program(product))
    can_install = privileged_prefix() is not None and shutil.which("apt-get") is not None
    settled = can_install or len(installed) == len(Product)
    return Machine(installed, can_install, has_docker=not settled and _docker_answers())


def program(product: Product) -> str | None:
    """Path of the program that can be run by any user, if it is installed."""
    if product is Product.RABBITMQ and RABBITMQ_SCRIPT.exists():
        return str(RABBITMQ_SCRIPT)
    return shutil.which(product.value)


def privileged_prefix() -> list[str] | None:
    """What to put before a command that needs root; None when there is no way to be root."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def _docker_answers() -> bool:
    return shutil.which("docker") is not None and _succeeds(["docker", "info"])


def _succeeds(command: list[str]) -> bool:
    try:
        answer = subprocess.run(command, capture_output=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0
