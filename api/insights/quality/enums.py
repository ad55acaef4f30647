from enum import StrEnum


class SourceTable(StrEnum):
    TICKET = "ticket"
    TASK = "task"
    TASK_ITEM = "task_item"
    TASK_EVENT = "task_event"
    TASK_ITEM_EVENT = "task_item_event"
    TICKET_EVENT = "ticket_event"


class Reason(StrEnum):
    """Why a row cannot be right."""

    ORPHAN = "orphan"
    DUPLICATE = "duplicate"
    UNKNOWN_VALUE = "unknown_value"
    CONTRADICTORY_STATE = "contradictory_state"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_ITS_TICKET = "before_its_ticket"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"


MEANINGS = {
    Reason.ORPHAN: "What it belongs to is not there.",
    Reason.DUPLICATE: "The same is there under a smaller id too.",
    Reason.UNKNOWN_VALUE: "It holds a word that the services do not know.",
    Reason.CONTRADICTORY_STATE: "Its state and its instants contradict each other.",
    Reason.IN_THE_FUTURE: "It was recorded more than five minutes before it is said to happen.",
    Reason.BEFORE_ITS_TICKET: "It is said to have happened before what it belongs to was created.",
    Reason.ENDS_BEFORE_IT_BEGINS: "Its end lies before its beginning.",
}
