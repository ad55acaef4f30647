"""What a set of changes makes of a working graph, decided before anything is written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from api.kit.errors import Details, ValidationFailedError
from api.workflows.graph_schemas import EdgeChange, GraphUpdate, NodeChange, StepFields
from api.workflows.models import Step, StepTransition
from api.workflows.roles import RoleBook, unknown_role
from api.workflows.schemas import MAX_EDGES, MAX_NODES

# A stored step by its id, a new one by its temp_id.
NodeRef = int | str
END_COLUMNS = ("from_step_id", "to_step_id")
_SAME_NAME = ("name", "description", "instruction", "is_start", "is_end", "auto_escalate")


def read_weight(weight: float) -> Decimal:
    """Round to what is stored, so that an answer shows what a later read will."""
    return Decimal(str(weight)).quantize(Decimal("0.001"))


def lonely_escalation(name: str) -> str:
    return f"step {name!r} names no role to be passed on to: give escalate_to, or leave auto_escalate false"


def step_columns(
    fields: StepFields, roles: RoleBook, stored: Step | None = None
) -> tuple[dict[str, Any], Details]:
    """Translate what was said of a step into columns; beside them, what is wrong with it by field.

    Args:
        fields: what was said.
        roles: the roles that there are.
        stored: the step as it was before, unless it is new.
    """
    columns = fields.given(*_SAME_NAME)
    problems: Details = {}
    if fields.role_reference is not None:
        name, reference = fields.role_reference
        columns["role_id"] = roles.find(reference)
        if columns["role_id"] is None:
            problems[name] = [unknown_role(reference)]
    if "escalate_to" in fields.model_fields_set:
        columns["escalate_to_role_id"] = roles.find(fields.escalate_to)
        if fields.escalate_to is not None and columns["escalate_to_role_id"] is None:
            problems["escalate_to"] = [unknown_role(fields.escalate_to)]
    if "escalate_to" not in problems and _escalates_to_nobody(columns, stored):
        name = columns.get("name", stored.name if stored else "")
        problems["auto_escalate"] = [lonely_escalation(name)]
    for weight in fields.given("weight").values():
        columns["weight"] = read_weight(weight)
    for order in fields.given("order").values():
        columns["sort_order"] = order
    for design in fields.given("design").values():
        columns["design"] = design.model_dump()
    return columns, problems


def _escalates_to_nobody(columns: Mapping[str, Any], stored: Step | None) -> bool:
    """Tell whether a step, once changed, is to be passed on by itself with nobody to take it."""
    was_automatic, role_id = (stored.auto_escalate, stored.escalate_to_role_id) if stored else (False, None)
    is_automatic = columns.get("auto_escalate", was_automatic)
    return is_automatic and columns.get("escalate_to_role_id", role_id) is None


@dataclass(slots=True)
class PlannedEdge:
    """An edge to add, or a stored one with what it becomes."""

    stored: StepTransition | None
    from_step: NodeRef
    to_step: NodeRef
    columns: dict[str, Any]

    @property
    def all_columns(self) -> dict[str, Any]:
        return {**dict(zip(END_COLUMNS, (self.from_step, self.to_step), strict=True)), **self.columns}

    @property
    def key(self) -> tuple[NodeRef, NodeRef, str]:
        return self.from_step, self.to_step, str(self.columns.get("name", "")).casefold()


@dataclass(slots=True)
class GraphPlan:
    deleted_steps: set[int] = field(default_factory=set)
    deleted_edges: set[int] = field(default_factory=set)
    changed_steps: dict[int, dict[str, Any]] = field(default_factory=dict)
    new_steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: list[PlannedEdge] = field(default_factory=list)


class GraphPlanner:
    """Applies a change set to a working graph on paper, collecting everything that is wrong with it."""

    def __init__(
        self,
        steps: Mapping[int, Step],
        transitions: Mapping[int, StepTransition],
        roles: RoleBook,
        *,
        may_be_empty: bool,
    ) -> None:
        self.steps = steps
        self.transitions = transitions
        self.roles = roles
        self.may_be_empty = may_be_empty
        self.plan = GraphPlan()
        self.problems: Details = {}
        self._refs: dict[str, NodeRef] = {}

    def decide(self, changes: GraphUpdate) -> GraphPlan:
        """Return what has to be written.

        Raises:
            ValidationFailedError: with every problem found, by its place in the request.
        """
        self._read_deletions(changes)
        for index, node in enumerate(changes.nodes):
            self._read_node(f"nodes.{index}", node)
        for index, edge in enumerate(changes.edges):
            if not edge.to_delete:
                self._read_edge(f"edges.{index}", edge)
        self._check_outcome()
        if self.problems:
            raise ValidationFailedError(details=self.problems)
        return self.plan

    def _refuse(self, place: str, sentence: str) -> None:
        self.problems.setdefault(place, []).append(sentence)

    def _read_deletions(self, changes: GraphUpdate) -> None:
        named_steps = Counter(node.step_id for node in changes.nodes if node.step_id is not None)
        named_edges = Counter(edge.transition_id for edge in changes.edges if edge.transition_id is not None)
        for name, named in (("step_id", named_steps), ("transition_id", named_edges)):
            for key, count in named.items():
                if count > 1:
                    self._refuse(f"{name}s", f"{name} {key} is named {count} times: name it once")
        doomed = {node.step_id for node in changes.nodes if node.to_delete}
        self.plan.deleted_steps = {step_id for step_id in self.steps if step_id in doomed}
        cut = {edge.transition_id for edge in changes.edges if edge.to_delete}
        # Edges go with either of their steps.
        self.plan.deleted_edges = {
            transition_id
            for transition_id, edge in self.transitions.items()
            if transition_id in cut or {edge.from_step_id, edge.to_step_id} & self.plan.deleted_steps
        }
        for index, edge in enumerate(changes.edges):
            if edge.to_delete and edge.transition_id not in self.transitions:
                self._refuse(f"edges.{index}.transition_id", _not_here("transition", edge.transition_id))

    def _read_node(self, place: str, node: NodeChange) -> None:
        if node.step_id is not None and node.step_id not in self.steps:
            self._refuse(f"{place}.step_id", _not_here("step", node.step_id))
            return
        if node.to_delete:
            if node.step_id is None:
                self._refuse(f"{place}.to_delete", "a new node cannot be deleted: leave it out")
            return
        ref: NodeRef = node.step_id if node.step_id is not None else str(node.temp_id)
        if node.temp_id in self._refs:
            self._refuse(f"{place}.temp_id", f"temp_id {node.temp_id!r} is used twice: give each its own")
        elif node.temp_id is not None:
            self._refs[node.temp_id] = ref
        columns, problems = step_columns(node, self.roles, self.steps.get(node.step_id or 0))
        for name, sentences in problems.items():
            self.problems.setdefault(f"{place}.{name}", []).extend(sentences)
        if node.step_id is not None:
            self.plan.changed_steps[node.step_id] = columns
            return
        if "name" not in columns:
            self._refuse(f"{place}.name", "a new node needs a name")
        if node.role_reference is None:
            self._refuse(f"{place}.role_id", "a new node needs a role: give role_id, or role by its name")
        self.plan.new_steps.setdefault(str(node.temp_id), columns)

    def _read_edge(self, place: str, edge: EdgeChange) -> None:
        stored = self.transitions.get(edge.transition_id or 0)
        if edge.transition_id is not None and stored is None:
            self._refuse(f"{place}.transition_id", _not_here("transition", edge.transition_id))
            return
        if stored is not None and stored.transition_id in self.plan.deleted_edges:
            sentence = f"transition {edge.transition_id} goes with a step deleted here: leave it out"
            self._refuse(f"{place}.transition_id", sentence)
            return
        from_step = self._read_end(
            place, "from", edge.from_step_id, edge.from_temp_id, stored.from_step_id if stored else None
        )
        to_step = self._read_end(
            place, "to", edge.to_step_id, edge.to_temp_id, stored.to_step_id if stored else None
        )
        if from_step is None or to_step is None:
            return
        if from_step == to_step:
            self._refuse(place, f"an edge may not lead from node {from_step!r} to itself")
        columns = {"name": stored.name if stored else "", **edge.given("name")}
        for design in edge.given("design").values():
            columns["design"] = design.model_dump()
        self.plan.edges.append(PlannedEdge(stored, from_step, to_step, columns))

    def _read_end(
        self, place: str, end: str, step_id: int | None, temp_id: str | None, stored: int | None
    ) -> NodeRef | None:
        if step_id is not None:
            if step_id in self.plan.deleted_steps:
                self._refuse(f"{place}.{end}_step_id", f"step {step_id} is deleted here: name another")
            elif step_id in self.steps:
                return step_id
            else:
                self._refuse(f"{place}.{end}_step_id", _not_here("step", step_id))
        elif temp_id is not None:
            if temp_id in self._refs:
                return self._refs[temp_id]
            self._refuse(f"{place}.{end}_temp_id", f"node {temp_id!r} is not in this request")
        elif stored is not None:
            return stored
        else:
            self._refuse(f"{place}.{end}_step_id", f"a new edge needs {end}_step_id or {end}_temp_id")
        return None

    def _check_outcome(self) -> None:
        starts = [
            self.plan.changed_steps.get(step_id, {}).get("is_start", step.is_start)
            for step_id, step in self.steps.items()
            if step_id not in self.plan.deleted_steps
        ] + [columns.get("is_start", False) for columns in self.plan.new_steps.values()]
        if sum(starts) != 1 and (starts or not self.may_be_empty):
            self._refuse("nodes", f"exactly one node must be the start after the change, not {sum(starts)}")
        if len(starts) > MAX_NODES:
            self._refuse("nodes", f"the graph would have {len(starts)} nodes: {MAX_NODES} are allowed")
        self._check_edges()

    def _check_edges(self) -> None:
        touched = {edge.stored.transition_id for edge in self.plan.edges if edge.stored}
        keys = Counter(edge.key for edge in self.plan.edges)
        keys.update(
            (edge.from_step_id, edge.to_step_id, edge.name.casefold())
            for transition_id, edge in self.transitions.items()
            if transition_id not in self.plan.deleted_edges | touched
        )
        for (from_step, to_step, name), count in keys.items():
            if count > 1:
                sentence = f"{count} edges {name!r} would lead from {from_step!r} to {to_step!r}"
                self._refuse("edges", f"{sentence}: give each its own name")
        if keys.total() > MAX_EDGES:
            self._refuse("edges", f"the graph would have {keys.total()} edges: {MAX_EDGES} are allowed")


def _not_here(kind: str, key: int | None) -> str:
    if key is None:
        return f"give the {kind}_id of what is to be deleted"
    return f"{kind} {key} is not in this workflow's graph: read the graph again"
