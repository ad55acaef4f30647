from collections import Counter
from typing import Any

import dagster as dg


def summarise_checks(instance: dg.DagsterInstance, run_id: str) -> dict[str, Any]:
    """Count what the run's asset checks found so far, in all and by asset; name those that did not pass."""
    evaluations = _evaluations(instance, run_id)
    passed = Counter(each.asset_key.to_user_string() for each in evaluations if each.passed)
    failed = Counter(each.asset_key.to_user_string() for each in evaluations if not each.passed)
    return {
        "passed": passed.total(),
        "assets": {
            asset: {"passed": passed[asset], "failed": failed[asset]}
            for asset in sorted(passed.keys() | failed.keys())
        },
        "failed": [
            {
                "asset": evaluation.asset_key.to_user_string(),
                "check": evaluation.check_name,
                "severity": evaluation.severity.value,
            }
            for evaluation in evaluations
            if not evaluation.passed
        ],
    }


def describe_failed_checks(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """Say in one sentence each what stopped the run, as far as its checks found it."""
    return [
        f"{evaluation.asset_key.to_user_string()}: {evaluation.description or evaluation.check_name}"
        for evaluation in _evaluations(instance, run_id)
        if not evaluation.passed and evaluation.severity is dg.AssetCheckSeverity.ERROR
    ]


def _evaluations(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetCheckEvaluation]:
    records = instance.get_records_for_run(
        run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION, ascending=True
    ).records
    return [
        record.event_log_entry.dagster_event.asset_check_evaluation_data
        for record in records
        if record.event_log_entry.dagster_event
    ]
