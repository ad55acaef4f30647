"""Forecasts and models that are spoilt: what they learn from, what was learnt, and what they say."""

import io
import zipfile
from fractions import Fraction

import skops.io

from tests.faults.catalogue.fault import MENDED, RETRAIN, Fault, Finder, Group, Run, Sees, run_again
from tests.faults.catalogue.laboratory import Laboratory
from tests.faults.catalogue.workbench import JOB, Ended

POINTS = "predicted", "lower_80", "upper_80", "lower_90", "upper_90", "lower_95", "upper_95"
_TRAININGS = """
    select distinct on (kind) format('%s is %sserved: %s', kind, case when fallback then 'not ' end, warnings)
    from ml.model_run order by kind, model_run_id desc
"""


def set_points(value: str) -> str:
    """Write every issued forecast anew; `value` is of the column `{}`."""
    return f"update ml.forecast_point set {', '.join(f'{name} = {value.format(name)}' for name in POINTS)}"


def asked_with_a_broken_artefact(laboratory: Laboratory) -> Ended:
    laboratory.execute("update ml.model_artefact set content = substring(content from 1 for 100)")
    return laboratory.run(JOB, "score_and_publish")


def asked_with_a_foreign_artefact(laboratory: Laboratory) -> Ended:
    """What is in the bytes could be anything; it must not even be made."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("model.skops", skops.io.dumps({"bomb": Fraction(1, 3)}))
    with laboratory.connect() as connection:
        connection.execute("update ml.model_artefact set content = %s", [content.getvalue()])
    return laboratory.run(JOB, "score_and_publish")


def trained(laboratory: Laboratory) -> Ended:
    """A run that trains, with what came of it."""
    ended = laboratory.run("pipeline", "run")
    with laboratory.connect() as connection:
        lines = [line for (line,) in connection.execute(_TRAININGS)]
    return Ended(ended.status, "\n".join([ended.said, *lines]))


def _fault(
    name: str,
    says: str,
    *,
    found_by: Finder,
    sees: Sees = Sees.LAST_GOOD,
    breaks: str = "",
    run: Run = run_again,
    mends: str = "",
) -> Fault:
    return Fault(name, Group.MODELS, found_by, says, sees, breaks, run=run, mends=mends, recovery=RETRAIN)


MODELS = (
    _fault(
        "a model's bytes are cut off",
        "BadZipFile",
        found_by=Finder.RUN,
        run=asked_with_a_broken_artefact,
    ),
    _fault(
        "a model's bytes hold what is none of our types",
        "UntrustedArtefactError",
        found_by=Finder.RUN,
        run=asked_with_a_foreign_artefact,
    ),
    _fault(
        "forecasts are no numbers",
        "not_finite",
        found_by=Finder.CHECK,
        breaks=set_points("'NaN'"),
    ),
    _fault(
        "forecasts are a hundred times what comes in",
        "week_ratio",
        found_by=Finder.CHECK,
        breaks=set_points("{} * 100"),
    ),
    _fault(
        "an issued forecast was changed by a hair",
        "is not what was sealed",
        found_by=Finder.CHECK,
        breaks=f"create table kept_points as table ml.forecast_point; {set_points('{} * 1.0001')}",
        mends="delete from ml.forecast_point; insert into ml.forecast_point table kept_points",
    ),
    _fault(
        "what models learn from is poisoned: deadlines are gone, and whether they were met is drawn by lot",
        "sla_risk is not served",
        found_by=Finder.LOG,
        sees=Sees.MARKED,
        breaks="""
            update ops.task
            set sla_source = 'recorded', recorded_sla_met = md5(task_id::text) < '8',
                target_resolution = null, at_risk_at = null, critical_at = null
            where status = 'completed' and sla_source = 'policy'
        """,
        run=trained,
        mends=MENDED,
    ),
)
