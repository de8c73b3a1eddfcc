"""What the commands show when the API says no."""

import httpx
import pytest

from ops.api import Api, ApiProblem

MAY_BE = "It was not confirmed in time and may still be done: look before you ask again."


@pytest.mark.parametrize(
    ("problem", "shown"),
    [
        ({"title": "Try again shortly", "detail": MAY_BE}, f"Try again shortly: {MAY_BE}"),
        ({"title": "Try again shortly"}, "Try again shortly: something is away, see `bellhop status`"),
    ],
)
def test_what_may_still_be_done_is_shown_and_only_where_it_may(problem: dict[str, str], shown: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(503, json=problem))
    with pytest.raises(ApiProblem) as refused:
        Api(httpx.Client(base_url="http://gateway", transport=transport)).request("POST", "/api/v1/failures")
    assert (str(refused.value), refused.value.status) == (shown, 503)


def test_a_login_that_has_run_out_is_repeated() -> None:
    tokens: list[str] = []

    def gateway(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/login"):
            tokens.append(f"token-{len(tokens)}")
            return httpx.Response(200, json={"access_token": tokens[-1]})
        if request.headers["authorization"] != "Bearer token-1":
            return httpx.Response(401, json={"title": "Log in first"})
        return httpx.Response(200, json={"known": True})

    api = Api(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(gateway)))
    api.login()
    assert api.request("GET", "/api/v1/tenants/lyo") == {"known": True}
    assert tokens == ["token-0", "token-1"]
