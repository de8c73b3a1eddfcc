"""SQL for one collection, as text and parameters. Names come checked from CollectionSpec.

Body fields are expressions over the JSON text, so an index on the same expression serves them.
"""

from typing import TypeAlias

from chassis.storage.collection_spec import CollectionSpec
from chassis.storage.query import Query, Range, Value

Statement: TypeAlias = tuple[str, list[Value]]

_OPERATORS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}


class CollectionStatements:
    """The statements that do not depend on a query."""

    def __init__(self, spec: CollectionSpec) -> None:
        table = f'"{spec.name}"'
        at = "WHERE tenant = ? AND key = ?"
        self.get = f"SELECT tenant, key, version, body FROM {table} {at}"  # noqa: S608
        self.insert = (
            f"INSERT INTO {table} (tenant, key, version, body) VALUES (?, ?, 1, ?)"  # noqa: S608
            " ON CONFLICT DO NOTHING RETURNING version"
        )
        self.save = (
            f"UPDATE {table} SET version = version + 1, body = ? {at} AND version = ?"  # noqa: S608
            " RETURNING version"
        )
        self.delete = f"DELETE FROM {table} {at} AND version = ifnull(?, version) RETURNING version"  # noqa: S608
        self.schema = [_table(table), *(_index(spec, index) for index in spec.indexes)]


def select(query: Query) -> Statement:
    conditions = [] if query.tenant is None else ["tenant = ?"]
    parameters: list[Value] = [] if query.tenant is None else [query.tenant]
    for field, wanted in query.where.items():
        for operator, value in _comparisons(wanted):
            conditions.append(f"{_field(field)} {operator} ? AND {_is_like(field, value)}")
            parameters.append(value)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    columns = "SELECT tenant, key, version, body"
    sql = f"{columns} FROM {_source(query)} {where} {_order(query)} LIMIT ? OFFSET ?"
    return sql, [*parameters, query.limit, query.skip]


def _source(query: Query) -> str:
    # Named, because the planner would rather walk all keys of the tenant than sort a few matches.
    index = f'INDEXED BY "{_index_name(query.spec, query.index)}"' if query.index else ""
    return f'"{query.spec.name}" {index}'


def _table(table: str) -> str:
    return (
        f"CREATE TABLE IF NOT EXISTS {table} (tenant TEXT NOT NULL, key TEXT NOT NULL,"
        " version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant, key))"
    )


def _index(spec: CollectionSpec, fields: tuple[str, ...]) -> str:
    paths = [_field(field) for field in fields]
    # The tie-break ends the index, so that a sorted page is read straight from it.
    columns = [*paths, "tenant", "key"] if spec.across else ["tenant", *paths, "key"]
    name = _index_name(spec, fields)
    return f'CREATE INDEX IF NOT EXISTS "{name}" ON "{spec.name}" ({", ".join(columns)})'


def _index_name(spec: CollectionSpec, fields: tuple[str, ...]) -> str:
    return "__".join([spec.name, *fields, "across" if spec.across else "by_tenant"])


def _field(path: str) -> str:
    return f"json_extract(body, '$.{path}')"


def _comparisons(wanted: Value | Range) -> list[tuple[str, Value]]:
    if isinstance(wanted, Range):
        return [(_OPERATORS[name], bound) for name, bound in wanted.bounds()]
    return [("=", wanted)]


def _is_like(path: str, value: Value) -> str:
    # SQLite extracts true as 1 and sorts every text above every number.
    match value:
        case bool():
            kinds = "'true'" if value else "'false'"
        case int():
            kinds = "'integer', 'real'"
        case _:
            kinds = "'text'"
    return f"json_type(body, '$.{path}') IN ({kinds})"


def _order(query: Query) -> str:
    columns = [_field(query.sort)] if query.sort else []
    direction = "DESC" if query.descending else "ASC"
    return "ORDER BY " + ", ".join(f"{column} {direction}" for column in [*columns, *query.tie_break])
