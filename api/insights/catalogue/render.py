"""The documents that the registry writes: `python -m api.insights.catalogue.render` after a change to it."""

from collections.abc import Iterator
from pathlib import Path

from api.insights.catalogue.registry import Metric, Topic, load_metrics, load_topics

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "docs" / "metrics.md"
DBT_DOCS = ROOT / "dbt_project" / "models" / "docs" / "metrics.md"
DBT_EXPOSURES = ROOT / "dbt_project" / "models" / "docs" / "_metrics.yml"
BEGIN, END = "<!-- catalogue: begin -->", "<!-- catalogue: end -->"


def render_reference(page: str) -> str:
    """The page with its tables of metrics, between the two marks, as the registry has them now."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return "".join([before, BEGIN, "\n\n", "\n".join(_sections()), "\n", END, after])


def render_dbt_docs() -> str:
    """A block of documentation per metric, for the site that dbt makes."""
    return "\n".join(_block(metric) for metric in load_metrics().values())


def render_dbt_exposures() -> str:
    """An exposure per topic, so that the site shows its metrics beside the models they come from."""
    return "exposures:\n" + "\n".join(_exposure(name, topic) for name, topic in load_topics().items())


def _sections() -> Iterator[str]:
    for name, topic in load_topics().items():
        metrics = [metric for metric in load_metrics().values() if metric.topic == name]
        yield from _section(topic, metrics)


def _section(topic: Topic, metrics: list[Metric]) -> Iterator[str]:
    yield f"### {topic.title}"
    yield ""
    yield f"{topic.grain}. Decided by `{topic.model}`, kept by `{topic.owner}`."
    yield ""
    yield "| metric | what it is | read from | unit | told by |"
    yield "|---|---|---|---|---|"
    for metric in metrics:
        source = f"`{metric.source}`" + (f": `{_cell(metric.sql)}`" if metric.sql else "")
        told = " ".join(sorted({f"`{_cell(carrier.field)}`" for carrier in metric.carried}))
        unit = metric.unit + (f", ± {metric.error_percent:g} %" if metric.error_percent else "")
        yield f"| `{metric.id}` | {_cell(metric.formula)} | {source} | {unit} | {told} |"
    yield ""


def _block(metric: Metric) -> str:
    lines = [f"**{metric.name}** ({metric.unit}). {metric.formula}"]
    lines += [f"Read from `{metric.source}`" + (f" as `{metric.sql}`." if metric.sql else ".")]
    if metric.is_provable and metric.rows:
        lines += [f"Adds up to the rows of `{metric.rows.table}`: `{metric.rows_sql}`."]
    lines += ["Told by " + ", ".join(f"`{each.answer}` `{each.field}`" for each in metric.carried) + "."]
    return f"{{% docs metric_{metric.id} %}}\n\n" + "\n\n".join(lines) + "\n\n{% enddocs %}\n"


def _exposure(name: str, topic: Topic) -> str:
    metrics = [metric for metric in load_metrics().values() if metric.topic == name]
    read = {metric.model for metric in metrics} | {metric.source.rpartition(".")[2] for metric in metrics}
    models = {path.stem for path in DBT_DOCS.parent.parent.rglob("*.sql")}
    lines = [
        f"  - name: metrics_of_{name}",
        f'    label: "Metrics: {topic.title}"',
        "    type: analysis",
        "    maturity: high",
        "    description: |",
        *(f"      {{{{ doc('metric_{metric.id}') }}}}" for metric in metrics),
        f"    owner: {{name: {topic.owner}}}",
        "    depends_on:",
        *(f"      - ref('{model}')" for model in sorted(read & models)),
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").strip()


def main() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    REFERENCE.write_text(render_reference(page), encoding="utf-8")
    DBT_DOCS.write_text(render_dbt_docs(), encoding="utf-8")
    DBT_EXPOSURES.write_text(render_dbt_exposures(), encoding="utf-8")


if __name__ == "__main__":
    main()
