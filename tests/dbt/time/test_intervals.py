"""Each life of the told desk, cut into intervals by the models and by plain Python."""

import pytest

from tests.dbt.time.conftest import ToldDesk
from tests.dbt.time.expected import Holding, Stretch


class TestStatusIntervals:
    def test_every_life_is_cut_alike(self, told_desk: ToldDesk) -> None:
        for task_id, rows in told_desk.by_task("fct_status_intervals", "task_id, interval_number").items():
            found = [
                Stretch(
                    row["status"], row["started_at"], row["ended_at"],
                    row["interval_seconds"], row["interval_business_seconds"],
                )
                for row in rows
            ]  # fmt: skip
            assert found == told_desk.account(task_id).statuses(), told_desk.lives[task_id]

    def test_intervals_follow_one_another(self, told_desk: ToldDesk) -> None:
        for task_id, rows in told_desk.by_task("fct_status_intervals", "task_id, interval_number").items():
            account = told_desk.account(task_id)
            assert [row["starts_after_seconds"] for row in rows] == [
                account.age(row["started_at"]) for row in rows
            ]
            assert sum(row["interval_seconds"] for row in rows) == account.age(account.until)
            assert sum(row["interval_business_seconds"] for row in rows) == account.business_age(
                account.until
            )


class TestHoldingIntervals:
    def test_every_life_is_cut_alike(self, told_desk: ToldDesk) -> None:
        items = told_desk.rows("select task_item_id, task_id from ops.task_item order by task_item_id")
        places: dict[int, int] = {}
        seen: dict[int, int] = {}
        for item in items:
            places[item["task_item_id"]] = seen.setdefault(item["task_id"], 0)
            seen[item["task_id"]] += 1
        for task_id, rows in told_desk.by_task("fct_holding_intervals", "task_id, interval_number").items():
            found = [
                Stretch(
                    Holding(
                        row["held_by"], row["user_id"], row["role_name"], places.get(row["task_item_id"])
                    ),
                    row["started_at"], row["ended_at"],
                    row["interval_seconds"], row["interval_business_seconds"],
                )
                for row in rows
            ]  # fmt: skip
            assert found == told_desk.account(task_id).holdings(), told_desk.lives[task_id]

    @pytest.mark.parametrize("holder", ["role_name", "user_id"])
    def test_groups_and_people_add_up_to_the_life(self, told_desk: ToldDesk, holder: str) -> None:
        totals = told_desk.rows(
            "select task_id, sum(seconds) as seconds, sum(business) as business from ("
            f"select task_id, {holder}, sum(interval_seconds) as seconds, "
            "sum(interval_business_seconds) as business "
            f"from marts.fct_holding_intervals group by task_id, {holder}"
            ") as by_holder group by task_id"
        )
        assert len(totals) > 200
        for total in totals:
            account = told_desk.account(total["task_id"])
            assert total["seconds"] == account.age(account.until)
            assert total["business"] == account.business_age(account.until)


def test_lives_meet_what_makes_them_hard(told_desk: ToldDesk) -> None:
    accounts = [told_desk.account(task_id) for task_id in told_desk.lives]
    kinds = [
        stretch.what.held_by
        for account in accounts
        for stretch in account.holdings()
        if isinstance(stretch.what, Holding)
    ]
    assert min(kinds.count(kind) for kind in ("person", "queue", "nobody")) > 20
    instants = [[at for _, _, _, at in account.life.events] for account in accounts]
    assert sum(len(set(told)) < len(told) for told in instants) > 20
    assert sum(account.life.status == "completed" for account in accounts) > 20
    assert sum(account.age(account.until) > account.business_age(account.until) for account in accounts) > 100
