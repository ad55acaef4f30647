"""How well breaches of the SLA are foretold on a public log of incidents, beside the bars and the baseline.

Protocol: out of time. The model learns from what was known on 2016-05-05: tickets not over by then are
dropped, and slow ones weighed up for it. It is judged on all tickets opened later, as of their first
to eighth event. Peers' outcomes are read as they become known, also after the cut.

`open` are the tickets whose outcome was not known at the event; the bars are for these. `all` is what
others publish: it counts tickets that this very event closed, and a ticket closed in two days has met
its SLA. Whoever sees the event sees that, so figures above 0.95 there are no leak; nor are they a merit.

The score of rules of the API is no rival here: it needs a target, and this log tells none.

    python -m bench.breach_risk
    python -m bench.breach_risk --pairs 0 --without-shuffled
"""

import argparse
import os
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from bench.incident_log import RESTING, Incidents, read_incidents
from ml.events import EventLog
from ml.leaks import find_leaks
from ml.metrics import FloatArray
from ml.sla_risk import RiskModel, build_features, fit_risk, predict_risk, top_factors
from ml.sla_risk.evaluate import at_thresholds, coverage_by, score, score_by
from ml.sla_risk.peers import LAST_POSITION
from ml.sla_risk.sets import GROUPS, BoolArray, holds

CUT = pd.Timestamp("2016-05-05")
# Of tickets opened on most days before, even those resolved in time count as missed; after, few do.
LEARN_FROM = pd.Timestamp("2016-03-16")
AUC_BARS = (0.76, 0.73, 0.78, 0.80, 0.84, 0.85, 0.87, 0.89)
BRIER_BAR = 0.150
CALIBRATION_BAR = 0.05
COVERAGE_BARS = (0.88, 0.92)
GROUP_COVERAGE_BAR = 0.85
MIN_TICKETS = 200
EXPLAINED_ROWS = 1000
SEED = 1
PROJECT = Path(__file__).parent.parent


class Judged:
    """The events that a model is judged on, and what it and the baseline said of them."""

    def __init__(self, incidents: Incidents, model: RiskModel, features: pd.DataFrame) -> None:
        rows = incidents.log.rows
        later = (rows["opened_at"] >= CUT) & (features["position"] <= LAST_POSITION)
        self.features = features[later]
        self.rows = rows[later]
        self.risk = predict_risk(model, incidents.log, self.features)
        self.position = self.risk["position"].to_numpy()
        self.probability: FloatArray = self.risk["probability"].to_numpy()
        self.baseline = model.baseline.predict(self.rows)
        outcomes = incidents.outcomes.reindex(self.rows["ticket"])
        self.breached: FloatArray = outcomes["breached"].to_numpy()
        self.open: BoolArray = self.rows["at"].to_numpy() < outcomes["known_at"].to_numpy()


def report_scores(judged: Judged) -> None:
    """AUC, Brier score and calibration as of each event."""
    is_open = judged.open
    of_all = score_by(judged.position, judged.breached, judged.probability)
    of_open = score_by(judged.position[is_open], judged.breached[is_open], judged.probability[is_open])
    rival = score_by(judged.position[is_open], judged.breached[is_open], judged.baseline[is_open])
    print("  event   open  breach |  AUC  bar  baseline   all | Brier baseline   all |   ECE   all")
    for place, bar in zip(of_open.index, AUC_BARS, strict=True):
        mine, theirs, every = of_open.loc[place], rival.loc[place], of_all.loc[place]
        print(
            f"  {place:5}{mine['rows']:7.0f}{mine['breach_rate']:8.3f} |{mine['auc']:5.3f} {bar:4.2f}"
            f"{theirs['auc']:10.3f}{every['auc']:6.3f} |{mine['brier']:6.3f}{theirs['brier']:9.3f}"
            f"{every['brier']:6.3f} |{mine['calibration_error']:6.3f}{every['calibration_error']:6.3f}"
        )
    print(f"  bars: AUC as beside; Brier at the first event <= {BRIER_BAR}; ECE <= {CALIBRATION_BAR} at each")


def report_warnings(judged: Judged) -> None:
    """What comes of warning from a probability on, among open tickets."""
    table = at_thresholds(judged.breached[judged.open], judged.probability[judged.open])
    for threshold, row in table.iterrows():
        print(
            f"  warned from {threshold}: {row['flagged']:.1%} of open rows, "
            f"precision {row['precision']:.3f}, recall {row['recall']:.3f}"
        )


def report_sets(judged: Judged) -> None:
    """How often the 90 % sets held what happened, among open tickets."""
    held = holds(judged.risk, judged.breached)[judged.open]
    rows = judged.rows[judged.open]
    both = judged.risk.loc[judged.open, ["may_breach", "may_be_met"]].all(axis=1).mean()
    low, high = COVERAGE_BARS
    print(f"  90 % sets held {held.mean():.1%} of {len(held)} open rows (bars {low:.0%} to {high:.0%}),")
    print(f"  {both:.1%} of them left both possible; groups of {MIN_TICKETS} or more tickets:")
    for name in GROUPS:
        for value, row in coverage_by(rows[name], rows["ticket"], held, min_tickets=MIN_TICKETS).iterrows():
            print(f"    {name} {value}: {row['coverage']:.1%} ({row['tickets']:.0f} tickets)", end="")
            print(f", bar {GROUP_COVERAGE_BAR:.0%}")


def report_factors(model: RiskModel, judged: Judged) -> None:
    """Which features are most often the first reason of a high risk, and how long telling them takes."""
    risky = judged.open & (judged.probability >= 0.5)  # noqa: PLR2004 - more likely than not
    begun = perf_counter()
    factors = top_factors(model, judged.features[risky].iloc[:EXPLAINED_ROWS])
    first = factors.loc[factors["rank"] == 1, "feature"].value_counts().head(5)
    named = ", ".join(f"{feature} {count}" for feature, count in first.items())
    print(f"  first factor of {EXPLAINED_ROWS} risky rows: {named} ({perf_counter() - begun:.1f} s)")


def report_shuffled(incidents: Incidents) -> None:
    """The same with the outcomes dealt anew among the tickets: nothing may be learnt."""
    dealt = np.random.default_rng(SEED).permutation(incidents.outcomes["breached"].to_numpy())
    shuffled = Incidents(incidents.log, incidents.outcomes.assign(breached=dealt), incidents.signals)
    model = fit(shuffled)
    judged = Judged(shuffled, model, build_features(incidents.log, incidents.signals, model.vocabulary))
    served = score(judged.breached, judged.probability)
    print(
        f"  outcomes shuffled: AUC {model.quality['auc']:.3f} out of fold, "
        f"{served.auc:.3f} on later tickets; fallback: {model.fallback}"
    )


def report_leaks(incidents: Incidents, model: RiskModel, pairs: int) -> None:
    """Whether a feature moves when the future is taken away."""

    def build(log: EventLog, signals: pd.DataFrame) -> pd.DataFrame:
        return build_features(log, signals, model.vocabulary)

    begun = perf_counter()
    leaks = find_leaks(build, incidents.log, incidents.signals, pairs=pairs, seed=SEED)
    found = ", ".join(leak.feature for leak in leaks) or "none"
    print(f"  leaking features over {pairs} pairs: {found} ({perf_counter() - begun:.0f} s)")


def fit(incidents: Incidents) -> RiskModel:
    return fit_risk(
        incidents.log,
        incidents.outcomes,
        cut=CUT,
        signals=incidents.signals,
        resting=RESTING,
        learn_from=LEARN_FROM,
        seed=SEED,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = os.environ.get("SLUICE_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--shared-data", type=Path, default=default, help="folder with uci_incidents/")
    parser.add_argument("--pairs", type=int, default=1000, help="pairs of the leak screen, 0 to leave it out")
    parser.add_argument("--without-shuffled", action="store_true", help="leave out the shuffled outcomes")
    options = parser.parse_args()
    if not options.shared_data.is_dir():
        parser.error(f"--shared-data {options.shared_data} is no folder; name the one with uci_incidents/.")
    incidents = read_incidents(options.shared_data)
    begun = perf_counter()
    model = fit(incidents)
    print(
        f"\nSLA breach, {len(incidents.outcomes)} tickets; learnt in {perf_counter() - begun:.0f} s,", end=""
    )
    print(f" out of fold AUC {model.quality['auc']:.3f}; fallback: {model.fallback}")
    judged = Judged(incidents, model, build_features(incidents.log, incidents.signals, model.vocabulary))
    report_scores(judged)
    report_warnings(judged)
    report_sets(judged)
    report_factors(model, judged)
    if not options.without_shuffled:
        report_shuffled(incidents)
    if options.pairs:
        report_leaks(incidents, model, options.pairs)


if __name__ == "__main__":
    main()
