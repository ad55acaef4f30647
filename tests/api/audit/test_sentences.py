from typing import Any

import pytest

from api.audit.enums import AuditAction
from api.audit.sentences import display, tell


class TestDisplay:
    def test_names_every_action_apart_and_as_a_heading(self) -> None:
        names = [display(action) for action in AuditAction]
        assert len(set(names)) == len(names)
        assert all(name[0].isupper() and "_" not in name for name in names)

    def test_puts_up_with_an_action_of_another_time(self) -> None:
        assert display("merge_tickets") == "Merge Tickets"


class TestSentence:
    @pytest.mark.parametrize(
        ("action", "target_type", "changes", "sentence"),
        [
            ("update_workflow", "Workflow", None, "ana updated workflow #3"),
            ("create_version", "WorkflowVersion", None, "ana created workflow version #3"),
            ("update_sla", "Workflow", None, "ana updated SLA of workflow #3"),
            ("assign_task", "Ticket", None, "ana assigned task of ticket #3"),
            ("toggle_hold", "Task", None, "ana held or resumed task #3"),
            ("ticket_owner_escalate", "Task", None, "ana escalated ownership of task #3"),
            (
                "update_workflow",
                "Workflow",
                {"name": {"old": "VPN", "new": "VPN access"}, "notes": "asked for", "weight": 0},
                "ana updated workflow #3: name VPN → VPN access, notes asked for, weight 0",
            ),
            (
                "create_step",
                "Step",
                {"name": {"old": None, "new": "Check"}, "notes": ""},
                "ana created step #3: name nothing → Check",
            ),
        ],
    )
    def test_says_who_did_what_to_which_thing(
        self, action: str, target_type: str, changes: dict[str, Any] | None, sentence: str
    ) -> None:
        assert tell("ana", action, target_type, 3, changes) == sentence

    def test_says_somebody_and_no_number_where_none_is_known(self) -> None:
        assert tell(None, "other", "Task", None, None) == "somebody did something else of task"

    def test_stays_short_however_much_was_changed(self) -> None:
        changes = {f"field_{number}": "x" * 500 for number in range(9)}
        sentence = tell("ana", "update_task", "Task", 3, changes)
        assert sentence.endswith(" and 4 more")
        assert len(sentence) < 500
