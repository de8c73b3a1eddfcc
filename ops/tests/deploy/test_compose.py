"""The production deployment as it is written down: every container is confined in the same way."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.catalogue import CATALOGUE
from ops.up.programs import SERVICES

COMPOSE = Path(__file__).parents[3] / "deploy" / "compose"
DEPLOYMENT: dict[str, Any] = yaml.safe_load((COMPOSE / "compose.yaml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = DEPLOYMENT["services"]
STAYING = {name: one for name, one in CONTAINERS.items() if "profiles" not in one}
OURS = {one.name for one in SERVICES}

every_container = pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
every_staying_container = pytest.mark.parametrize("container", STAYING.values(), ids=STAYING)


def networks_to_the_world() -> set[str]:
    networks = DEPLOYMENT["networks"]
    return {name for name, settings in networks.items() if not (settings or {}).get("internal")}


def secret_names(container: dict[str, Any]) -> set[str]:
    used = container.get("secrets", [])
    return {one if isinstance(one, str) else one["source"] for one in used}


def folders_of_the_image() -> list[str]:
    dockerfile = (COMPOSE / "Dockerfile").read_text()
    made: list[str] = re.findall(r"^RUN install -d -o 10001 -g 10001 (.+)$", dockerfile, re.M)
    return [folder for line in made for folder in line.split()]


def test_every_service_of_the_house_is_deployed():
    assert STAYING.keys() - {"caddy", "rabbitmq", "mongo", "redis"} == OURS
    assert {consumer for row in CATALOGUE for consumer in row.consumers} <= OURS


@every_container
def test_runs_as_a_numbered_user_that_is_not_root(container):
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", container["user"])


@every_container
def test_cannot_write_to_its_image_nor_gain_rights(container):
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in container["security_opt"]
    assert not container.get("privileged")


def test_only_caddy_is_given_a_capability_back():
    given = {name: one["cap_add"] for name, one in CONTAINERS.items() if "cap_add" in one}
    assert given == {"caddy": ["NET_BIND_SERVICE"]}


@every_container
def test_is_limited_in_processor_memory_processes_and_log(container):
    assert container["deploy"]["resources"]["limits"].keys() >= {"cpus", "memory", "pids"}
    assert {"max-size", "max-file"} <= container["logging"]["options"].keys()
    assert all("size=" in folder for folder in container["tmpfs"])


@every_staying_container
def test_says_whether_it_is_well_and_comes_back_when_it_falls(container):
    assert container["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert container["restart"] == "unless-stopped"


def test_only_caddy_publishes_a_port_and_only_on_this_machine():
    published = {name: one["ports"] for name, one in CONTAINERS.items() if "ports" in one}
    assert published.keys() == {"caddy"}
    assert all(port.startswith("127.0.0.1:") for port in published["caddy"])
    assert not any("network_mode" in one for one in CONTAINERS.values())


def test_only_who_talks_to_vendors_or_customers_reaches_the_world():
    outside = networks_to_the_world()
    reaching = {name for name, one in CONTAINERS.items() if outside & set(one["networks"])}
    assert reaching == {"caddy", "ai-router", "notifier"}


def test_caddy_reaches_the_gateway_alone():
    seen = set(CONTAINERS["caddy"]["networks"])
    assert {name for name, one in STAYING.items() if seen & set(one["networks"])} == {"caddy", "gateway"}


def test_a_domain_of_its_own_opens_the_ports_of_http_and_https_alone():
    opened = yaml.safe_load((COMPOSE / "compose.domain.yaml").read_text())["services"]
    assert opened.keys() == {"caddy"}
    assert {port.split(":")[0] for port in opened["caddy"]["ports"]} == {"80", "443"}


def test_caddy_hands_on_what_is_public_and_nothing_else():
    caddyfile = (COMPOSE / "caddy" / "Caddyfile").read_text()
    public = re.search(r"@public path (.+)", caddyfile)
    assert public
    assert public[1].split() == ["/webhooks/*", "/api/*", "/health/live", "/health/ready"]
    handed_on = caddyfile.split("handle @public {")[1].split("\n\thandle {")[0]
    assert "dynamic a gateway 8000" in handed_on
    assert caddyfile.count("reverse_proxy") == 1


@pytest.mark.parametrize("name", sorted(OURS))
def test_there_may_be_any_number_of_a_service(name):
    assert not CONTAINERS[name].keys() & {"container_name", "hostname", "ports", "network_mode"}


def test_notifiers_share_what_has_left():
    folder = CONTAINERS["notifier"]["environment"]["BELLHOP_DEPARTURES_DIR"]
    assert CONTAINERS["notifier"]["volumes"] == [f"departures:{folder}"]
    assert "departures" in DEPLOYMENT["volumes"]
    assert folder in folders_of_the_image()


def test_gateways_share_the_index_of_the_record():
    folder = CONTAINERS["gateway"]["environment"]["BELLHOP_INDEX_DIR"]
    assert CONTAINERS["gateway"]["volumes"] == [f"record-index:{folder}"]
    assert "record-index" in DEPLOYMENT["volumes"]
    assert folder in folders_of_the_image()


@every_container
def test_secrets_come_from_files_never_from_the_environment(container):
    settings = container.get("environment", {})
    secret = re.compile("PASSWORD|SECRET|TOKEN|KEY|(RABBITMQ|REDIS|STORE)_URL")
    assert [name for name in settings if secret.search(name) and not name.endswith("_FILE")] == []


def test_every_secret_is_a_file_and_is_used():
    declared = DEPLOYMENT["secrets"]
    assert all(one.keys() == {"file"} for one in declared.values())
    assert set().union(*map(secret_names, CONTAINERS.values())) == declared.keys()


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_runs_in_production_mode_and_has_time_to_finish(name):
    container = CONTAINERS[name]
    assert container["environment"]["BELLHOP_ENV"] == "production"
    assert int(container["stop_grace_period"].removesuffix("s")) > 20
    assert container["command"] == ["python", "-m", name.replace("-", "_")]
    assert container["depends_on"].keys() == {"rabbitmq", "mongo", "redis"}


def test_a_service_may_read_only_the_secrets_it_needs():
    common = secret_names(CONTAINERS["scheduler"])
    more = {name: secret_names(CONTAINERS[name]) - common for name in OURS}
    assert more == {
        "gateway": {"bellhop_token_key", "bellhop_admin_password"},
        "ai-router": {
            "bellhop_openai_api_keys",
            "bellhop_anthropic_api_keys",
            "bellhop_gemini_api_keys",
            "bellhop_openrouter_api_keys",
            "bellhop_ai_vendors",
        },
        "conversation": set(),
        "scheduler": set(),
        "notifier": set(),
    }


def test_images_are_pinned_to_a_minor_version():
    images = [one["image"] for one in CONTAINERS.values() if "build" not in one]
    images += re.findall(r"^FROM (\S+:\S+)", (COMPOSE / "Dockerfile").read_text(), re.MULTILINE)
    assert [one for one in images if not re.search(r":\d+\.\d+", one)] == []
