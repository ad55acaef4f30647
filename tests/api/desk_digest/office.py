"""People who may want to know of the desk's week, and what they were told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from api.desk_digest.service import write_due
from api.kit.db import Database
from api.settings import ApiSettings
from tests.factories.tokens import ADMIN_ROLE, AGENT_ROLE, bearer, make_token

ADMINS, AGENT, GONE, DISABLED = (1, 8), 9, 10, 11


@dataclass(frozen=True)
class Office:
    api: httpx.AsyncClient
    operations: Database
    settings: ApiSettings

    def add_people(self) -> None:
        """Two admins and an agent who work, and two admins who do not any more."""
        self.execute(
            """
            insert into ops.role (name) values ('Admin'), ('Agents');
            insert into ops.role_user (role_id, user_id, user_full_name, is_active)
            select role_id, user_id, 'Person ' || user_id, user_id <> 10
            from ops.role cross join (
                values (1, 'Admin'), (8, 'Admin'), (9, 'Agents'), (10, 'Admin'), (11, 'Admin')
            ) as people (user_id, role)
            where role.name = people.role;
            insert into ops.user_account (user_type, user_id, username, email, full_name, is_active)
            values ('staff', 1, 'ana', 'ana@desk.test', 'Ana', true),
                ('staff', 9, 'kim', 'kim@desk.test', 'Kim', true),
                ('staff', 11, 'gus', 'gus@desk.test', 'Gus', false);
            """
        )

    def execute(self, statement: str) -> list[dict[str, Any]]:
        with psycopg.connect(self.settings.database_url, autocommit=True, row_factory=dict_row) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    async def want(self, user_id: int, **channels: bool) -> None:
        """Switch channels of the digest on or off, as this person."""
        answer = await self.ask(
            "PUT", "/notifications/preferences/", user_id, types={"desk_digest": channels}
        )
        assert answer.status_code == 200, answer.text

    async def ask(self, method: str, path: str, user_id: int, **body: Any) -> httpx.Response:
        roles = [ADMIN_ROLE if user_id in ADMINS else AGENT_ROLE]
        headers = bearer(make_token(self.settings, user_id=user_id, roles=roles))
        return await self.api.request(method, path, json=body or None, headers=headers)

    async def read(self, path: str, user_id: int = ADMINS[0]) -> dict[str, Any]:
        answer = await self.ask("GET", path, user_id)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def write(self, now: datetime, **settings: Any) -> int:
        return await write_due(self.operations, self.settings.model_copy(update=settings), now)

    def told(self) -> dict[int, dict[str, Any]]:
        """What each person was told last of the desk's week."""
        rows = self.execute("select * from ops.notification where type = 'desk_digest' order by created_at")
        return {row["user_id"]: row for row in rows}
