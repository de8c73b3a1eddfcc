from dataclasses import replace

import pytest

from ops.servers.supply import Machine, Product, ServersUnavailable, Source, choose_sources

BOTH = frozenset(Product)
BARE = Machine(installed=frozenset(), can_install=False, has_docker=False)


@pytest.mark.parametrize(
    ("machine", "source"),
    [
        (Machine(BOTH, can_install=True, has_docker=True), Source.MACHINE),
        (replace(BARE, can_install=True, has_docker=True), Source.PACKAGE),
        (replace(BARE, has_docker=True), Source.DOCKER),
    ],
)
def test_what_is_nearest_is_taken(machine: Machine, source: Source) -> None:
    assert choose_sources(BOTH, machine) == dict.fromkeys(BOTH, source)


def test_each_server_is_decided_by_itself() -> None:
    machine = replace(BARE, installed=frozenset({Product.REDIS}), has_docker=True)
    assert choose_sources(BOTH, machine) == {
        Product.REDIS: Source.MACHINE,
        Product.RABBITMQ: Source.DOCKER,
    }


def test_a_server_that_is_given_needs_no_source() -> None:
    assert choose_sources(frozenset(), BARE) == {}


def test_one_sentence_says_what_to_do() -> None:
    with pytest.raises(ServersUnavailable) as problem:
        choose_sources({Product.RABBITMQ}, BARE)
    sentence = str(problem.value)
    assert sentence.startswith("rabbitmq-server is missing")
    assert "Docker" in sentence
    assert "BELLHOP_RABBITMQ_URL and BELLHOP_REDIS_URL" in sentence
    assert sentence.count(".") == 1
