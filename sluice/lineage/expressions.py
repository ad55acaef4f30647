"""What the value of an expression is made of."""

from functools import singledispatchmethod

from sqlglot import exp

from sluice.lineage.scopes import Scope
from sluice.lineage.values import ANY_KEY, EMPTY, Relation, Value, merged

OBJECTS = {"json_build_object", "jsonb_build_object"}
LISTS = {"jsonb_agg", "json_build_array", "jsonb_build_array"}


class Expressions:
    """How expressions are read. What is none of those below is made of all its parts.

    Attributes:
        read: Every column that was named, whatever for.
        unresolved: Names of columns that could not be told.
    """

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.unresolved: set[str] = set()

    def query(self, node: exp.Expr, scope: Scope) -> Relation:
        raise NotImplementedError

    @singledispatchmethod
    def value(self, node: exp.Expr, scope: Scope) -> Value:
        """What an expression is made of, in a scope."""
        return merged(self.value(part, scope) for part in node.iter_expressions())

    @value.register
    def _(self, node: exp.Column, scope: Scope) -> Value:
        found = scope.find(node.name, node.table)
        if found is None:
            self.unresolved.add(node.sql())
            return EMPTY
        self.read |= found.columns
        return found

    @value.register
    def _(self, _: exp.Parameter, __: Scope) -> Value:
        return Value(is_asked=True)

    @value.register
    def _(self, node: exp.AggFunc, scope: Scope) -> Value:
        return self._aggregate(node, scope)

    @value.register
    def _(self, node: exp.JSONArrayAgg, scope: Scope) -> Value:
        return self._aggregate(node, scope).listed()

    @value.register
    def _(self, node: exp.JSONObjectAgg, scope: Scope) -> Value:
        key, told = (self.value(self._unordered(part, scope), scope) for part in node.expressions)
        return Value(key.columns, {ANY_KEY: told})

    @value.register
    def _(self, node: exp.WithinGroup, scope: Scope) -> Value:
        """A percentile is of what it orders."""
        return self.value(node.expression, scope)

    @value.register
    def _(self, node: exp.Window, scope: Scope) -> Value:
        """What is counted over a window; a rank, which takes nothing, is made of the window."""
        told = self.value(node.this, scope)
        named = scope.windows.get(node.alias, node)
        parts = [*(named.args.get("partition_by") or ()), *filter(None, [named.args.get("order")])]
        window = merged(self.value(part, scope) for part in parts)
        return told if told.is_known else told.merge(Value(window.columns))

    @value.register
    def _(self, node: exp.Anonymous, scope: Scope) -> Value:
        name = node.name.lower()
        if name in OBJECTS:
            return self._object(node.expressions, scope)
        if name in LISTS:
            return self._aggregate(node, scope).listed()
        return merged(self.value(part, scope) for part in node.iter_expressions())

    @value.register(exp.Subquery)
    @value.register(exp.Select)
    def _(self, node: exp.Expr, scope: Scope) -> Value:
        return next(iter(self.query(node, scope).columns.values()), EMPTY)

    @value.register
    def _(self, node: exp.Exists, scope: Scope) -> Value:
        return Value(self.query(node.this, scope).rows)

    @value.register
    def _(self, node: exp.In, scope: Scope) -> Value:
        found = merged(self.value(part, scope) for part in node.iter_expressions())
        query = node.args.get("query")
        return found.merge(Value(self.query(query, scope).rows)) if query else found

    @value.register
    def _(self, node: exp.Array, scope: Scope) -> Value:
        return merged(self.value(part, scope) for part in node.iter_expressions()).listed()

    @value.register(exp.JSONExtract)
    @value.register(exp.JSONExtractScalar)
    def _(self, node: exp.JSONExtract | exp.JSONExtractScalar, scope: Scope) -> Value:
        """A field of a document, where its fields are known."""
        document, key = self.value(node.this, scope), node.expression
        parts = key.expressions if isinstance(key, exp.JSONPath) else ()
        names = [part.this for part in parts if isinstance(part, exp.JSONPathKey)]
        if len(names) == 1 and names[0] in document.fields:
            return document.fields[names[0]]
        return Value(merged([document, *(leaf for _, leaf in document.leaves())]).columns)

    @value.register
    def _(self, node: exp.Dot, scope: Scope) -> Value:
        """A function of a schema, or a field of a row."""
        if isinstance(node.expression, exp.Func):
            return self.value(node.expression, scope)
        found = self.value(node.this, scope)
        return found.fields.get(node.expression.name, Value(found.columns))

    @value.register
    def _(self, node: exp.Lambda, scope: Scope) -> Value:
        """`f(document -> 'key')`, which the parser takes for a function of `document`."""
        return merged(self.value(exp.column(name.name), scope) for name in node.expressions)

    def _aggregate(self, node: exp.Expr, scope: Scope) -> Value:
        """What an aggregate takes; one that takes no column counts rows."""
        taken = [self.value(self._unordered(part, scope), scope) for part in node.iter_expressions()]
        found = merged(taken)
        return found if found.is_known else Value(scope.rows, is_asked=found.is_asked)

    def _unordered(self, node: exp.Expr, scope: Scope) -> exp.Expr:
        """What is aggregated, without the order in which it is, which is read all the same."""
        if not isinstance(node, exp.Order):
            return node
        for order in node.expressions:
            self.value(order, scope)
        aggregated: exp.Expr = node.this
        return aggregated

    def _object(self, parts: list[exp.Expr], scope: Scope) -> Value:
        pairs = zip(parts[::2], parts[1::2], strict=True)
        fields = {
            key.name if isinstance(key, exp.Literal) else ANY_KEY: self.value(value, scope)
            for key, value in pairs
        }
        return Value(fields=fields)
