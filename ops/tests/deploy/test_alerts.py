"""The alert rules speak of what exists: our metrics, the catalogue's queues, sections of the runbook."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from chassis.messaging.topology import common_topology, inbox_topology
from contracts import channels
from contracts.catalogue import CATALOGUE, KEYED_SERVICES
from gateway.settings import GatewaySettings
from ops.places import workspace

ROOT = workspace()
FILE = ROOT / "deploy" / "monitoring" / "alerts.yaml"
LIMITS = ROOT / "deploy" / "compose" / "rabbitmq" / "limits.sh"
RULES: dict[str, Any] = {
    rule["alert"]: rule for group in yaml.safe_load(FILE.read_text())["groups"] for rule in group["rules"]
}


def sources() -> str:
    files = [*ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py")]
    return "\n".join(file.read_text() for file in files)


def metrics_of(expression: str) -> set[str]:
    """Our metrics in it, as the code calls them."""
    return {one.removesuffix("_bucket") for one in re.findall(r"\bbellhop_\w+", expression)}


def test_every_metric_of_ours_is_made_somewhere() -> None:
    made = set(re.findall(r'(?:Counter|Gauge|Histogram)\(\s*"(bellhop_\w+)"', sources()))
    asked = set.union(*(metrics_of(rule["expr"]) for rule in RULES.values()))
    assert asked
    assert asked - made == set()


@pytest.mark.parametrize("name", RULES)
def test_each_says_what_happened_and_where_to_read_on(name: str) -> None:
    annotations = RULES[name]["annotations"]
    page, _, anchor = annotations["runbook_url"].partition("#")
    headings = re.findall(r"^## (.+)$", (ROOT / page).read_text(), re.MULTILINE)
    assert annotations["summary"]
    assert anchor == name.lower()
    assert name in headings
    assert RULES[name]["labels"]["severity"] in ("page", "ticket")


def test_the_runbook_has_no_section_too_many() -> None:
    headings = re.findall(r"^## (Bellhop\w+)$", (ROOT / "docs/runbooks/alerts.md").read_text(), re.MULTILINE)
    assert headings == list(RULES)


def test_every_queue_that_a_service_takes_from_is_watched_for_consumers_and_no_other() -> None:
    found = re.search(r'queue=~"([^"]+)"', RULES["BellhopQueueWithoutConsumer"]["expr"])
    assert found
    watched = re.compile(found[1])
    whole = sum(map(inbox_topology, KEYED_SERVICES), start=common_topology())
    queues = {queue.name for queue in whole.queues}
    for service in KEYED_SERVICES:
        queues |= {queue.name for queue in inbox_topology(service, 3, 5).queues}
    taken_from = {one for one in queues if ".inbox" in one and not one.endswith(".dlq")} | {
        channels.work_queue(service, row.type)
        for row in CATALOGUE
        for service in row.consumers
        if service not in KEYED_SERVICES
    }
    assert {one for one in queues if watched.fullmatch(one)} == taken_from


@pytest.mark.parametrize(
    ("name", "limit", "share"),
    [
        ("BellhopBacklogNearItsLimit", GatewaySettings.model_fields["backlog_limit"].default, 0.5),
        ("BellhopRequestsInHand", GatewaySettings.model_fields["requests_in_hand"].default, 0.8),
        ("BellhopQueueNearItsLimit", 500_000, 0.5),
    ],
)
def test_a_limit_is_told_before_it_is_reached(name: str, limit: int, share: float) -> None:
    threshold = float(RULES[name]["expr"].rpartition(">")[2])
    assert threshold == limit * share


def test_the_queues_hold_ten_times_what_the_gateway_lets_wait() -> None:
    found = re.search(r'"max-length": (\d+)', LIMITS.read_text())
    assert found
    assert int(found[1]) == 10 * GatewaySettings.model_fields["backlog_limit"].default


def test_prometheus_reads_them() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (Debian: prometheus): the rules' expressions are NOT CHECKED")
    done = subprocess.run([promtool, "check", "rules", FILE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
