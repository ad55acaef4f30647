"""What names stand for at one place of a statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from sluice.lineage.values import Relation, Value, merged


@dataclass
class Scope:
    """Relations that a query reads from, within the query around it.

    Attributes:
        queries: Named queries (`with`) that can be read here.
        outer: The scope around, whose relations a lateral or a scalar query may name.
        relations: By alias, in the order of the `from` clause.
        rows: What decides which rows there are.
        windows: Named windows.
    """

    queries: Mapping[str, Relation]
    outer: "Scope | None" = None
    relations: dict[str, Relation] = field(default_factory=dict)
    rows: frozenset[str] = frozenset()
    windows: dict[str, exp.Window] = field(default_factory=dict)

    def find(self, name: str, table: str = "") -> Value | None:
        """The value of a column, or of a whole row where it is a relation that is named."""
        if table:
            relation = self.relations.get(table)
            if relation is not None:
                return relation.find(name)
        else:
            found = [relation.find(name) for relation in self._searched(name)]
            values = [value for value in found if value is not None]
            if values:
                # More than one only where a join names the column it equates.
                return merged(values)
            if name in self.relations:
                return self.relations[name].row
        return self.outer.find(name, table) if self.outer else None

    def _searched(self, name: str) -> list[Relation]:
        known = [relation for relation in self.relations.values() if name in relation.columns]
        if known or name in self.relations:
            return known
        return [relation for relation in self.relations.values() if relation.any_column]
