import streamlit as st

from dashboards import session
from dashboards.errors import ApiUnavailableError, SignInRefusedError

_, middle, _ = st.columns([1, 1.2, 1])
with middle:
    st.title("Sluice", anchor=False)
    st.write("Sign in with your desk account to see its numbers.")
    if notice := session.take_notice():
        st.info(notice, icon=":material/schedule:")
    with st.form("sign_in"):
        username = st.text_input("User name", autocomplete="username")
        password = st.text_input("Password", type="password", autocomplete="current-password")
        submitted = st.form_submit_button("Sign in", width="stretch")
    if submitted:
        try:
            session.sign_in(username.strip(), password)
        except (SignInRefusedError, ApiUnavailableError) as error:
            st.error(str(error))
        else:
            st.rerun()
