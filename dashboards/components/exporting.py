"""What is shown, as a file to take away."""

import streamlit as st

from dashboards import loaders
from dashboards.session import current_account
from dashboards.texts import _

KINDS = {
    "csv": ("text/csv", ":material/csv:"),
    "parquet": ("application/vnd.apache.parquet", ":material/data_table:"),
}


def show_exports(address: str) -> None:
    """Offer the whole of an answer or of a list, of which administrators alone may take all rows away."""
    account = current_account()
    if account is None or not account.is_admin:
        return
    with st.container(horizontal=True):
        for kind, (mime, icon) in KINDS.items():
            st.download_button(
                _("Download as {kind}").format(kind=kind.upper() if kind == "csv" else kind.title()),
                loaders.downloading(f"{address}{'&' if '?' in address else '?'}format={kind}"),
                f"{address.partition('?')[0].strip('/').replace('/', '-')}.{kind}",
                mime,
                key=f"{kind} {address}",
                icon=icon,
                on_click="ignore",
            )
