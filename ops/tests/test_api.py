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
