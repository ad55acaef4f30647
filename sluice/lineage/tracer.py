"""Columns traced through a statement of PostgreSQL: from what each column of its outcome is made.

A value is made of the columns in its own expression, not of those that decide which rows are read; only what
counts rows is made of these: of the rows of the tables and of the columns of the conditions.
"""

from collections.abc import Mapping, Sequence

import sqlglot
from sqlglot import exp

from sluice.lineage.expressions import Expressions
from sluice.lineage.scopes import Scope
from sluice.lineage.values import EMPTY, Relation, Value, merged, union

NUMBERS = (exp.Literal, exp.Neg)
Tables = Mapping[str, Sequence[str]]


class Tracer(Expressions):
    """One statement.

    Args:
        tables: The columns of each table, by `schema.table`. A table that is not among them has whatever
            column it is asked for.
    """

    def __init__(self, tables: Tables) -> None:
        super().__init__()
        self.tables = tables

    def trace(self, statement: str) -> Relation:
        return self.query(sqlglot.parse_one(statement, read="postgres"), Scope({}))

    def query(self, node: exp.Expr, scope: Scope) -> Relation:
        """The outcome of a query that stands within a scope."""
        inner = Scope(self._named_queries(node, scope), scope)
        if isinstance(node, exp.Subquery):
            return self.query(node.this, inner).renamed(alias_columns(node))
        if isinstance(node, exp.SetOperation):
            return union(self.query(node.this, inner), self.query(node.expression, inner))
        if isinstance(node, exp.Values):
            return self._values(node, inner)
        assert isinstance(node, exp.Select)  # noqa: S101 - nothing else is a query
        return self._select(node, inner)

    def _named_queries(self, node: exp.Expr, scope: Scope) -> dict[str, Relation]:
        queries = dict(scope.queries)
        clause = node.args.get("with_") or exp.With(expressions=[])
        for named in clause.expressions:
            inner = Scope(queries, scope)
            if clause.args.get("recursive") and isinstance(named.this, exp.SetOperation):
                start = self.query(named.this.this, inner).renamed(alias_columns(named))
                queries[named.alias] = start
                inner = Scope(queries, scope)
            queries[named.alias] = self.query(named.this, inner).renamed(alias_columns(named))
        return queries

    def _select(self, node: exp.Select, scope: Scope) -> Relation:
        start = node.args.get("from_")
        if start:
            self._add_source(start.this, scope, decides=True)
        for join in node.args.get("joins") or ():
            self._join(join, scope)
        if where := node.args.get("where"):
            scope.rows |= self.value(where.this, scope).columns
        scope.windows |= {window.name: window for window in node.args.get("windows") or ()}
        columns: dict[str, Value] = {}
        for projection in node.expressions:
            columns |= self._project(projection, scope, len(columns))
        ordered_by = self._note_the_rest(node, scope, columns)
        if node.args.get("limit"):
            words = {
                each.alias_or_name for each in node.expressions if not isinstance(each.unalias(), NUMBERS)
            }
            columns |= {name: ordered_by for name in words & columns.keys() if not columns[name].is_known}
        return Relation(columns, scope.rows)

    def _join(self, join: exp.Join, scope: Scope) -> None:
        self._add_source(join.this, scope, decides=join.side != "LEFT")
        if condition := join.args.get("on"):
            self.value(condition, scope)
        for shared in join.args.get("using") or ():
            self.value(exp.column(shared.name), scope)

    def _add_source(self, node: exp.Expr, scope: Scope, *, decides: bool) -> None:
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
            # Joins in parentheses, as PostgreSQL writes those of a view.
            self._add_source(node.this, scope, decides=decides)
            for join in node.this.args.get("joins") or ():
                self._join(join, scope)
            return
        relation = self._source(node, scope)
        alias = node.alias_or_name or (node.this.name if isinstance(node.this, exp.Func) else "")
        scope.relations[alias or f"unnamed {len(scope.relations)}"] = relation
        if decides:
            scope.rows |= relation.rows

    def _source(self, node: exp.Expr, scope: Scope) -> Relation:
        if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Dot):
            return self._function(node, node.this.expression, scope)
        if isinstance(node, exp.Lateral):
            relation = self._source(node.this, scope)
        elif isinstance(node, exp.Unnest):
            relation = self._columns_of(node, [self.value(each, scope) for each in node.expressions])
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Func):
            return self._function(node, node.this, scope)
        elif isinstance(node, exp.Table):
            relation = self._table(node, scope)
        elif isinstance(node, exp.Func):
            return self._function(node, node, scope)
        else:
            return self.query(node, scope).renamed(alias_columns(node))
        return relation if isinstance(node, exp.Unnest) else relation.renamed(alias_columns(node))

    def _table(self, node: exp.Table, scope: Scope) -> Relation:
        if not node.db and node.name in scope.queries:
            return scope.queries[node.name]
        name = f"{node.db}.{node.name}"
        columns = self.tables.get(name, ())

        def value_of(column: str) -> Value:
            return Value(frozenset({f"{name}.{column}"}))

        known = {column: value_of(column) for column in columns}
        return Relation(known, frozenset({f"{name}.*"}), None if columns else value_of)

    def _function(self, node: exp.Expr, call: exp.Expr, scope: Scope) -> Relation:
        """A function in the place of a table: each of its columns is made of all it is given."""
        given = self.value(call, scope)
        made = Value(given.columns, is_asked=given.is_asked)
        names = alias_columns(node) or [node.alias_or_name or call.name]
        return Relation(dict.fromkeys(names, made), given.columns, lambda _: made)

    def _columns_of(self, node: exp.Unnest, values: list[Value]) -> Relation:
        names = alias_columns(node) or [node.alias or "unnest", *(f"unnest {place}" for place in range(2, 9))]
        columns = {name: values[place] if place < len(values) else EMPTY for place, name in enumerate(names)}
        offset = node.args.get("offset")
        if isinstance(offset, exp.Identifier):
            columns[offset.name] = EMPTY
        rows = frozenset[str]().union(*(value.columns for value in values))
        return Relation(columns, rows)

    def _values(self, node: exp.Values, scope: Scope) -> Relation:
        rows = [[self.value(cell, scope) for cell in row.expressions] for row in node.expressions]
        names = alias_columns(node) or [f"column{place}" for place, _ in enumerate(rows[0], 1)]
        cells = zip(*rows, strict=True)
        return Relation({name: merged(column) for name, column in zip(names, cells, strict=False)})

    def _project(self, node: exp.Expr, scope: Scope, place: int) -> dict[str, Value]:
        if isinstance(node, exp.Star):
            return {
                name: value
                for relation in reversed(scope.relations.values())
                for name, value in relation.columns.items()
            }
        if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
            found = scope.find(node.table)
            return dict(found.fields) if found else {}
        told = node.unalias()
        # A flag that is set wherever a row is tells that there is one.
        value = Value(scope.rows) if isinstance(told, exp.Boolean) else self.value(told, scope)
        return {node.alias or _own_name(told) or f"column {place}": value}

    def _note_the_rest(self, node: exp.Select, scope: Scope, columns: Mapping[str, Value]) -> Value:
        """What groups, orders and limits is read, too; it may be named by the outcome's own columns.

        Returns:
            What the order is made of: it decides which word a query of few rows tells.
        """
        told = Scope(scope.queries, scope, {"": Relation(columns)})
        parts = {name: node.args.get(name) for name in ("group", "having", "order", "distinct", "limit")}
        values = {name: self.value(part, told) for name, part in parts.items() if isinstance(part, exp.Expr)}
        scope.rows |= values.get("having", EMPTY).columns
        return Value(values.get("order", EMPTY).columns)


def _own_name(node: exp.Expr) -> str:
    """PostgreSQL calls what has no name after its column, or after the function that makes it."""
    if isinstance(node, exp.Func) and not isinstance(node, exp.Anonymous):
        return node.sql_name().lower()
    return node.name


def alias_columns(node: exp.Expr) -> list[str]:
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return []
    return [column.name for column in alias.args.get("columns") or ()]
