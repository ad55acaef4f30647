"""Write the lineage down: `make lineage`, or `python -m sluice.lineage` beside a migrated database."""

from api.insights.catalogue.lineage import DOCUMENT
from sluice.lineage.document import make_document, render
from sluice.lineage.models import read_warehouse
from sluice.lineage.page import PAGE, render_page


def main() -> None:
    document = make_document(read_warehouse())
    DOCUMENT.write_text(render(document), encoding="utf-8")
    PAGE.write_text(render_page(PAGE.read_text(encoding="utf-8"), document), encoding="utf-8")


if __name__ == "__main__":
    main()
