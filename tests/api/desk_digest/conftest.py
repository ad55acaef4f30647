from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from api.kit.dates import Weekday
from api.kit.db import Database
from api.settings import ApiSettings
from tests.api.desk_digest.office import Office
from tests.api.insights.desk import AS_OF, random_desk
from tests.api.insights.publishing import Publication


@pytest.fixture
def settings(database_url: str) -> ApiSettings:
    """A deployment that tells the week on the day of what the tests publish, a Tuesday."""
    return ApiSettings(
        database_url=database_url,
        desk_digest_day=Weekday.TUESDAY,
        dashboards_url="https://desk.example.org/",
    )


@pytest.fixture
async def operations(settings: ApiSettings) -> AsyncIterator[Database]:
    database = Database.connect(settings, role="sluice_api")
    yield database
    await database.close()


@pytest.fixture
def office(api: httpx.AsyncClient, operations: Database, settings: ApiSettings) -> Office:
    """Two admins and an agent; user 1 is the admin who calls."""
    made = Office(api, operations, settings)
    made.add_people()
    return made


@pytest.fixture
def publication(database_url: str) -> Publication:
    """A desk of random tickets, published on a Tuesday, with the week's forecast and risks."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        publication = Publication(connection, random_desk(300, seed=5))
        publication.publish()
        monday = AS_OF.date() - timedelta(days=1)
        weeks = {("weekly", monday + timedelta(weeks=ahead)): 30.5 + ahead for ahead in range(4)}
        publication.forecast({}, weeks, champion="blend", trained_at=datetime.now(UTC))
        publication.fill("ticket_risks", [risk(number) for number in range(1, 6)])
        yield publication


def risk(number: int, **changes: Any) -> dict[str, Any]:
    """An open ticket of which the model says so many times ten percent."""
    hours = ("remaining_hours", "lower_80", "upper_80", "lower_90", "upper_90")
    return {
        "task_id": number,
        "ticket_number": f"TX2026031000000{number}",
        "subject": f"Subject {number}",
        "status": "in progress",
        "priority": "High",
        "department": "IT",
        "category": "Software",
        "sub_category": "Email",
        "workflow_id": 3,
        "workflow_name": "Standard",
        **dict.fromkeys(["current_step", "source", "assignee", *hours]),
        "created_at": AS_OF - timedelta(hours=number),
        "target_resolution": AS_OF + timedelta(hours=5),
        "hours_remaining": 5,
        "elapsed_ratio": 0.5,
        "is_breached": False,
        "rule_score": 10 * number,
        "rule_factors": "[]",
        "breach_probability": number / 10,
        "may_breach": True,
        "may_be_met": True,
        "model_factors": "[]",
        "predicted_at": AS_OF,
        **changes,
    }
