"""The plainest layer over dbt's semantic models: a metric as one aggregate over the mart of its measure."""

import re
from dataclasses import dataclass

from dbt_semantic_interfaces.implementations.elements.measure import PydanticMeasure
from dbt_semantic_interfaces.implementations.metric import PydanticMetric
from dbt_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
from dbt_semantic_interfaces.type_enums import AggregationType, MetricType

_FILTERED = re.compile(r"\{\{ Dimension\('(\w+)__(\w+)'\) \}\}")
_AGGREGATES = {
    AggregationType.COUNT: "count({})",
    AggregationType.COUNT_DISTINCT: "count(distinct {})",
    AggregationType.AVERAGE: "avg({})",
    AggregationType.SUM: "sum({})",
}


@dataclass(frozen=True)
class SemanticLayer:
    manifest: PydanticSemanticManifest

    def query(self, *metrics: str, by: str | None = None) -> str:
        """Select metrics of one semantic model, of all its rows or by one of its entities or dimensions."""
        [model] = {self.model_of(metric).name: self.model_of(metric) for metric in metrics}.values()
        columns = [f"{self._expression(metric)} as {metric}" for metric in metrics]
        assert model.node_relation is not None
        source = f"{model.node_relation.schema_name}.{model.node_relation.alias}"
        if by is None:
            return f"select {', '.join(columns)} from {source}"
        return f"select {self._column(model, by)}, {', '.join(columns)} from {source} group by 1"

    def model_of(self, metric: str) -> PydanticSemanticModel:
        inputs = self._metric(metric).type_params.metrics or []
        if inputs:
            return self.model_of(inputs[0].name)
        return self._measure(metric)[0]

    def _expression(self, name: str) -> str:
        metric = self._metric(name)
        if metric.type is MetricType.DERIVED:
            expression = metric.type_params.expr or ""
            for each in metric.type_params.metrics or []:
                expression = re.sub(
                    rf"\b{each.name}\b", lambda _, one=each: self._expression(one.name), expression
                )
            return expression
        model, measure = self._measure(name)
        filters = [
            _FILTERED.sub(lambda found: self._column(model, found[2]), each.where_sql_template)
            for each in (metric.filter.where_filters if metric.filter else [])
        ]
        aggregate = _aggregate(measure)
        return f"{aggregate} filter (where {' and '.join(filters)})" if filters else aggregate

    def _metric(self, name: str) -> PydanticMetric:
        [metric] = [metric for metric in self.manifest.metrics if metric.name == name]
        return metric

    def _measure(self, metric: str) -> tuple[PydanticSemanticModel, PydanticMeasure]:
        wanted = self._metric(metric).type_params.measure
        assert wanted is not None
        [found] = [
            (model, measure)
            for model in self.manifest.semantic_models
            for measure in model.measures
            if measure.name == wanted.name
        ]
        return found

    def _column(self, model: PydanticSemanticModel, name: str) -> str:
        [element] = [each for each in (*model.dimensions, *model.entities) if each.name == name]
        return element.expr or element.name


def _aggregate(measure: PydanticMeasure) -> str:
    expression = measure.expr or measure.name
    if measure.agg is AggregationType.PERCENTILE:
        assert measure.agg_params is not None
        kind = "disc" if measure.agg_params.use_discrete_percentile else "cont"
        share = measure.agg_params.percentile
        return f"percentile_{kind}({share}) within group (order by {expression})"
    return _AGGREGATES[measure.agg].format(expression)
