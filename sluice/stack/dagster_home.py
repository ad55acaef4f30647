"""Dagster's folder under SLUICE_HOME: its instance file, and where it finds the pipeline's code."""

from importlib.resources import files

import yaml

from sluice.settings import StackSettings
from sluice.stack.services import code_socket


def prepare_dagster_home(settings: StackSettings) -> None:
    folder = settings.dagster_home
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dagster.yaml").write_bytes(files("pipelines").joinpath("dagster.yaml").read_bytes())
    code_server = {"socket": str(code_socket(settings)), "location_name": "sluice"}
    workspace = {"load_from": [{"grpc_server": code_server}]}
    (folder / "workspace.yaml").write_text(yaml.safe_dump(workspace), encoding="utf-8")
