import json
from pathlib import Path

import pytest

from sluice.history_import.errors import MappingError
from sluice.history_import.mapping import load_mapping, mapping_schema
from tests.sluice.history_import.conftest import MAPPINGS


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_mappings_are_valid(path: Path) -> None:
    mapping = load_mapping(path)
    assert mapping.columns() >= {mapping.ticket_id.column}


def test_exported_schema_is_that_of_the_code() -> None:
    exported = json.loads((MAPPINGS / "schema.json").read_text(encoding="utf-8"))
    assert exported == mapping_schema()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("source: [", "not valid YAML"),
        ("- a list", "expected keys such as"),
        ("source: Upper", "source: String should match pattern"),
        ("source: x1\nticket_id: {}", "ticket_id.column: Field required"),
        (
            "source: x1\nfields: {state: {take: sometimes}}",
            "fields.state.take: Input should be 'event', 'first' or 'last' (found 'sometimes')",
        ),
        ("source: x1\nfields: {state: {}}", "fields.state: name a column, a default, or both"),
    ],
)
def test_wrong_files_name_their_key(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as refused:
        load_mapping(path)
    assert sentence in str(refused.value)
