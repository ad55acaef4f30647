"""`python -m bench`: every benchmark, one after the other."""

from bench import (
    anomalies,
    breach_risk,
    delivery,
    forecast_accuracy,
    model_cost,
    operations,
    pages,
    publication,
    read_side,
    remaining_time,
)


def main() -> None:
    for benchmark in (
        read_side,
        pages,
        operations,
        delivery,
        publication,
        model_cost,
        forecast_accuracy,
        anomalies,
        remaining_time,
        breach_risk,
    ):
        print(f"== {benchmark.__name__}")
        benchmark.main()


if __name__ == "__main__":
    main()
