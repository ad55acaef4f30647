import datetime as dt

from pydantic import BaseModel

from api.insights.answers.schemas import Answer, Rows, Share
from api.tickets.enums import Priority, TicketStatus


class CategoryShare(Share):
    category: str


class SubCategoryShare(Share):
    sub_category: str


class DepartmentShare(Share):
    department: str


class SubCategoryCount(BaseModel):
    name: str
    count: int


class CategoryBranch(BaseModel):
    category: str
    total: int
    sub_categories: list[SubCategoryCount]


class TicketCategories(Answer):
    """Groups without a ticket are left out; missing values are Uncategorized and Unassigned."""

    total_tickets: int
    by_category: list[CategoryShare]
    by_sub_category: list[SubCategoryShare]
    by_department: list[DepartmentShare]
    hierarchical: list[CategoryBranch]


class SnapshotRow(BaseModel):
    ticket_id: int
    task_id: int | None
    ticket_number: str
    subject: str
    status: TicketStatus
    priority: Priority
    department: str
    category: str
    sub_category: str
    workflow_name: str | None
    created_at: dt.datetime


class CategoryRows(Rows[SnapshotRow]):
    pass
