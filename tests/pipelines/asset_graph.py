"""The asset graph as a text that can be reviewed; `python -m tests.pipelines.asset_graph` writes it down."""

import json
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import dagster as dg

SNAPSHOT = Path(__file__).parent / "asset_graph.json"


def read_graph(definitions: dg.Definitions) -> dict[str, dict[str, Any]]:
    """By asset: group, kinds, what it comes after, and its checks, those that block with a mark."""
    nodes = definitions.get_repository_def().asset_graph
    return {
        key.to_user_string(): {
            "group": nodes.get(key).group_name,
            "kinds": " ".join(sorted(nodes.get(key).kinds)),
            "after": sorted(parent.to_user_string() for parent in nodes.get(key).parent_keys),
            "checks": sorted(
                check.name + " (blocks)" * nodes.get_check_spec(check).blocking
                for check in nodes.get_check_keys_for_assets({key})
            ),
        }
        for key in sorted(nodes.get_all_asset_keys())
    }


def as_text(graph: dict[str, dict[str, Any]]) -> str:
    return json.dumps(graph, indent=1, sort_keys=True) + "\n"


def main() -> None:
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as home:
        os.environ["SLUICE_HOME"] = home
        from pipelines.definitions import defs  # noqa: PLC0415 - reads the project into the folder above

        SNAPSHOT.write_text(as_text(read_graph(defs)), encoding="utf-8")


if __name__ == "__main__":
    main()
