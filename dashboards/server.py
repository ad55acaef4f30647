"""The pages as one application: Streamlit's, behind the gate and the page to sign in at."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboards import provider
from dashboards.gate import PROVIDER_SIGN_IN, SIGN_IN, SecurityHeaders, SignInGate
from dashboards.shell import show_shell
from dashboards.sign_in import sign_in, sign_in_with_provider

app = st.App(
    Path(__file__).parent / "streamlit_app.py",
    secrets=provider.secrets(),
    routes=[
        Route(SIGN_IN, sign_in, methods=["GET", "POST"]),
        Route(PROVIDER_SIGN_IN, sign_in_with_provider),
        Route("/", show_shell),
        Route("/{page:page_name}", show_shell),
    ],
    middleware=[Middleware(SecurityHeaders), Middleware(SignInGate)],
)
