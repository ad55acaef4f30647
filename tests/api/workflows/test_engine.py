from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.workflows import engine
from api.workflows.checks import publishing_problems
from api.workflows.graph import (
    Edge,
    Graph,
    Node,
    build_definition,
    definition_hash,
    depths_from,
    read_definition,
)

STEPS = st.integers(1, 8)


def make_graph(weights: list[str], edges: list[tuple[int, int]], ends: set[int]) -> Graph:
    nodes = [
        Node(
            number,
            f"Step {number}",
            role_id=1,
            weight=Decimal(weight),
            is_start=number == 1,
            is_end=number in ends,
        )
        for number, weight in enumerate(weights, 1)
    ]
    return Graph(tuple(nodes), tuple(Edge(100 + index, *ends) for index, ends in enumerate(edges)))


LOOP = make_graph(["1", "1"], [(1, 2), (2, 1)], ends={2})


class TestDecideMove:
    def test_an_edge_of_the_current_step_leads_on(self) -> None:
        move = engine.decide_move(LOOP, 1, 100)
        assert move.to_node is not None
        assert move.to_node.step_id == 2

    def test_an_edge_of_another_step_is_refused(self) -> None:
        with pytest.raises(engine.MoveRefused) as refusal:
            engine.decide_move(LOOP, 1, 101)
        assert refusal.value.code == "invalid_transition"

    def test_an_end_may_be_finished_although_edges_leave_it(self) -> None:
        assert engine.decide_move(LOOP, 2, None).to_node is None

    def test_a_step_that_leads_on_may_not_be_finished(self) -> None:
        with pytest.raises(engine.MoveRefused) as refusal:
            engine.decide_move(LOOP, 1, None)
        assert refusal.value.code == "has_outgoing_transitions"

    def test_a_step_outside_the_version_goes_nowhere(self) -> None:
        with pytest.raises(engine.MoveRefused):
            engine.decide_move(LOOP, 77, 100)


class TestStepShare:
    @pytest.mark.parametrize(
        ("weights", "shares"),
        [
            (["0.3", "0.5", "0.2"], ["0.3", "0.5", "0.2"]),
            (["2", "2", "1"], ["0.4", "0.4", "0.2"]),
            (["0", "0"], ["0.5", "0.5"]),
            (["0", "1"], ["0", "1"]),
        ],
    )
    def test_is_the_weight_among_all(self, weights: list[str], shares: list[str]) -> None:
        graph = make_graph(weights, [], ends=set())
        found = [engine.step_share(graph, node.step_id) for node in graph.nodes]
        assert found == [Decimal(share) for share in shares]

    @given(st.lists(st.decimals(0, 99, places=2), min_size=1, max_size=20))
    def test_all_shares_make_the_whole(self, weights: list[Decimal]) -> None:
        graph = make_graph([str(weight) for weight in weights], [], ends=set())
        total = sum(engine.step_share(graph, node.step_id) for node in graph.nodes)
        assert abs(total - 1) < Decimal("1e-20")


class TestPublishingProblems:
    def test_a_sound_graph_has_none(self) -> None:
        assert publishing_problems(LOOP) == []

    def test_an_empty_graph_is_no_workflow(self) -> None:
        assert publishing_problems(Graph((), ())) == ["the workflow has no step"]

    def test_a_way_that_never_ends_is_named(self) -> None:
        graph = make_graph(["1", "1", "1", "1"], [(1, 2), (1, 3), (3, 4), (4, 3)], ends={2})
        assert publishing_problems(graph) == [
            "no end can be reached from step 'Step 3'",
            "no end can be reached from step 'Step 4'",
        ]

    def test_every_fault_is_said_at_once(self) -> None:
        graph = make_graph(["0", "0"], [], ends=set())
        assert publishing_problems(graph) == [
            "no step is marked as an end",
            "the weights of all steps are zero",
            "step 'Step 1' is no end and leads nowhere",
            "step 'Step 2' cannot be reached from the start",
            "step 'Step 2' is no end and leads nowhere",
        ]

    def test_a_chain_of_ten_thousand_steps_is_checked_without_recursion(self) -> None:
        size = 10_000
        edges = tuple(Edge(number, number, number + 1) for number in range(1, size))
        assert len(depths_from([1], Graph((), edges).successors())) == size

    @given(
        edges=st.lists(st.tuples(STEPS, STEPS).filter(lambda ends: ends[0] != ends[1]), unique=True),
        ends=st.sets(STEPS, min_size=1),
    )
    def test_a_task_in_a_graph_that_passed_can_always_finish(
        self, edges: list[tuple[int, int]], ends: set[int]
    ) -> None:
        graph = make_graph(["1"] * 8, edges, ends)
        if publishing_problems(graph):
            return
        for node in graph.nodes:
            seen, waiting = {node.step_id}, [node]
            can_finish = False
            while waiting and not can_finish:
                here = waiting.pop()
                can_finish = engine.may_finalise(graph, here)
                for edge in graph.edges_from(here.step_id):
                    step = engine.decide_move(graph, here.step_id, edge.transition_id).to_node
                    if step is not None and step.step_id not in seen:
                        seen.add(step.step_id)
                        waiting.append(step)
            assert can_finish


class TestDefinition:
    def test_reads_back_as_it_was_written(self) -> None:
        assert read_definition(build_definition(LOOP, {})) == LOOP

    def test_is_named_by_its_content(self) -> None:
        same = build_definition(make_graph(["1", "1"], [(1, 2), (2, 1)], ends={2}), {})
        other = build_definition(make_graph(["1", "2"], [(1, 2), (2, 1)], ends={2}), {})
        digest = definition_hash(build_definition(LOOP, {}))
        assert digest == definition_hash(same)
        assert digest != definition_hash(other)
