"""`bellhop prompts …`, where it only looks: each function is one command and returns its exit code."""

from datetime import date
from urllib.parse import urlencode

from ops.api import Api
from ops.prompts.asking import (
    FINE,
    MISUNDERSTOOD,
    WRONG,
    path_of,
    prompts_of,
    purpose_of,
    tell,
    texts_of,
    with_api,
)
from ops.prompts.views import changed, differing, filled, outcome_table, overview, version_texts


def show_all(tenant: str | None, *, raw: bool) -> int:
    """What is in force for one business or all."""

    def work(api: Api) -> int:
        known = [{"id": tenant}] if tenant else api.request("GET", "/api/v1/tenants")["items"]
        items = [{"tenant": one["id"], **item} for one in known for item in prompts_of(api, one["id"])]
        return tell(items, raw=raw, look=lambda: overview(items))

    return with_api(work)


def show(tenant: str, purpose: str, version: str | None, *, raw: bool) -> int:
    """Texts as they are written."""

    def work(api: Api) -> int:
        item = purpose_of(api, tenant, purpose)
        names = [version] if version else [one["version"] for one in item["versions"]]
        found = {name: texts_of(item, name) for name in names}
        return tell(found, raw=raw, look=lambda: version_texts(item, found))

    return with_api(work)


def preview(tenant: str, purpose: str, version: str, language: str | None, *, raw: bool) -> int:
    """A text filled in."""

    def work(api: Api) -> int:
        query = urlencode({"version": version} | ({"language": language} if language else {}))
        found = api.request("GET", f"{path_of(tenant, purpose)}/preview?{query}")
        return tell(found, raw=raw, look=lambda: filled(found))

    return with_api(work)


def outcomes(tenant: str, since: date | None, *, raw: bool) -> int:
    """What became of the questions asked with each version since a day; None: this month."""

    def work(api: Api) -> int:
        prompts_of(api, tenant)  # or there is no such business
        days = {"since": since.isoformat()} if since else {}
        found = api.request("GET", f"/api/v1/ai/usage?{urlencode({'tenant': tenant} | days)}")
        return tell(found["prompts"], raw=raw, look=lambda: outcome_table(found))

    return with_api(work)


def diff(tenant: str, purpose: str, versions: tuple[str | None, str], *, raw: bool) -> int:
    """Two versions line by line; None: the one in force. Exit codes: 0 alike, 1 different, 2 not possible."""

    def work(api: Api) -> int:
        item = purpose_of(api, tenant, purpose)
        names = (versions[0] or item["in_force"], versions[1])
        lines = differing(names, (texts_of(item, names[0]), texts_of(item, names[1])))
        tell(lines, raw=raw, look=lambda: changed(lines, names))
        return WRONG if lines else FINE

    return with_api(work, else_=MISUNDERSTOOD)
