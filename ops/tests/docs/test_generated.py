"""The committed documentation is what the code says today, and promises are not broken in silence."""

import json
import re

import pytest
import yaml

from contracts.catalogue import CATALOGUE, KEYED_SERVICES, consumed_by, publishers_of
from ops.docs.__main__ import main
from ops.docs.asyncapi import SERVICES
from ops.docs.generated import generated
from ops.docs.schemas import FOLDER, broken_promises
from ops.places import workspace

GENERATED = generated()


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_what_is_committed_is_current(name):
    path = workspace() / name
    assert path.exists(), "run `make docs` and commit"
    assert path.read_text(encoding="utf-8") == GENERATED[name], "run `make docs` and commit"


@pytest.mark.parametrize("folder", ["docs/asyncapi", "docs/openapi"])
def test_nothing_lies_about_that_is_generated_no_more(folder):
    found = {path.relative_to(workspace()).as_posix() for path in (workspace() / folder).iterdir()}
    assert found == {name for name in GENERATED if name.startswith(folder)}


@pytest.mark.parametrize("service", SERVICES)
def test_asyncapi_tells_each_event_a_service_takes_and_gives(service):
    document = yaml.safe_load(GENERATED[f"docs/asyncapi/{service}.yaml"])
    actions = {name: one["action"] for name, one in document["operations"].items()}
    taken = {row.type: "receive" for row in consumed_by(service)}
    given = {row.type: "send" for row in CATALOGUE if service in publishers_of(row)}
    assert actions == given | taken, "what a service tells itself stands there as taken"
    for event_type in taken:
        channel = document["channels"][event_type]
        place = f"{service}.inbox" if service in KEYED_SERVICES else f"{service}.{event_type}"
        assert channel["bindings"]["amqp"]["queue"]["name"].startswith(place)
        assert len(channel["description"].split("\n\n")) > 1, "the handler has a docstring"
    for event_type in given.keys() - taken:
        binding = document["channels"][event_type]["bindings"]["amqp"]
        assert (binding["exchange"]["name"], binding["is"]) == ("events", "routingKey")


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_in_asyncapi_leads_somewhere(service):
    document = yaml.safe_load(GENERATED[f"docs/asyncapi/{service}.yaml"])
    for reference in references(document):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


@pytest.mark.parametrize("service", SERVICES)
def test_components_in_asyncapi_have_names_that_its_version_3_allows(service):
    components = yaml.safe_load(GENERATED[f"docs/asyncapi/{service}.yaml"])["components"]
    assert [name for part in components.values() for name in part if not re.fullmatch(r"[\w.-]+", name)] == []


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        node = list(node.values())
    for one in node if isinstance(node, list) else ():
        yield from references(one)


def test_docs_are_written_where_they_are_missing_and_only_there(tmp_path, capsys):
    assert main(tmp_path) == 0
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")} == set(GENERATED)
    capsys.readouterr()
    assert main(tmp_path) == 0
    assert capsys.readouterr().out == ""


def test_a_broken_promise_stops_everything(tmp_path, capsys):
    main(tmp_path)
    path = tmp_path / FOLDER / "message.sent.v1.json"
    promised = json.loads(path.read_text())
    promised["$defs"]["MessageSent"]["properties"]["price"] = {"type": "number"}
    path.write_text(json.dumps(promised))
    (tmp_path / FOLDER / "parrot.sighted.v1.json").write_text("{}")
    assert [one.split(": ")[0] for one in broken_promises(tmp_path)] == [
        "message.sent.v1",
        "parrot.sighted.v1",
    ]
    assert main(tmp_path) == 1
    assert "data.price: field removed" in capsys.readouterr().out
    assert json.loads(path.read_text()) == promised
