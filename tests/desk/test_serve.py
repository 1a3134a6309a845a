"""Where the desk listens: refusals, HTTPS, and a real server in a process of its own."""

import http.client
import re
import shutil
import socket
import ssl
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oshrisk.errors import OshriskError

from .served import PATIENCE, Served, run


def listening(**how):
    from oshrisk.desk.serve import Listening

    return Listening(**how)


@pytest.mark.parametrize(
    ("how", "settled", "code"),
    [
        ({}, False, None),
        ({"host": "localhost"}, False, None),
        ({"host": "::1"}, False, None),
        ({"host": "0.0.0.0"}, False, "desk.no_accounts"),
        ({"host": "192.0.2.1"}, True, "desk.not_encrypted"),
        ({"host": "desk.example"}, True, "desk.not_encrypted"),
        ({"host": "0.0.0.0", "proxied": True, "names": ("desk.example",)}, False, "desk.no_accounts"),
        ({"host": "0.0.0.0", "proxied": True, "names": ("desk.example",)}, True, None),
        ({"host": "0.0.0.0", "certificate": Path("a"), "key": Path("b")}, True, None),
    ],
)
def test_where_it_may_listen(how, settled, code):
    from oshrisk.desk.serve import _expect_allowed

    if code is None:
        _expect_allowed(listening(**how), settled=settled)
        return
    with pytest.raises(OshriskError) as error:
        _expect_allowed(listening(**how), settled=settled)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"certificate": Path("a.crt")}, "desk.half_certificate"),
        ({"key": Path("a.key")}, "desk.half_certificate"),
        ({"certificate": Path("none.crt"), "key": Path("none.key")}, "desk.no_file"),
        ({"proxied": True}, "desk.no_name"),
    ],
)
def test_what_is_missing_is_said(how, code):
    from oshrisk.desk.serve import _expect_files

    with pytest.raises(OshriskError) as error:
        _expect_files(listening(**how))
    assert error.value.code == code


def test_cookies_and_headers_know_of_https(small_folder):
    from oshrisk.desk.settings import desk_settings
    from oshrisk.desk.site import Site
    from oshrisk.workspace import open_workspace

    plain, proxied = (
        desk_settings(Site(small_folder, (), "x", encrypted=way, proxied=way), open_workspace(small_folder))
        for way in (False, True)
    )
    assert (plain["SESSION_COOKIE_SECURE"], plain["SECURE_HSTS_SECONDS"]) == (False, 0)
    assert proxied["SESSION_COOKIE_SECURE"] is True
    assert proxied["CSRF_COOKIE_SECURE"] is True
    assert proxied["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert proxied["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert "SECURE_PROXY_SSL_HEADER" not in plain


def test_the_secret_is_its_owners(small_folder, tmp_path):
    from oshrisk.desk.settings import secret_of
    from oshrisk.workspace import Workspace, open_workspace

    place = Workspace(tmp_path, open_workspace(small_folder).programme)
    secret = secret_of(place)
    file = tmp_path / "desk" / "secret.key"
    assert len(secret) > 60
    assert secret_of(place) == secret == file.read_text()
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o077 == 0


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost, signed by itself."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "desk.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "desk.key").write_bytes(pem)
    return tmp_path / "desk.crt", tmp_path / "desk.key"


def fetch(port, address, context):
    """Ask for a page over HTTPS; give its content and headers."""
    with closing(http.client.HTTPSConnection("localhost", port, context=context, timeout=PATIENCE)) as client:
        client.request("GET", address)
        answer = client.getresponse()
        assert answer.status == 200
        return answer.read(), answer.headers


def test_https_from_a_first_start(small_folder, certificate, tmp_path):
    folder = tmp_path / "desk"
    shutil.copytree(small_folder, folder)
    crt, key = certificate
    with Served(folder, "--certificate", str(crt), "--key", str(key)) as served:
        assert re.search(r'"lan" with the one-time password:  [a-z0-9]{4}(-[a-z0-9]{4}){3}\n', served.said)
        assert f"https://127.0.0.1:{served.port}/" in served.said
        trusted = ssl.create_default_context(cafile=str(crt))
        page, headers = fetch(served.port, "/login/", trusted)
        assert b"<form" in page
        assert "max-age=31536000" in headers["Strict-Transport-Security"]
        assert "Secure" in headers["Set-Cookie"]
        assert b"htmx" in fetch(served.port, "/static/django_htmx/htmx-2.min.js", trusted)[0]
        old = ssl.create_default_context(cafile=str(crt))
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(ssl.SSLError, match=r"(?i)protocol"):
            fetch(served.port, "/login/", old)
        second = run("desk", "--folder", folder, "--port", served.port, "--no-browser")
        assert second.returncode == 3
        assert "cannot listen" in second.stderr
    assert served.process.returncode == 0


def test_a_taken_port_does_not_swallow_the_first_password(small_folder, tmp_path):
    folder = tmp_path / "desk"
    shutil.copytree(small_folder, folder)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = run("desk", "--folder", folder, "--port", taken.getsockname()[1], "--no-browser")
    assert refused.returncode == 3
    assert "cannot listen" in refused.stderr
    with Served(folder) as served:
        assert "one-time password:" in served.said


def test_a_new_password_from_the_terminal(people_folder, tmp_path):
    folder = tmp_path / "desk"
    shutil.copytree(people_folder, folder)
    done = run("desk", "--folder", folder, "--new-password", "an")
    assert re.search(r"One-time password of an:  [a-z0-9-]{19}\n", done.stdout)
    wrong = run("desk", "--folder", folder, "--new-password", "nobody")
    assert wrong.returncode == 3
    assert "does not know nobody" in wrong.stderr
