"""A change that a cookie authenticates must prove where it comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.accounts.csrf import form_token
from repoweb.accounts.user import Method, User
from repoweb.repository.obscure import obscure

SECRET = "A2502A9B12D822D6FE30339935FA1AE26352667E5F41A4374C"


class TestTheToken:
    @pytest.mark.parametrize(
        ("secret", "token"),
        [
            ("", "X4NxUm8fHjwVYdN"),
            (
                "CF6BE2C0B69D84829B2F827F750C60678D088A7C8D330CFB42",
                "McDdbxAL2Z5Zf/H",
            ),
            (SECRET, "dilqAS7a/ht7FaC"),
        ],
    )
    def test_it_is_that_of_fossils_forms(self, secret, token):
        assert form_token(User("alice", secret=secret)) == token

    def test_it_stands_in_the_forms(self, alice, column):
        token = form_token(User("alice", secret=column("alice", "cookie")))

        assert alice.get("/my").text.count(f'name="csrf" value="{token}"') >= 3

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_two_sessions_have_two_tokens(self, one, other):
        first, second = (User("x", secret=secret) for secret in (one, other))

        assert (form_token(first) == form_token(second)) == (
            (one or "none") == (other or "none")
        )


@pytest.fixture
def change(client_of):
    """Ask for a change with exactly these headers; says whether it was made."""

    def ask(client=None, data=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Origin", "")  # an empty one counts as none
        answer = (client or client_of("alice")).post(
            "/theme", data={"theme": "dark", **(data or {})}, headers=named
        )
        assert answer.status_code in {302, 403}
        assert (answer.status_code == 302) == ("Set-Cookie" in answer.headers)
        return answer.status_code == 302

    return ask


class TestTheOrigin:
    @pytest.mark.parametrize("site", ["same-origin", "none"])
    def test_the_browser_says_that_it_is_ours(self, change, site):
        assert change(Sec_Fetch_Site=site)

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "x", "Same-Origin"])
    def test_the_browser_says_that_it_is_not(self, change, site):
        assert not change(Sec_Fetch_Site=site)

    def test_what_the_browser_says_comes_first(self, change):
        assert not change(Sec_Fetch_Site="cross-site", Origin="http://localhost")
        assert change(Sec_Fetch_Site="same-origin", Origin="http://evil.org")

    @pytest.mark.parametrize(
        "origin",
        ["http://localhost", "http://LOCALHOST", "http://localhost:80"],
    )
    def test_our_origin_is_good(self, change, origin):
        assert change(Origin=origin)

    @pytest.mark.parametrize(
        "origin",
        [
            "http://evil.org",
            "https://localhost",
            "http://localhost:8080",
            "http://localhost.evil.org",
            "http://evil.org/localhost",
            "http://localhost@evil.org",
            "http://xlocalhost",
            "null",
            "localhost",
            "//localhost",
            "file://",
            "http://[::1",
            "http://localhost:x",
            "http://localhost:99999",
            "http://",
            "\xff",
        ],
    )
    def test_another_origin_is_not(self, change, origin):
        assert not change(Origin=origin)

    @pytest.mark.parametrize(
        "referer", ["http://localhost/", "http://localhost/my?x=http://evil.org"]
    )
    def test_without_an_origin_the_referer_counts(self, change, referer):
        assert change(Referer=referer)

    @pytest.mark.parametrize(
        "referer",
        [
            "http://evil.org/",
            "http://evil.org/?http://localhost/",
            "http://localhost.evil.org/",
            "https://localhost/my",
            "about:blank",
            "http://[",
        ],
    )
    def test_another_referer_is_not_good(self, change, referer):
        assert not change(Referer=referer)

    def test_the_origin_comes_before_the_referer(self, change):
        assert not change(Origin="http://evil.org", Referer="http://localhost/")

    @pytest.mark.parametrize("host", ["localhost:80", "LOCALHOST", "localhost:8080"])
    def test_the_host_may_be_written_in_many_ways(self, change, host):
        assert change(Host=host, Origin=f"http://{host.lower()}")

    @pytest.mark.parametrize(
        "host", ["localhost:x", "[::1", "a:b:c", "localhost:99999"]
    )
    def test_a_host_that_cannot_be_read_is_no_fault_of_ours(self, client_of, host):
        answer = client_of("alice").post(
            "/theme", headers={"Host": host, "Origin": "http://localhost"}
        )

        assert answer.status_code in {400, 403}


class TestTheFormToken:
    @pytest.fixture
    def token(self, alice, column):
        assert alice.get("/my").status_code == 200
        return form_token(User("alice", secret=column("alice", "cookie")))

    def test_without_any_origin_it_counts(self, change, alice, token):
        assert change(alice, {"csrf": token})

    def test_it_may_stand_in_a_header(self, change, alice, token):
        assert change(alice, X_CSRF_Token=token)

    def test_without_it_nothing_is_changed(self, change, alice):
        assert not change(alice)

    @pytest.mark.parametrize(
        "wrong", ["", "x", "X4NxUm8fHjwVYdN", "é", "\ud83d", "x" * 9999]
    )
    def test_a_wrong_one_changes_nothing(self, change, alice, wrong):
        data = {"csrf": wrong.encode("utf-8", "replace").decode()}

        assert not change(alice, data)

    def test_that_of_somebody_else_changes_nothing(self, change, bob, token):
        assert not change(bob, {"csrf": token})

    def test_it_does_not_help_a_foreign_page(self, change, alice, token):
        assert not change(alice, {"csrf": token}, Origin="http://evil.org")
        assert not change(alice, {"csrf": token}, Sec_Fetch_Site="cross-site")

    def test_it_does_not_stand_in_the_address(self, alice, token):
        answer = alice.post(f"/theme?csrf={token}", headers={"Origin": ""})

        assert answer.status_code == 403


class TestWhoNeedsNoProof:
    FORM = {"p": "pw-alice", "n1": "new-secret", "n2": "new-secret"}  # noqa: RUF012
    FOREIGN = {"Origin": "http://evil.org", "Sec-Fetch-Site": "cross-site"}  # noqa: RUF012

    def test_a_token_is_proof_enough(self, nobody):
        form = {**self.FORM, "resid": obscure("alice"), "token": obscure("pw-alice")}

        answer = nobody.post("/my", data=form, headers=self.FOREIGN)

        assert answer.status_code == 200

    def test_basic_is_proof_enough(self, nobody, configure):
        configure("http_authentication_ok", "1")

        answer = nobody.post(
            "/my", data=self.FORM, auth=("alice", "pw-alice"), headers=self.FOREIGN
        )

        assert answer.status_code == 200

    def test_a_cookie_beside_it_is_not(self, alice):
        form = {**self.FORM, "resid": obscure("alice"), "token": obscure("pw-alice")}

        answer = alice.post("/my", data=form, headers=self.FOREIGN)

        assert answer.status_code == 403

    def test_nobody_has_nothing_to_lose(self, change, nobody):
        assert change(nobody)

    def test_but_a_foreign_page_may_not_act_for_nobody(self, change, nobody):
        assert not change(nobody, Origin="http://evil.org")


class TestAHostWithoutItsPort:
    """Debian's scgi_params for nginx passes on `$host`, which lacks the port."""

    @pytest.fixture
    def send(self, alice):
        def post(host, origin):
            options = {"environ_overrides": {"SERVER_PORT": "8443"}}
            headers = {"Host": host, "Origin": origin}
            return alice.post("/theme", headers=headers, **options).status_code != 403

        return post

    @pytest.mark.parametrize("port", ["", ":80", ":8443"])
    def test_it_is_that_of_the_server_or_the_usual_one(self, send, port):
        assert send("example.org", f"http://example.org{port}")

    @pytest.mark.parametrize(
        "origin", ["http://example.org:81", "http://evil.org:8443"]
    )
    def test_it_is_no_other(self, send, origin):
        assert not send("example.org", origin)

    def test_a_port_that_is_told_counts_alone(self, send):
        assert not send("example.org:81", "http://example.org:8443")


class TestWhoHasNoSecret:
    """The form token of a user without a session is known to everybody."""

    @pytest.fixture
    def remote(self, configure, client_of):
        configure("remote_user_ok", "1")
        client = client_of()
        client.environ_base["REMOTE_USER"] = "alice"
        return client

    @pytest.mark.parametrize("method", [Method.REMOTE_USER, Method.LOCAL])
    def test_it_is_that_of_nobody(self, method):
        assert form_token(User("alice", method=method)) == form_token(User())

    def test_it_is_no_proof(self, change, remote):
        assert not change(remote, {"csrf": "X4NxUm8fHjwVYdN"})

    def test_the_origin_is(self, change, remote):
        assert change(remote, Origin="http://localhost")

    def test_a_foreign_origin_is_not(self, change, remote):
        assert not change(remote, Origin="http://evil.org")


def test_the_refusal_is_a_page(alice):
    answer = alice.post("/theme", headers={"Origin": "http://evil.org"})

    assert answer.status_code == 403
    assert "This request did not come from a page of this site." in answer.text


def test_the_refusal_is_json_for_those_who_ask_for_it(alice):
    answer = alice.post(
        "/theme", headers={"Origin": "http://evil.org", "Accept": "application/json"}
    )

    assert answer.json == {
        "error": "This request did not come from a page of this site."
    }
