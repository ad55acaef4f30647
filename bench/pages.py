"""How long a manager waits: each page of the dashboards in a real browser, warm, and after a filter.

Two published desks, one much larger than the other, each behind a service and dashboards of its own. Both
are looked at in turn, page by page, by one reader each whose choice is new each time, so that no answer is
one that was kept. Seconds are from the click to the last change of the page: what the API's own histogram
says it spent, the rest of the script's run (Python, and what was drawn meanwhile), and what is left (browser
and the way there).

    python -m bench.pages
    python -m bench.pages --tickets 10000 1000000 --rounds 8
"""

import argparse
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from statistics import median

from playwright.sync_api import sync_playwright

from bench.desks import admin_token, busiest_agent, prepare_desk, run_sluice, serving
from bench.reader import Reader, Step, launch, seconds_spent, showing

# A page, and whether the filters of all pages narrow it.
PAGES = {
    "Overview": True,
    "Operations": False,
    "Tickets": True,
    "SLA": True,
    "Workflows": True,
    "People": True,
    "Insights": True,
    "Forecasts": True,
    "Data": False,
    "Admin": False,
}
DEPARTMENTS = ("IT", "Human Resources", "Finance", "Facilities")
PRIORITIES = ("High", "Medium", "Low", "Critical")
MOST_SECONDS_OF_PAGE, MOST_SECONDS_OF_FILTER, MOST_GROWTH = 2.0, 1.0, 1.3
# Of a reader who has looked at every page already.
WARM_UP = 1
Steps = dict[tuple[str, str, int], list[Step]]


def read(readers: Mapping[int, Reader], rounds: int) -> Steps:
    """By page, kind of step and size of the desk."""
    steps: Steps = {}
    choices = {tickets: narrowings() for tickets in readers}
    for turn in range(WARM_UP + rounds):
        for title, is_narrowed in PAGES.items():
            for tickets, reader in readers.items():
                taken = {"page": reader.open(title)}
                if is_narrowed:
                    taken["filter"] = reader.narrow(*next(choices[tickets]))
                if turn >= WARM_UP:
                    for kind, step in taken.items():
                        steps.setdefault((title, kind, tickets), []).append(step)
    return steps


def narrowings() -> Iterator[tuple[str, str]]:
    """One filter after the other, each time to another option; all of them together come round late."""
    departments, priorities = cycle(DEPARTMENTS), cycle(PRIORITIES)
    while True:
        yield "Priority", next(priorities)
        for _ in range(len(DEPARTMENTS) - 1):
            yield "Department", next(departments)


def print_table(steps: Steps, small: int, large: int) -> None:
    heads = f"{'s':>7}{'API':>7}{'Python':>8}{'browser':>9}"
    print(f"{'':20}{small:>20,} tickets{'':3}{large:>20,} tickets")
    print(f"{'median of':20}{heads} {heads}{'growth':>9}")
    for title, kind in dict.fromkeys((title, kind) for title, kind, _ in steps):
        cells = [cell(steps[title, kind, tickets]) for tickets in (small, large)]
        print(f"{title + ', ' + kind:20}{cells[0]} {cells[1]}{growth(steps, title, kind, small, large):9.2f}")


def cell(steps: Sequence[Step]) -> str:
    total, api, python, browser = (
        median(getattr(step, name) for step in steps) for name in ("total", "api", "python", "browser")
    )
    return f"{total:7.2f}{api:7.2f}{python:8.2f}{browser:9.2f}"


def total(steps: Steps, title: str, kind: str, tickets: int) -> float:
    return median(step.total for step in steps[title, kind, tickets])


def growth(steps: Steps, title: str, kind: str, small: int, large: int) -> float:
    return total(steps, title, kind, large) / total(steps, title, kind, small)


def print_verdict(steps: Steps, small: int, large: int) -> None:
    for kind, most in (("page", MOST_SECONDS_OF_PAGE), ("filter", MOST_SECONDS_OF_FILTER)):
        titles = [title for title, of, tickets in steps if of == kind and tickets == small]
        slowest = max((total(steps, title, kind, size), title) for title in titles for size in (small, large))
        grown = max((growth(steps, title, kind, small, large), title) for title in titles)
        print(f"slowest {kind}: {slowest[0]:.2f} s ({slowest[1]}), bar {most} s")
        print(f"most growth of a {kind}: {grown[0]:.2f} ({grown[1]}), bar {MOST_GROWTH}")


def print_noise(steps: Steps) -> None:
    """How far apart the same step of the same page lies from one round to the next."""
    spreads = [max(each) / min(each) for taken in steps.values() if (each := [step.total for step in taken])]
    print(
        f"noise: the slowest round of a step takes {median(spreads):.2f} times its fastest (median of steps)"
    )
    print(f"load average {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, nargs=2, default=(10_000, 100_000), metavar=("FEW", "MANY"))
    parser.add_argument("--rounds", type=int, default=6, help="how often each page is opened and narrowed")
    options = parser.parse_args(arguments)
    small, large = options.tickets
    urls = {tickets: prepare_desk(tickets) for tickets in (small, large)}
    with ExitStack() as stack:
        browser = launch(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        readers = {}
        for tickets, url in urls.items():
            port = stack.enter_context(serving(url))
            name, password = f"bench-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
            run_sluice(url, "user", "add", name, "--role", "Admin", "--password", password)
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            spent = partial(seconds_spent, port, admin_token(busiest_agent(url)))
            readers[tickets] = Reader(page, spent)
            readers[tickets].sign_in(stack.enter_context(showing(port)), name, password)
        steps = read(readers, options.rounds)
    print_table(steps, small, large)
    print_verdict(steps, small, large)
    print_noise(steps)


if __name__ == "__main__":
    main()
