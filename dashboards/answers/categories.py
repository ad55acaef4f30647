from dashboards.answers.base import Answer, Published


class DepartmentCount(Answer):
    department: str
    count: int


class SubCategoryCount(Answer):
    name: str
    count: int


class Branch(Answer):
    category: str
    total: int
    sub_categories: list[SubCategoryCount]


class Categories(Published):
    """Tickets as they were handed in, also those that no workflow took."""

    total_tickets: int
    by_department: list[DepartmentCount]
    hierarchical: list[Branch]
