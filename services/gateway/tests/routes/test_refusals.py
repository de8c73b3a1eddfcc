"""The OpenAPI document names the problems that a request may be answered with."""

from typing import Any

import pytest

from gateway.main import app

DOCUMENT = app.openapi()
OF_THE_API = {
    f"{method.upper()} {path}": operation["responses"]
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if path.startswith("/api/v1")
}


def refused(operation: str) -> set[str]:
    return {one for one in OF_THE_API[operation] if one >= "400"}


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("POST /api/v1/chat", {"400", "404", "422", "503"}),
        ("POST /api/v1/auth/login", {"400", "401", "422", "429", "503"}),
        ("GET /api/v1/tenants", {"401", "503"}),
        ("GET /api/v1/tenants/{tenant}", {"401", "404", "422", "503"}),
        ("PUT /api/v1/tenants/{tenant}", {"400", "401", "403", "404", "422", "503"}),
        ("DELETE /api/v1/tenants/{tenant}/pauses/{capability}", {"401", "404", "422", "503"}),
        ("GET /api/v1/failures", {"401", "403", "503"}),
        ("POST /api/v1/failures/jobs", {"400", "401", "403", "422", "503"}),
        ("GET /api/v1/record/{ref}", {"401", "403", "404", "422", "503"}),
    ],
)
def test_each_request_names_its_refusals(operation: str, statuses: set[str]) -> None:
    assert refused(operation) == statuses


@pytest.mark.parametrize("operation", OF_THE_API)
def test_every_refusal_is_a_problem_with_its_reason(operation: str) -> None:
    assert "503" in refused(operation)
    for status in refused(operation):
        answer: dict[str, Any] = OF_THE_API[operation][status]
        assert answer["description"]
        (media, content), *others = answer["content"].items()
        assert (media, others) == ("application/problem+json", [])
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert set(DOCUMENT["components"]["schemas"]["Problem"]["required"]) == {"type", "title", "status"}
