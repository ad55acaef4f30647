"""Signing in and out with the browser's cookie, on the dashboards as they are served."""

from pathlib import Path

import httpx
import pytest

from tests.dashboards.conftest import PASSWORD, Desk
from tests.dashboards.serving import SESSION, free_port, serve_pages, sign_in_at


@pytest.fixture(autouse=True)
def no_attempts_so_far(running_desk: Desk) -> None:
    running_desk.execute("delete from ops.sign_in_attempt")


def test_the_form_leads_to_where_its_reader_was_bound_for(pages_url: str) -> None:
    asked = httpx.get(f"{pages_url}/rows?of=x&field=y", follow_redirects=True)
    assert 'action="/sign-in?next=/rows%3Fof%3Dx%26field%3Dy"' in asked.text
    assert asked.headers["Cache-Control"] == "no-store"
    response = sign_in_at(pages_url, "manager", PASSWORD, next="/rows?of=x&field=y")
    assert (response.status_code, response.headers["Location"]) == (303, "/rows?of=x&field=y")


def test_no_form_leads_to_another_site(pages_url: str) -> None:
    response = sign_in_at(pages_url, "manager", PASSWORD, next="//evil.example")
    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_the_cookie_is_for_this_site_and_no_script(pages_url: str) -> None:
    cookie = sign_in_at(pages_url, "manager", PASSWORD).headers["Set-Cookie"].lower()
    assert cookie.startswith(f"{SESSION}=")
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "expires" not in cookie
    assert "max-age" not in cookie


def test_the_cookie_tells_nothing_and_no_two_are_alike(pages_url: str) -> None:
    first, second = (sign_in_at(pages_url, "manager", PASSWORD).cookies[SESSION] for _ in range(2))
    assert first != second
    assert "manager" not in first
    assert len(first) >= 43


def test_signing_in_again_closes_the_session_before(pages_url: str) -> None:
    with httpx.Client(base_url=pages_url) as browser:
        form = {"username": "manager", "password": PASSWORD}
        browser.post("/sign-in", data=form)
        first = browser.cookies[SESSION]
        browser.post("/sign-in", data=form)
        assert browser.get("/").status_code == 200
    assert httpx.get(f"{pages_url}/", cookies={SESSION: first}).status_code == 303


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_form_of_another_site_is_refused(pages_url: str, origin: str) -> None:
    response = sign_in_at(pages_url, "manager", PASSWORD, origin=origin)
    assert response.status_code == 401
    assert "This form was sent from another site." in response.text
    assert "Set-Cookie" not in response.headers


def test_a_wrong_password_keeps_the_name_and_opens_nothing(pages_url: str) -> None:
    response = sign_in_at(pages_url, "manager", "wrong", next="/rows")
    assert response.status_code == 401
    assert "The user name or the password is wrong" in response.text
    assert 'value="manager"' in response.text
    assert 'wrong"' not in response.text
    assert 'action="/sign-in?next=/rows"' in response.text
    assert "Set-Cookie" not in response.headers


def test_a_name_is_text(pages_url: str) -> None:
    response = sign_in_at(pages_url, '"><script>alert(1)</script>', "wrong")
    assert "<script>" not in response.text


def test_whoever_guesses_is_told_to_wait(pages_url: str) -> None:
    for _ in range(5):
        sign_in_at(pages_url, "nobody", "wrong")
    response = sign_in_at(pages_url, "nobody", "wrong")
    assert response.status_code == 401
    assert "Too many" in response.text


def test_while_the_api_is_down_the_form_says_so(tmp_path: Path) -> None:
    api_url = f"http://127.0.0.1:{free_port()}"
    with serve_pages(api_url, tmp_path) as pages_url:
        response = sign_in_at(pages_url, "manager", PASSWORD)
    assert response.status_code == 503
    assert f"The Workflow API at {api_url} does not answer." in response.text
    assert "Set-Cookie" not in response.headers
