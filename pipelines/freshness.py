"""How old an asset may be before Dagster shows it as stale: as old as admins are told of.

Admins may change the limits of `api/pipeline_watch` in `ops.insight_threshold`; these are the defaults.
"""

from datetime import timedelta

import dagster as dg

_PUBLISHED = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=26))
_TRAINED = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36))
_REBUILT = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=9))

_TRAINING = frozenset({"ticket_volume", "ticket_models"})


def with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    """Give every asset that runs make the policy of the run that should."""
    if spec.partitions_def is not None:
        return spec
    if spec.key.path[-1] == "rebuild_comparisons":
        return spec.replace_attributes(freshness_policy=_REBUILT)
    is_trained = spec.group_name in _TRAINING
    return spec.replace_attributes(freshness_policy=_TRAINED if is_trained else _PUBLISHED)
