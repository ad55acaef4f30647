"""The demo's short report: asked for through the REST API, as anybody else would."""

from rich.console import Console
from rich.table import Table

from dashboards.answers.forecasts import VolumeForecast
from dashboards.answers.tickets import Dashboard, Sla
from dashboards.client import ApiClient
from dashboards.errors import DashboardError
from sluice.demo.people import SignIn
from sluice.errors import StackError

FORECAST_DAYS = 7
DASHBOARD, SLA = "/analytics/tickets/dashboard/", "/analytics/tickets/sla/?group_by=priority"
FORECAST = f"/analytics/forecast/volume/?forecast_days={FORECAST_DAYS}"


def print_report(console: Console, api_url: str, reader: SignIn) -> None:
    client = ApiClient(api_url)
    try:
        token = client.sign_in(reader.username, reader.password).access_token
        dashboard = client.read(Dashboard, client.get(DASHBOARD, token))
        # All of one publication, even where another comes meanwhile.
        known_on = f"&known_on={dashboard.publication_id}"
        sla = client.read(Sla, client.get(SLA + known_on, token))
        forecast = client.read(VolumeForecast, client.get(FORECAST + known_on, token))
    except DashboardError as error:
        message = f"the report cannot be read from {api_url}: {error}"
        raise StackError(message) from error
    finally:
        client.close()
    console.print(_figures(dashboard))
    console.print(_sla(sla))
    console.print(_forecast(forecast))


def _figures(dashboard: Dashboard) -> Table:
    as_of = f"{dashboard.data_as_of:%Y-%m-%d %H:%M} UTC"
    table = _table(f"Publication {dashboard.publication_id}, data as of {as_of}", "figure", "value")
    rows = {
        "tickets": f"{dashboard.total_tickets:,}",
        "open": f"{dashboard.open_tickets:,}",
        "unassigned": f"{dashboard.unassigned_tickets:,}",
        "completed": f"{dashboard.completed_tickets:,}",
        "SLA met": _percent(dashboard.sla_compliance_rate),
        "SLA breached": f"{dashboard.sla_breached:,}",
        "SLA at risk": f"{dashboard.sla_at_risk:,}",
        "median resolution": _hours(dashboard.median_resolution_hours),
        "average first response": _hours(dashboard.avg_first_response_hours),
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _sla(sla: Sla) -> Table:
    table = _table(
        "SLA by priority", "priority", "tickets", "met", "breached", "on track", "at risk", "compliance"
    )
    for group in sla.sla_compliance:
        counts = (group.total_tasks, group.sla_met, group.sla_breached, group.on_track, group.at_risk)
        table.add_row(
            str(group.priority), *(f"{count:,}" for count in counts), _percent(group.compliance_rate)
        )
    return table


def _forecast(forecast: VolumeForecast) -> Table:
    level = round(forecast.summary.confidence_level * 100)
    model = forecast.model.name if forecast.model else "no model"
    table = _table(
        f"Tickets expected in the next {FORECAST_DAYS} days ({model})", "day", "tickets", f"{level} % band"
    )
    for point in forecast.forecasts:
        band = f"{point.confidence_lower:.0f} to {point.confidence_upper:.0f}"
        table.add_row(f"{point.date:%a %Y-%m-%d}", f"{point.predicted_count:.0f}", band)
    if forecast.quality and forecast.quality.wape is not None:
        table.caption = f"In backtests it was off by {forecast.quality.wape:.0%}."
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left", min_width=len(title) + 1)
    table.add_column(first)
    for column in others:
        table.add_column(column, justify="right")
    return table


def _percent(value: float | None) -> str:
    return "none yet" if value is None else f"{value:.1f} %"


def _hours(value: float | None) -> str:
    return "none yet" if value is None else f"{value:.1f} h"
