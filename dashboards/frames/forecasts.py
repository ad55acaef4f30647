import pandas as pd

from dashboards.answers.forecasts import VolumeForecast

HISTORY, FORECAST = "Created so far", "Forecast"


def forecast_table(forecast: VolumeForecast) -> pd.DataFrame:
    """One row per day, what was created and what is expected, with the band where there is one."""
    history = [
        {"date": point.date, "series": HISTORY, "tickets": point.count} for point in forecast.historical_data
    ]
    ahead = [
        {
            "date": point.date,
            "series": FORECAST,
            "tickets": point.predicted_count,
            "lower": point.confidence_lower,
            "upper": point.confidence_upper,
        }
        for point in forecast.forecasts
    ]
    table = pd.DataFrame([*history, *ahead], columns=["date", "series", "tickets", "lower", "upper"])
    table["date"] = pd.to_datetime(table["date"])
    return table
