"""How MongoDB holds our documents and is asked for them.

`{_id: "<tenant>/<key>", tenant, key, version, body}`; `_id` alone is unique, so insert and compare-and-set
need no other index.
"""

from typing import Any, Final, TypeAlias
from urllib.parse import quote

from chassis.storage.collection_spec import CollectionSpec
from chassis.storage.port import Versioned
from chassis.storage.query import Query, Range

Stored: TypeAlias = dict[str, Any]

UP: Final = 1
DOWN: Final = -1


def identity(tenant: str, key: str) -> str:
    # Quoting keeps "a/b" + "c" apart from "a" + "b/c"; usual tenants stay readable.
    return f"{quote(tenant, safe='')}/{key}"


def stored(document: Versioned) -> Stored:
    return {
        "_id": identity(document.tenant, document.key),
        "tenant": document.tenant,
        "key": document.key,
        "version": document.version,
        "body": document.body,
    }


def versioned(found: Stored) -> Versioned:
    return Versioned(found["tenant"], found["key"], found["version"], found["body"])


def index_columns(spec: CollectionSpec, fields: tuple[str, ...]) -> list[tuple[str, int]]:
    """No fields: the index that lists a tenant's documents."""
    paths = [f"body.{field}" for field in fields]
    # The tie-break ends the index, so that a sorted page is read straight from it.
    columns = [*paths, "tenant", "key"] if spec.across else ["tenant", *paths, "key"]
    return [(column, UP) for column in columns]


def conditions(query: Query) -> Stored:
    wanted: Stored = {} if query.tenant is None else {"tenant": query.tenant}
    for field, value in query.where.items():
        wanted[f"body.{field}"] = (
            {f"${name}": bound for name, bound in value.bounds()} if isinstance(value, Range) else value
        )
    return wanted


def order(query: Query) -> list[tuple[str, int]]:
    direction = DOWN if query.descending else UP
    fields = [f"body.{query.sort}"] if query.sort else []
    return [(column, direction) for column in [*fields, *query.tie_break]]
