"""What an import did, for people and for scripts."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sluice.history_import.load import ImportCounts

REJECTED_EXIT_CODE = 3


@dataclass(frozen=True)
class ImportReport:
    source: str
    counts: ImportCounts
    rows_read: int
    rows_rejected: int
    rejects_path: Path | None
    is_dry_run: bool
    seconds: float

    @property
    def exit_code(self) -> int:
        return REJECTED_EXIT_CODE if self.rows_rejected else 0

    def as_json(self) -> str:
        counts = self.counts
        content: dict[str, Any] = {
            "source": self.source,
            "dry_run": self.is_dry_run,
            "rows_read": self.rows_read,
            "rows_rejected": self.rows_rejected,
            "rejects_file": str(self.rejects_path) if self.rejects_path else None,
            "tickets_imported": counts.tickets_imported,
            "tickets_unchanged": counts.tickets_unchanged,
            "tickets_held_back": counts.tickets_held_back,
            "workflows_created": counts.workflows_created,
            "rows_written": dict(counts.rows),
            "seconds": round(self.seconds, 2),
        }
        return json.dumps(content)

    def as_text(self) -> str:
        counts = self.counts
        verb = "would be imported (dry run, nothing written)" if self.is_dry_run else "imported"
        lines = [
            (
                f"{counts.tickets_imported:,} tickets {verb}, {counts.tickets_unchanged:,} unchanged, "
                f"from {self.rows_read:,} rows in {self.seconds:.1f} s"
            ),
        ]
        if counts.rows:
            lines.append(
                "Rows: "
                + ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.rows.items())
            )
        if self.rows_rejected:
            lines.append(
                f"{self.rows_rejected:,} rows rejected, {counts.tickets_held_back:,} tickets held back; "
                f"reasons in {self.rejects_path}"
            )
        return "\n".join(lines)
