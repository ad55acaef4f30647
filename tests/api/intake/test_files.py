import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.main import create_ticket_service
from api.settings import ApiSettings
from tests.factories.desk import Desk, make_ticket
from tests.factories.files import ACCEPTED, PNG, REFUSED
from tests.factories.tokens import bearer, make_token
from tests.fixtures.statements import StatementCount

Headers = dict[str, Any]
MOST_BYTES = 100_000
TEXT = b"The speaker has been mute since Monday.\n"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "attachments"


@pytest.fixture
def settings(database_url: str, store: Path) -> ApiSettings:
    return ApiSettings(
        database_url=database_url,
        pool_size=8,
        attachments_url=str(store),
        attachment_max_bytes=MOST_BYTES,
        attachments_per_ticket=3,
    )


@pytest.fixture
async def ticket(tickets_api: httpx.AsyncClient, as_employee: Headers) -> str:
    answer = await tickets_api.post("/tickets/", json=make_ticket(), headers=as_employee)
    return f"/tickets/{answer.json()['ticket_id']}/"


@pytest.fixture
def as_other_employee(settings: ApiSettings) -> Headers:
    return bearer(make_token(settings, user_id=777, user_type="employee", roles=[]))


async def upload(
    client: httpx.AsyncClient, ticket: str, headers: Headers, content: bytes = TEXT, name: str = "note.txt"
) -> httpx.Response:
    return await client.post(f"{ticket}attachments/", files={"file": (name, content)}, headers=headers)


def kept_in(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def set_status(desk: Desk, status: str) -> None:
    desk.execute("update intake.ticket set status = %s", status)


class TestUpload:
    async def test_is_listed_with_its_ticket_and_told_of(
        self, *, tickets_api: httpx.AsyncClient, desk: Desk, ticket: str, as_employee: Headers
    ) -> None:
        answer = await upload(tickets_api, ticket, as_employee, PNG, "speaker.png")
        assert answer.status_code == 201, answer.text
        file = answer.json()
        assert (file["file_name"], file["file_type"]) == ("speaker.png", "image/png")
        assert file["file_size"] == len(PNG)
        assert file["file"] == f"{ticket}attachments/{file['id']}/"
        shown = (await tickets_api.get(ticket, headers=as_employee)).json()
        assert (shown["attachments"], shown["version"]) == ([file], 2)
        assert desk.scalar("select count(*) from intake.outbox_event where kind = 'ticket.updated'") == 1
        assert desk.scalar("select uploaded_by from intake.uploaded_file") == "employee:4"

    async def test_comes_after_the_links_and_outlives_their_change(
        self, tickets_api: httpx.AsyncClient, ticket: str, as_employee: Headers
    ) -> None:
        links = [{"file": "https://example.org/a.png", "file_name": "a.png"}]
        await upload(tickets_api, ticket, as_employee)
        for given in (links, []):
            answer = await tickets_api.put(ticket, json={"attachments": given}, headers=as_employee)
            names = [item["file_name"] for item in answer.json()["attachments"]]
            assert names == [*(link["file_name"] for link in given), "note.txt"]

    async def test_of_the_same_file_is_the_same(
        self, *, tickets_api: httpx.AsyncClient, store: Path, desk: Desk, ticket: str, as_employee: Headers
    ) -> None:
        posts = (upload(tickets_api, ticket, as_employee) for _ in range(6))
        answers = await asyncio.gather(*posts)
        assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
        assert len({answer.text for answer in answers}) == 1
        assert len(kept_in(store)) == 1
        assert desk.scalar("select version from intake.ticket") == 2
        other = await upload(tickets_api, ticket, as_employee, name="other.txt")
        assert other.status_code == 201

    async def test_with_one_key_answers_once(
        self, tickets_api: httpx.AsyncClient, ticket: str, as_employee: Headers
    ) -> None:
        headers = as_employee | {"Idempotency-Key": "one"}
        first = await upload(tickets_api, ticket, headers)
        again = await upload(tickets_api, ticket, headers)
        another = await upload(tickets_api, ticket, headers, TEXT * 2)
        assert (first.status_code, again.status_code, another.status_code) == (201, 201, 409)
        assert first.text == again.text
        assert another.json()["code"] == "idempotency_conflict"

    async def test_stops_at_the_most_a_ticket_may_have(
        self, *, tickets_api: httpx.AsyncClient, store: Path, ticket: str, as_employee: Headers
    ) -> None:
        posts = (upload(tickets_api, ticket, as_employee, name=f"{n}.txt") for n in range(5))
        answers = await asyncio.gather(*posts)
        assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409, 409]
        assert {answer.json().get("code") for answer in answers} == {None, "too_many_files"}
        assert len(kept_in(store)) == 3

    async def test_leaves_nothing_when_its_ticket_is_decided_meanwhile(
        self, *, tickets_api: httpx.AsyncClient, store: Path, desk: Desk, ticket: str, as_employee: Headers
    ) -> None:
        with desk.holding("update intake.ticket set status = 'Open'") as others:
            task = asyncio.create_task(upload(tickets_api, ticket, as_employee))
            await others.wait_for(1)
            assert len(kept_in(store)) == 1
        assert (await task).status_code == 409
        assert kept_in(store) == []

    async def test_costs_a_list_one_statement(
        self,
        *,
        tickets_api: httpx.AsyncClient,
        count_statements: StatementCount,
        as_employee: Headers,
        as_agent: Headers,
    ) -> None:
        for _ in range(3):
            made = await tickets_api.post("/tickets/", json=make_ticket(), headers=as_employee)
            await upload(tickets_api, f"/tickets/{made.json()['id']}/", as_employee)
        with count_statements() as statements:
            page = (await tickets_api.get("/tickets/", headers=as_agent)).json()
        assert [len(row["attachments"]) for row in page["results"]] == [1, 1, 1]
        assert len(statements) <= 5


class TestRefusedUpload:
    async def refused(
        self, client: httpx.AsyncClient, ticket: str, headers: Headers, store: Path, **request: Any
    ) -> httpx.Response:
        answer = await client.post(f"{ticket}attachments/", headers=headers, **request)
        assert kept_in(store) == []
        assert set(answer.json()) == {"error", "details", "code", "request_id"}
        return answer

    @pytest.mark.parametrize(
        "request_body",
        [
            {"files": {"file": ("empty.txt", b"")}},
            {"files": {"other": ("a.txt", TEXT)}},
            {"files": [("file", ("a.txt", TEXT)), ("file", ("b.txt", TEXT))]},
            {"files": {"file": ("a.txt", TEXT)}, "data": {"note": "hello"}},
            {"json": {"file": "a"}},
            {"content": b""},
            {"content": b"nothing", "kind": "multipart/form-data; boundary=x"},
            {"content": b"--x\r\n", "kind": "multipart/form-data"},
        ],
    )
    async def test_that_is_not_one_file(
        self,
        *,
        tickets_api: httpx.AsyncClient,
        store: Path,
        ticket: str,
        as_employee: Headers,
        request_body: Any,
    ) -> None:
        kind = {"Content-Type": request_body["kind"]} if "kind" in request_body else {}
        body = {name: value for name, value in request_body.items() if name != "kind"}
        answer = await self.refused(tickets_api, ticket, as_employee | kind, store, **body)
        assert (answer.status_code, list(answer.json()["details"])) == (400, ["file"])

    @pytest.mark.parametrize("name", REFUSED)
    async def test_whose_content_is_not_accepted_whatever_it_is_called(
        self, *, tickets_api: httpx.AsyncClient, store: Path, ticket: str, as_employee: Headers, name: str
    ) -> None:
        told = {"file": ("harmless.png", REFUSED[name], "image/png")}
        answer = await self.refused(tickets_api, ticket, as_employee, store, files=told)
        assert (answer.status_code, list(answer.json()["details"])) == (400, ["file"])
        assert "'harmless.png'" in answer.json()["details"]["file"][0]

    async def test_that_is_too_large_is_not_read_to_its_end(
        self, *, tickets_api: httpx.AsyncClient, store: Path, ticket: str, as_employee: Headers
    ) -> None:
        sent = 0

        async def long() -> AsyncIterator[bytes]:
            nonlocal sent
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
            for _ in range(100):
                sent += 65_536
                yield b"a" * 65_536

        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await self.refused(tickets_api, ticket, as_employee | kind, store, content=long())
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert str(MOST_BYTES) in answer.json()["error"]
        assert sent < 10 * MOST_BYTES

    @pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 201), (MOST_BYTES + 1, 413)])
    async def test_is_measured_to_the_byte(
        self, *, tickets_api: httpx.AsyncClient, ticket: str, as_employee: Headers, size: int, status: int
    ) -> None:
        assert (await upload(tickets_api, ticket, as_employee, b"a" * size)).status_code == status

    async def test_is_not_read_from_whom_may_not_send_it(
        self,
        *,
        tickets_api: httpx.AsyncClient,
        store: Path,
        ticket: str,
        as_other_employee: Headers,
        as_agent: Headers,
    ) -> None:
        async def unread() -> AsyncIterator[bytes]:
            pytest.fail("the body was asked for")
            yield b""

        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        for headers, status in (({}, 401), (as_other_employee, 404), (as_agent, 403)):
            answer = await self.refused(tickets_api, ticket, headers | kind, store, content=unread())
            assert answer.status_code == status

    async def test_when_the_store_is_away(
        self, *, tickets_api: httpx.AsyncClient, store: Path, desk: Desk, ticket: str, as_employee: Headers
    ) -> None:
        store.symlink_to(store / "nowhere")  # noqa: ASYNC240 - a moment, in a test
        answer = await upload(tickets_api, ticket, as_employee)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert desk.scalar("select count(*) from intake.uploaded_file") == 0


class TestOtherBodies:
    @pytest.mark.parametrize("path", ["/tickets/", "/send/", "/tickets/1/attachments/x/"])
    async def test_stay_small_and_utf8(
        self, tickets_api: httpx.AsyncClient, as_employee: Headers, path: str
    ) -> None:
        files = {"file": ("a.txt", b"a" * 1_100_000)}
        answer = await tickets_api.post(path, files=files, headers=as_employee)
        assert answer.status_code in {405, 413}
        files = {"file": ("a.txt", b"\xff")}
        answer = await tickets_api.post(path, files=files, headers=as_employee)
        assert answer.status_code in {400, 405}

    async def test_of_an_upload_that_is_no_form_stay_small(
        self, tickets_api: httpx.AsyncClient, ticket: str, as_employee: Headers
    ) -> None:
        headers = as_employee | {"Content-Type": "application/octet-stream"}
        content = b"a" * 1_100_000
        answer = await tickets_api.post(f"{ticket}attachments/", content=content, headers=headers)
        assert answer.status_code == 413


class TestType:
    @pytest.mark.parametrize("media_type", ACCEPTED)
    async def test_is_told_from_the_content(
        self, *, tickets_api: httpx.AsyncClient, ticket: str, as_employee: Headers, media_type: str
    ) -> None:
        content, ending = ACCEPTED[media_type]
        lie = {"file": ("page.html", content, "text/html")}
        answer = await tickets_api.post(f"{ticket}attachments/", files=lie, headers=as_employee)
        assert answer.status_code == 201, answer.text
        told = answer.json()
        assert (told["file_type"], told["file_name"]) == (media_type, f"page.html{ending}")
        served = await tickets_api.get(told["file"], headers=as_employee)
        assert served.headers["content-type"].partition(";")[0] == media_type
        assert served.content == content

    async def test_may_be_narrowed_by_the_settings(
        self, settings: ApiSettings, ticket: str, as_employee: Headers
    ) -> None:
        narrow = settings.model_copy(update={"attachment_types": ["image/png"]})
        app = create_ticket_service(narrow)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://t.test") as client:
                assert (await upload(client, ticket, as_employee, PNG)).status_code == 201
                answer = await upload(client, ticket, as_employee)
        assert answer.json()["details"] == {
            "file": ["'note.txt' by its content is text/plain: send one of .png"]
        }

    @pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/x-msdownload"])
    def test_that_is_dangerous_cannot_be_set(self, settings: ApiSettings, kind: str) -> None:
        with pytest.raises(ValueError, match=f"SLUICE_ATTACHMENT_TYPES names '{kind.replace('+', '.')}'"):
            create_ticket_service(settings.model_copy(update={"attachment_types": [kind]}))


class TestName:
    @pytest.mark.parametrize(
        ("told", "kept"),
        [
            ("../../etc/passwd", "passwd.txt"),
            ("C:\\Users\\jo\\run.bat", "run.bat.txt"),
            ("..", "file.txt"),
            ("", "file.txt"),
            ("a\u202etxt.exe", "atxt.exe.txt"),
            ("\u200bnote\u2028\u0085.TXT", "note.TXT"),
            ("\u00fc\u4e2d\U0001f600.log", "\u00fc\u4e2d\U0001f600.log"),
            ('a";\u00a0x=y.txt', 'a";\u00a0x=y.txt'),
            (f"{'n' * 300}.csv", f"{'n' * 251}.csv"),
        ],
    )
    async def test_is_made_safe_and_never_used_as_a_path(
        self,
        *,
        tickets_api: httpx.AsyncClient,
        store: Path,
        ticket: str,
        as_employee: Headers,
        told: str,
        kept: str,
    ) -> None:
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{_quoted(told)}"\r\n\r\n'
        content = head.encode() + TEXT + b"\r\n--x--\r\n"
        headers = as_employee | {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await tickets_api.post(f"{ticket}attachments/", content=content, headers=headers)
        assert answer.status_code == 201, answer.text
        assert answer.json()["file_name"] == kept
        (path,) = kept_in(store)
        assert len(path.name) == 40
        assert path.name.isalnum()
        served = await tickets_api.get(answer.json()["file"], headers=as_employee)
        assert served.headers["content-disposition"].isascii()
        assert served.headers["content-disposition"].count(";") == 1


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


class TestDownload:
    @pytest.fixture
    async def file(self, tickets_api: httpx.AsyncClient, ticket: str, as_employee: Headers) -> str:
        answer = await upload(tickets_api, ticket, as_employee, name="Lautsprecher \u00fc.txt")
        address: str = answer.json()["file"]
        return address

    async def test_can_only_be_saved(
        self, tickets_api: httpx.AsyncClient, file: str, as_employee: Headers
    ) -> None:
        answer = await tickets_api.get(file, headers=as_employee)
        assert (answer.status_code, answer.content) == (200, TEXT)
        wanted = {
            "content-type": "text/plain; charset=utf-8",
            "content-length": str(len(TEXT)),
            "content-disposition": "attachment; filename*=UTF-8''Lautsprecher%20%C3%BC.txt",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
            "cache-control": "private, no-store",
            "etag": f'"{hashlib.sha256(TEXT).hexdigest()}"',
        }
        assert wanted.items() <= dict(answer.headers).items()

    async def test_is_for_whoever_may_read_the_ticket(
        self, *, tickets_api: httpx.AsyncClient, file: str, as_agent: Headers, as_other_employee: Headers
    ) -> None:
        assert (await tickets_api.get(file, headers=as_agent)).status_code == 200
        assert (await tickets_api.get(file, headers=as_other_employee)).status_code == 404
        assert (await tickets_api.get(file)).status_code == 401

    async def test_goes_by_its_own_ticket(
        self, tickets_api: httpx.AsyncClient, file: str, as_employee: Headers
    ) -> None:
        other = await tickets_api.post("/tickets/", json=make_ticket(), headers=as_employee)
        stranger = f"/tickets/{other.json()['id']}/attachments/{file.split('/')[-2]}/"
        assert (await tickets_api.get(stranger, headers=as_employee)).status_code == 404

    async def test_of_a_deleted_ticket_is_none(
        self, tickets_api: httpx.AsyncClient, file: str, ticket: str, as_admin: Headers
    ) -> None:
        assert (await tickets_api.delete(ticket, headers=as_admin)).status_code == 204
        for method in ("GET", "DELETE"):
            assert (await tickets_api.request(method, file, headers=as_admin)).status_code == 404

    async def test_of_bytes_that_are_gone_says_so(
        self, tickets_api: httpx.AsyncClient, file: str, store: Path, as_employee: Headers
    ) -> None:
        for path in kept_in(store):
            path.unlink()
        answer = await tickets_api.get(file, headers=as_employee)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "file store" in answer.json()["error"]


class TestRights:
    async def test_follow_the_status(
        self,
        *,
        tickets_api: httpx.AsyncClient,
        desk: Desk,
        ticket: str,
        as_employee: Headers,
        as_coordinator: Headers,
        as_agent: Headers,
    ) -> None:
        wanted = {
            "New": (201, 201, 403),
            "In Progress": (409, 201, 403),
            "Resolved": (409, 201, 403),
            "Closed": (409, 409, 403),
            "Rejected": (409, 409, 403),
            "Withdrawn": (409, 409, 403),
        }
        for status, answers in wanted.items():
            set_status(desk, status)
            for headers, code in zip((as_employee, as_coordinator, as_agent), answers, strict=True):
                answer = await upload(tickets_api, ticket, headers, f"{status} {headers}".encode())
                assert answer.status_code == code, (status, answer.text)
                if answer.is_success:
                    set_status(desk, status)
                    gone = await tickets_api.delete(answer.json()["file"], headers=headers)
                    assert gone.status_code == 204

    async def test_to_remove_are_those_to_add(
        self, *, tickets_api: httpx.AsyncClient, desk: Desk, ticket: str, as_employee: Headers,
        as_agent: Headers, as_other_employee: Headers,
    ) -> None:  # fmt: skip
        file = (await upload(tickets_api, ticket, as_employee)).json()["file"]
        assert (await tickets_api.delete(file, headers=as_agent)).status_code == 403
        assert (await tickets_api.delete(file, headers=as_other_employee)).status_code == 404
        set_status(desk, "Open")
        assert (await tickets_api.delete(file, headers=as_employee)).status_code == 409

    async def test_a_removed_file_is_seen_no_more(
        self, *, tickets_api: httpx.AsyncClient, store: Path, desk: Desk, ticket: str, as_employee: Headers
    ) -> None:
        file = (await upload(tickets_api, ticket, as_employee)).json()["file"]
        assert (await tickets_api.delete(file, headers=as_employee)).status_code == 204
        for method in ("GET", "DELETE"):
            assert (await tickets_api.request(method, file, headers=as_employee)).status_code == 404
        shown = (await tickets_api.get(ticket, headers=as_employee)).json()
        assert (shown["attachments"], shown["version"]) == ([], 3)
        assert desk.scalar("select count(*) from intake.outbox_event where kind = 'ticket.updated'") == 2
        assert len(kept_in(store)) == 1
        again = await upload(tickets_api, ticket, as_employee)
        assert again.status_code == 201


class TestStore:
    @pytest.fixture
    def nowhere(self) -> ApiSettings:
        return ApiSettings(database_url="postgresql://nowhere/none")

    @pytest.mark.parametrize("address", ["s3://key:secret@bucket/files", "nonsense://files"])
    def test_without_its_package_is_refused_at_the_start(self, nowhere: ApiSettings, address: str) -> None:
        with pytest.raises(ValueError, match="install the package of its scheme") as refused:
            create_ticket_service(nowhere.model_copy(update={"attachments_url": address}))
        assert "SLUICE_ATTACHMENTS_URL" in str(refused.value)
        assert "secret" not in str(refused.value)

    async def test_may_be_another_than_a_folder(
        self, settings: ApiSettings, ticket: str, as_employee: Headers
    ) -> None:
        app = create_ticket_service(settings.model_copy(update={"attachments_url": "memory://files"}))
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://t.test") as client:
                file = (await upload(client, ticket, as_employee)).json()["file"]
                assert (await client.get(file, headers=as_employee)).content == TEXT
