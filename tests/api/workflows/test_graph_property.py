"""Random change sets against a plain model of what they mean."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.desk import Desk, make_workflow

Row = dict[str, Any]
NUMBERS = count(1)
NODE_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["North", "South"]),
        "weight": st.sampled_from([0, 0.5, 1.25]),
        "order": st.integers(0, 5),
        "is_end": st.booleans(),
        "description": st.sampled_from(["", "said"]),
    },
)
NAMES = st.sampled_from(["go", "GO", "back"])


@dataclass
class Model:
    """The graph that a change set should leave, and whether it may leave it."""

    nodes: dict[Any, Row]
    edges: dict[Any, Row]
    is_valid: bool = True
    deleted: set[Any] = field(default_factory=set)

    def apply(self, request: Row) -> None:
        cut = {edge["transition_id"] for edge in request["edges"] if edge.get("to_delete")}
        self.deleted = {node["step_id"] for node in request["nodes"] if node.get("to_delete")}
        self.edges = {
            key: edge
            for key, edge in self.edges.items()
            if key not in cut and not {edge["from"], edge["to"]} & self.deleted
        }
        self.nodes = {key: node for key, node in self.nodes.items() if key not in self.deleted}
        fresh = {"weight": 0.5, "description": "", "is_start": False, "is_end": False, "escalate_to": None}
        for node in request["nodes"]:
            if not node.get("to_delete"):
                key = node.get("step_id", node.get("temp_id"))
                self.nodes[key] = {**self.nodes.get(key, fresh), **node}
        for index, edge in enumerate(request["edges"]):
            if not edge.get("to_delete"):
                self._apply_edge(f"new {index}", edge)
        starts = sum(node["is_start"] for node in self.nodes.values())
        ends = [(edge["from"], edge["to"], edge["name"].lower()) for edge in self.edges.values()]
        self.is_valid &= starts == 1 or not self.nodes
        self.is_valid &= len(set(ends)) == len(ends)
        self.is_valid &= all(start != end and {start, end} <= set(self.nodes) for start, end, _ in ends)

    def _apply_edge(self, new_key: str, edge: Row) -> None:
        key = edge.get("transition_id", new_key)
        if "transition_id" in edge and key not in self.edges:
            self.is_valid = False
            return
        ends = {end: edge[name] for end in ("from", "to") for name in edge if name.startswith(f"{end}_")}
        stored = self.edges.get(key, {"name": ""})
        self.edges[key] = {**stored, **ends, "name": edge.get("name", stored["name"])}


def draw_changes(data: st.DataObject, graph: Row, role_id: int) -> Row:
    """Draw a change set for a graph as it was read."""
    marks: list[Row] = [{}, {}, {}, {}, {"is_start": True}, {"is_start": False}]
    actions = [*marks, {"to_delete": True}]
    nodes = [
        {"step_id": node["step_id"], **data.draw(NODE_CHANGES), **data.draw(st.sampled_from(actions))}
        for node in graph["nodes"]
        if data.draw(st.booleans())
    ]
    for temp_id in data.draw(st.sampled_from([[], ["n1"], ["n1", "n2"]])):
        new = data.draw(NODE_CHANGES) | data.draw(st.sampled_from(marks))
        nodes.append(new | {"temp_id": temp_id, "name": "New", "role_id": role_id})
    ends = [("step_id", node["step_id"]) for node in graph["nodes"]]
    ends += [("temp_id", node["temp_id"]) for node in nodes if "temp_id" in node]
    edges = []
    for edge in graph["edges"]:
        action = data.draw(st.sampled_from(["keep", "keep", "delete", "rename", "redirect"]))
        named: Row = {"transition_id": edge["transition_id"]}
        if action == "delete":
            edges.append(named | {"to_delete": True})
        elif action == "rename":
            edges.append(named | {"name": data.draw(NAMES)})
        elif action == "redirect":
            kind, end = data.draw(st.sampled_from(ends))
            edges.append(named | {f"to_{kind}": end})
    for _ in range(data.draw(st.integers(0, 2)) if ends else 0):
        (from_kind, start), (to_kind, end) = (data.draw(st.sampled_from(ends)) for _ in range(2))
        edges.append({f"from_{from_kind}": start, f"to_{to_kind}": end, "name": data.draw(NAMES)})
    return {"nodes": nodes, "edges": edges}


def as_model(graph: Row) -> Model:
    return Model(
        {node["step_id"]: node for node in graph["nodes"]},
        {
            edge["transition_id"]: {
                "from": edge["from_step_id"],
                "to": edge["to_step_id"],
                "name": edge["name"],
            }
            for edge in graph["edges"]
        },
    )


def comparable(model: Model, ids: dict[str, int]) -> tuple[Any, Any]:
    fields = ("name", "role_id", "weight", "description", "is_start", "is_end", "escalate_to")
    nodes = {ids.get(key, key): [node[name] for name in fields] for key, node in model.nodes.items()}
    edges = sorted(
        (ids.get(edge["from"], edge["from"]), ids.get(edge["to"], edge["to"]), edge["name"])
        for edge in model.edges.values()
    )
    return nodes, edges


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)
@given(data=st.data())
async def test_any_change_set_does_what_it_says_or_nothing(
    admin: httpx.AsyncClient, desk: Desk, data: st.DataObject
) -> None:
    role_id = desk.add_role("Agent")
    body = make_workflow(role_id, role_id, name=f"Flow {next(NUMBERS)}")
    address = f"/workflows/{(await admin.post('/workflows/', json=body)).json()['workflow_id']}/"
    graph = (await admin.get(f"{address}graph/")).json()
    for _ in range(data.draw(st.integers(1, 4))):
        request = draw_changes(data, graph, role_id)
        model = as_model(graph)
        model.apply(request)
        answer = await admin.put(f"{address}update-graph/", json=request)
        assert answer.status_code == (200 if model.is_valid else 400), answer.text
        after = (await admin.get(f"{address}graph/")).json()
        if model.is_valid:
            assert comparable(as_model(after), {}) == comparable(model, answer.json()["temp_id_mapping"])
        else:
            assert after == graph
        graph = after
