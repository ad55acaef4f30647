"""Sets a report in type: a program of its own, which reads a report as JSON and writes the file.

What draws and what sets is native code that is fed with texts of others: where one of those ends it, no
page goes with it. It needs nothing of the pages, so that it is there at once.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

import typst
import vl_convert

# Pixels to an inch of a picture: it is read on a screen, and may be enlarged once.
PPI = 144


def press(job: Mapping[str, Any]) -> bytes:
    """The file.

    Args:
        job: `kind` (`pdf` or `png`), `template` in Typst, `report` for it with charts as `spec`, and the
            version of Vega-Lite that these are in.
    """
    report = job["report"]
    for block in report["blocks"]:
        if "spec" in block:
            block["svg"] = vl_convert.vegalite_to_svg(block.pop("spec"), vl_version=job["vega_lite"])
    return typst.compile(
        job["template"].encode(),
        format=job["kind"],
        ppi=PPI,
        # Its own letters, and the server's for scripts that it has none of.
        font_paths=typst.Fonts(),
        sys_inputs={"report": json.dumps(report), "kind": job["kind"]},
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(press(json.load(sys.stdin)))
