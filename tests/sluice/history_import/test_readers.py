import gzip
from pathlib import Path

import pytest

from sluice.history_import.errors import MappingError, RowRejectedError, UnreadableFileError
from sluice.history_import.mapping import FormatOptions
from sluice.history_import.readers import LogRow, read_rows

XES = """<?xml version="1.0"?>
<log xmlns="http://www.xes-standard.org">
  <string key="creator" value="someone"/>
  <trace>
    <string key="concept:name" value="Case 1"/>
    <event>
      <string key="concept:name" value="Open"/><date key="time:timestamp" value="2024-01-01T00:00:00Z"/>
    </event>
    <event><string key="concept:name" value="Close"/><int key="cost" value="3"/></event>
    <string key="late" value="still the trace's"/>
  </trace>
  <trace>
    <string key="concept:name" value="Case 2"/><event><string key="concept:name" value="Open"/></event>
  </trace>
</log>
"""
BILLION_LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<log><trace><string key="concept:name" value="&b;"/></trace></log>
"""
EXTERNAL_ENTITY = """<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<log><trace><string key="concept:name" value="x"/>&secret;</trace></log>
"""


def rows_of(
    path: Path, options: FormatOptions | None = None, columns: set[str] | None = None
) -> list[LogRow]:
    return list(read_rows(path, options or FormatOptions(), columns or set()))


class TestCsv:
    def test_repeated_column_names_are_numbered(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        path.write_text("id,Variant,Variant\n1,first,second\n")
        assert rows_of(path) == [{"id": "1", "Variant": "first", "Variant (2)": "second"}]

    def test_row_of_another_width_is_rejected_and_reading_goes_on(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        path.write_text("id,state\n1\n2,New\n")
        broken, good = rows_of(path)
        assert isinstance(broken, RowRejectedError)
        assert broken.reason == "has 1 cells where the header has 2"
        assert good == {"id": "2", "state": "New"}

    def test_semicolons_and_latin_text(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        path.write_bytes("id;name\n1;Müller\n".encode("latin-1"))
        assert rows_of(path, FormatOptions(delimiter=";", encoding="latin-1")) == [
            {"id": "1", "name": "Müller"}
        ]

    def test_wrong_encoding_names_the_setting(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        path.write_bytes(b"id\n\xff\xfe\n")
        with pytest.raises(UnreadableFileError, match=r"set format\.encoding"):
            rows_of(path)

    def test_truncated_gzip(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv.gz"
        path.write_bytes(gzip.compress(b"id\n" + b"1\n" * 10_000)[:-20])
        with pytest.raises(UnreadableFileError, match="cannot be read to its end"):
            rows_of(path)

    def test_mapped_column_that_never_occurs(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        path.write_text("id,state\n1,New\n")
        with pytest.raises(MappingError, match=r"column 'stat' of the mapping is not in .* id, state"):
            rows_of(path, columns={"id", "stat"})

    def test_unknown_kind_of_file(self, tmp_path: Path) -> None:
        path = tmp_path / "log.xlsx"
        path.write_bytes(b"PK")
        with pytest.raises(UnreadableFileError, match=r"rename it to \.csv"):
            rows_of(path)


class TestXes:
    def test_events_carry_their_trace(self, tmp_path: Path) -> None:
        path = tmp_path / "log.xes"
        path.write_text(XES)
        first = {"trace:concept:name": "Case 1", "trace:late": "still the trace's"}
        assert rows_of(path) == [
            first | {"concept:name": "Open", "time:timestamp": "2024-01-01T00:00:00Z"},
            first | {"concept:name": "Close", "cost": "3"},
            {"trace:concept:name": "Case 2", "concept:name": "Open"},
        ]

    @pytest.mark.parametrize("bomb", [BILLION_LAUGHS, EXTERNAL_ENTITY])
    def test_entities_are_refused(self, tmp_path: Path, bomb: str) -> None:
        path = tmp_path / "log.xes"
        path.write_text(bomb)
        with pytest.raises(UnreadableFileError, match="no need of XML entities"):
            rows_of(path)

    def test_broken_xml(self, tmp_path: Path) -> None:
        path = tmp_path / "log.xes"
        path.write_text(XES[:400])
        with pytest.raises(UnreadableFileError, match="not well-formed XML"):
            rows_of(path)


def test_json_lines_reject_what_is_no_object(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"a": {"b": 1}, "c": true}\nnonsense\n[1]\n')
    good, nonsense, listed = rows_of(path)
    assert good == {"a.b": "1", "c": "true"}
    assert isinstance(nonsense, RowRejectedError)
    assert nonsense.reason == "is not valid JSON"
    assert isinstance(listed, RowRejectedError)
    assert listed.reason == "is not a JSON object"
