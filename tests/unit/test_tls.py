"""The local authority: browsers accept what it signs, for the names given and no others."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from sylvan.ops.certificates import Authority, describe
from sylvan.ops.refusal import Refusal
from sylvan.ops.tls import certificate_names, serve_options
from sylvan.ops.tls_page import PageRequest, ca_download, install_page, qr_terminal
from sylvan.settings import Settings

NOW = datetime.now(UTC)
APPLE_LONGEST = timedelta(days=825)
# support.apple.com/103769: requirements for trusted certificates


def handshake(authority: Authority, name: str) -> None:
    """A TLS handshake in memory, as a browser that installed the authority would make it."""
    browser = ssl.create_default_context(cafile=str(authority.ca_cert))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(authority.cert, authority.key)
    to_server, to_browser = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = browser.wrap_bio(to_browser, to_server, server_hostname=name)
    theirs = server.wrap_bio(to_server, to_browser, server_side=True)
    pending = [ours, theirs]
    for _ in range(10):
        for side in list(pending):
            try:
                side.do_handshake()
                pending.remove(side)
            except ssl.SSLWantReadError:
                pass
    assert not pending


@pytest.mark.parametrize(
    "name", ["192.168.1.7", "sylvan.local", "localhost", "127.0.0.1", "пожары.рф"]
)
def test_browser_with_the_authority_accepts_the_names_given(tmp_path: Path, name: str) -> None:
    authority = Authority(tmp_path)
    authority.init(["192.168.1.7", "sylvan.local", "пожары.рф"], now=NOW)
    handshake(authority, name)


def test_browser_refuses_another_name(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.init(["sylvan.local"], now=NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"[Hh]ostname|IP address"):
        handshake(authority, "bank.example")


def test_browser_without_the_authority_refuses(tmp_path: Path) -> None:
    ours, other = Authority(tmp_path / "a"), Authority(tmp_path / "b")
    ours.init([], now=NOW)
    other.init([], now=NOW)
    ours.ca_cert.write_bytes(other.ca_cert.read_bytes())
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(ours, "localhost")


def test_server_certificate_is_short_enough_for_phones(tmp_path: Path) -> None:
    made = Authority(tmp_path).init(["sylvan.local"], now=NOW)
    assert made.not_after - NOW <= APPLE_LONGEST


def test_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.init([], now=NOW)
    for secret in (authority.ca_key, authority.key):
        assert secret.stat().st_mode & 0o777 == 0o600
    assert authority.folder.stat().st_mode & 0o077 == 0


def test_second_init_keeps_the_authority_that_phones_trust(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    first = authority.init(["a.local"], now=NOW)
    root = authority.ca_cert.read_bytes()
    second = authority.init(["b.local"], now=NOW)
    assert authority.ca_cert.read_bytes() == root
    assert first.fingerprint != second.fingerprint
    handshake(authority, "b.local")


def test_authority_vouches_for_servers_only_and_makes_no_further_authorities(
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path)
    authority.init([], now=NOW)
    root = x509.load_pem_x509_certificate(authority.ca_cert.read_bytes())
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)


@pytest.mark.parametrize("name", ["https://a.local", "a b", "", "a/b", "host:8321", "."])
def test_text_that_is_no_name_is_refused_before_anything_is_written(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(Refusal, match="neither a host name nor an address"):
        Authority(tmp_path).init([name], now=NOW)
    assert not (tmp_path / "tls").exists()


def settings(tmp_path: Path, **options: object) -> Settings:
    return Settings(data_dir=tmp_path, **options)


def test_loopback_is_plain_http(tmp_path: Path) -> None:
    listen = serve_options(settings(tmp_path))
    assert (listen.address, listen.uvicorn) == ("http://127.0.0.1:8321/", {})


def test_reachable_host_is_refused_until_somebody_answers_for_it(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="--i-know"):
        serve_options(settings(tmp_path, host="0.0.0.0"))
    assert not (tmp_path / "tls").exists()


def test_reachable_host_needs_nobody_to_answer_for_it_where_people_sign_in(tmp_path: Path) -> None:
    listen = serve_options(settings(tmp_path, host="192.168.1.7"), signed_in=True)
    assert listen.address == "https://192.168.1.7:8321/"


def test_passwords_do_not_travel_in_the_open(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="HTTPS"):
        serve_options(settings(tmp_path, host="192.168.1.7", tls="off"), signed_in=True)


def test_reachable_host_gets_https_for_its_name(tmp_path: Path) -> None:
    listen = serve_options(settings(tmp_path, host="192.168.1.7", i_know=True))
    assert listen.address == "https://192.168.1.7:8321/"
    assert listen.uvicorn == {
        "ssl_certfile": str(tmp_path / "tls" / "server.pem"),
        "ssl_keyfile": str(tmp_path / "tls" / "server-key.pem"),
    }
    handshake(Authority(tmp_path), "192.168.1.7")


def test_reverse_proxy_may_do_https_instead(tmp_path: Path) -> None:
    listen = serve_options(settings(tmp_path, host="192.168.1.7", i_know=True, tls="off"))
    assert listen.uvicorn == {}


def test_own_certificate_is_used_even_on_loopback(tmp_path: Path) -> None:
    own = Authority(tmp_path / "own")
    own.init([], now=NOW)
    listen = serve_options(settings(tmp_path, tls_cert=own.cert, tls_key=own.key))
    assert listen.address.startswith("https://127.0.0.1")
    assert listen.uvicorn["ssl_certfile"] == str(own.cert)


def test_ended_certificate_of_the_operator_is_refused(tmp_path: Path) -> None:
    own = Authority(tmp_path / "own")
    own.init([], now=NOW - timedelta(days=400))
    with pytest.raises(Refusal, match="ended on"):
        serve_options(settings(tmp_path, tls_cert=own.cert, tls_key=own.key))


def test_certificate_of_the_local_authority_is_renewed_before_it_ends(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.init(["old.local"], now=NOW - timedelta(days=380))
    root = authority.ca_cert.read_bytes()
    serve_options(settings(tmp_path, host="192.168.1.7", i_know=True))
    assert describe(authority.cert).days_left(NOW) > 300
    assert {"old.local", "192.168.1.7"} <= set(describe(authority.cert).names)
    assert authority.ca_cert.read_bytes() == root


def test_current_certificate_is_left_alone(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.init(["192.168.1.7"], now=NOW)
    before = authority.cert.read_bytes()
    serve_options(settings(tmp_path, host="192.168.1.7", i_know=True))
    assert authority.cert.read_bytes() == before


def test_unreadable_certificate_is_refused_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("no certificate")
    with pytest.raises(Refusal, match=r"c\.pem is not a readable"):
        describe(tmp_path / "c.pem")


def test_listening_everywhere_needs_the_names_of_this_machine() -> None:
    assert "0.0.0.0" not in certificate_names("0.0.0.0")
    assert certificate_names("10.1.2.3") == ["10.1.2.3"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_page_shows_the_fingerprint_and_loads_nothing_from_elsewhere(
    tmp_path: Path, language: str
) -> None:
    authority = Authority(tmp_path)
    authority.init([], now=NOW)
    request = PageRequest(authority.ca_cert, "https://192.168.1.7:8321/tls", language)
    page = install_page(request)
    assert describe(authority.ca_cert).fingerprint in page
    assert "<svg" in page
    assert "<script" not in page
    assert page.count("http") - page.count("http://www.w3.org") == page.count(request.url)


def test_download_is_the_authority_itself(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.init([], now=NOW)
    loaded = x509.load_der_x509_certificate(ca_download(authority.ca_cert))
    assert loaded == x509.load_pem_x509_certificate(authority.ca_cert.read_bytes())


def test_code_for_the_terminal_is_square_with_a_light_edge() -> None:
    rows = qr_terminal("https://192.168.1.7:8321/tls").splitlines()
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == (len(rows[0]) + 1) // 2
    assert set(rows[0]) == {"█"}
