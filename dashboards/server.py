"""The pages as one application: Streamlit's, behind the gate and the page to sign in at."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboards.gate import SIGN_IN, SecurityHeaders, SignInGate
from dashboards.sign_in import sign_in

app = st.App(
    Path(__file__).parent / "streamlit_app.py",
    routes=[Route(SIGN_IN, sign_in, methods=["GET", "POST"])],
    middleware=[Middleware(SecurityHeaders), Middleware(SignInGate)],
)
