from enum import StrEnum


class ForecastGranularity(StrEnum):
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class CategoryLevel(StrEnum):
    CATEGORY = "category"
    SUB_CATEGORY = "sub_category"
    DEPARTMENT = "department"


class ResolutionGroup(StrEnum):
    PRIORITY = "priority"
    CATEGORY = "category"
    DEPARTMENT = "department"
    WORKFLOW = "workflow"


class Statistic(StrEnum):
    MEDIAN = "median"
    MEAN = "mean"


class Intensity(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
