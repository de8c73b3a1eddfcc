"""What an operator asks and RabbitMQ does not confirm: the answer says that it may still be done."""

import pytest

WISHES = [
    ("PUT", "/api/v1/tenants/rosa/pauses/replies", {"reason": "new prices"}),
    ("DELETE", "/api/v1/tenants/rosa/pauses/replies", None),
    ("POST", "/api/v1/tenants/rosa/pauses/replies/step", None),
    ("POST", "/api/v1/partitions/conversation", {"count": 8}),
    ("POST", "/api/v1/failures/jobs", {"service": "scheduler", "action": "retry", "selection": {}}),
]


@pytest.mark.parametrize(("method", "path", "body"), WISHES)
async def test_it_may_still_be_done(house, method, path, body) -> None:
    admin = await house.login("admin@bellhop.local", "bellhop-demo")
    house.broker.down = True
    answer = await house.http.request(method, path, json=body, headers=admin)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "may still be done: look before you ask again" in answer.json()["detail"]
