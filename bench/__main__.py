"""`python -m bench`: every benchmark, one after the other."""

from bench import delivery, forecast_accuracy, operations, read_side


def main() -> None:
    for benchmark in (read_side, operations, delivery, forecast_accuracy):
        print(f"== {benchmark.__name__}")
        benchmark.main()


if __name__ == "__main__":
    main()
