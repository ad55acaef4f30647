"""The example rules in docs/ ask for figures that somebody tells."""

import re
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.api.worker.conftest import Worker

RULES = yaml.safe_load((Path(__file__).parents[3] / "docs" / "alerts.yaml").read_text(encoding="utf-8"))
MADE_FROM_A_HISTOGRAM = re.compile(r"_(bucket|count|sum)$")


async def test_every_rule_names_figures_and_labels_that_exist(
    worker: Worker, api: httpx.AsyncClient, as_service: dict[str, Any]
) -> None:
    told = ""
    for client in (worker.client, api):
        told += (await client.get("/metrics", headers=as_service)).text
    known = set(re.findall(r"^# TYPE (\S+)", told, re.MULTILINE))
    rules = [rule for group in RULES["groups"] for rule in group["rules"]]
    assert len(rules) >= 5
    for rule in rules:
        named = set(re.findall(r"\b(?:sluice|process)_\w+", rule["expr"]))
        assert named, rule["alert"]
        assert {MADE_FROM_A_HISTOGRAM.sub("", name) for name in named} <= known, rule["alert"]
        assert rule["annotations"]["summary"]
