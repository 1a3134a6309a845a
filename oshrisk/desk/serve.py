"""Serving the desk: where it listens, with or without HTTPS, and when it refuses to."""

from __future__ import annotations

import ipaddress
import signal
import socket
import ssl
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from oshrisk.desk.settings import MEGABYTE, UPLOAD_LIMIT
from oshrisk.desk.start import start
from oshrisk.errors import OshriskError

if TYPE_CHECKING:
    from cheroot.wsgi import Server

    from oshrisk.desk.models import Job

HERE: Final = "127.0.0.1"
PORT: Final = 8000
_THREADS: Final = 8


@dataclass(frozen=True)
class Listening:
    """Where the desk listens, and how.

    Parameters
    ----------
    host : str
        Address; ``127.0.0.1``: this machine alone.
    port : int
        Port.
    names : tuple of str
        Names under which browsers ask for it, besides `host`.
    certificate, key : Path, optional
        Files of a certificate (with its chain) and of its key: HTTPS.
    proxied : bool
        Whether a proxy with HTTPS stands before it.
    """

    host: str = HERE
    port: int = PORT
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    proxied: bool = False

    @property
    def local(self) -> bool:
        """Whether only this machine reaches it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:  # a name
            return False

    @property
    def encrypted(self) -> bool:
        """Whether browsers speak HTTPS."""
        return self.certificate is not None or self.proxied

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names and addresses that browsers may use."""
        if self.local:
            return ("localhost", "127.0.0.1", "[::1]", *self.names)
        everywhere = self.host in {"0.0.0.0", "::"}  # noqa: S104  # compared, not bound
        return (*(_own_names() if everywhere else (self.host,)), "localhost", "127.0.0.1", *self.names)

    @property
    def address(self) -> str:
        """The address to open on this machine."""
        scheme = "https" if self.certificate else "http"
        name = self.names[0] if self.names and not self.proxied else HERE if self.local else self.hosts[0]
        return f"{scheme}://{name}:{self.port}/"


def serve(
    folder: Path, listening: Listening, *, browser: bool, welcome: Callable[[str, str | None, str], None]
) -> None:
    """Serve the desk until it is stopped.

    Parameters
    ----------
    folder : Path
        The working folder.
    listening : Listening
        Where and how.
    browser : bool
        Open a browser on this machine.
    welcome : callable
        Called when it listens, with the address, and at the first start with the admin's name and one-time password
        (otherwise None and an empty text).

    Raises
    ------
    OshriskError
        If it must not, or cannot, listen there.
    """
    _expect_files(listening)
    start(folder, hosts=listening.hosts, encrypted=listening.encrypted, proxied=listening.proxied)
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415  # models need a running Django

    from oshrisk.desk import accounts  # noqa: PLC0415  # as above
    from oshrisk.desk.runner import Runner  # noqa: PLC0415
    from oshrisk.desk.site import ledger  # noqa: PLC0415

    opened = ledger()
    SessionStore.clear_expired()
    _expect_allowed(listening, settled=accounts.is_settled())
    server = _server(listening)
    runner = Runner(warm)
    signal.signal(signal.SIGTERM, _stopped)
    try:
        _prepare(server, listening)
        admin = accounts.first_admin(opened)  # now that it listens: a password is shown once
        password = accounts.one_time_password(admin) if admin else ""
        runner.start()
        threading.Thread(target=warm, daemon=True).start()
        welcome(listening.address, admin, password)
        if browser:
            webbrowser.open(listening.address)
        server.serve()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
        runner.stop()


def reset(folder: Path, name: str) -> str:
    """Give a user a new one-time password, for when nobody can log in any more.

    Parameters
    ----------
    folder : Path
        The working folder.
    name : str
        The user.

    Returns
    -------
    str
        The password.

    Raises
    ------
    OshriskError
        If there is no such user.
    """
    start(folder)
    from oshrisk.desk import accounts  # noqa: PLC0415  # its models need a running Django
    from oshrisk.desk.site import ledger  # noqa: PLC0415

    if not ledger().rows("auth.user").filter(username=name).exists():
        raise OshriskError("ledger.unknown_user", user=name)
    return accounts.one_time_password(name)


def warm(job: Job | None = None) -> None:
    """Read the list that will be looked at next, so that nobody waits for it."""
    from django.db import connection  # noqa: PLC0415  # as above

    from oshrisk.desk import lists, quarters  # noqa: PLC0415
    from oshrisk.desk.warming import prepare, prepare_slowly  # noqa: PLC0415
    from oshrisk.planning import Quarter  # noqa: PLC0415

    known = quarters.planned()
    quarter = Quarter.parse(job.quarter) if job and job.quarter else known[-1] if known else None
    try:
        if quarter is not None and lists.is_issued(quarter):
            kept = lists.kept(quarter)
            prepare(kept)
            threading.Thread(target=prepare_slowly, args=(kept,), daemon=True).start()
    except OshriskError:
        return  # the page says it
    finally:
        connection.close()


def _expect_files(listening: Listening) -> None:
    """Expect a certificate and its key together, and readable."""
    if (listening.certificate is None) != (listening.key is None):
        raise OshriskError("desk.half_certificate")
    if listening.proxied and not listening.names:
        raise OshriskError("desk.no_name")
    for file in (listening.certificate, listening.key):
        if file is not None and not file.is_file():
            raise OshriskError("desk.no_file", file=file)


def _expect_allowed(listening: Listening, *, settled: bool) -> None:
    """Refuse other machines as long as nobody has an account with a password, and without HTTPS at any time."""
    if listening.local:
        return
    if not settled:
        raise OshriskError("desk.no_accounts", host=listening.host)
    if not listening.encrypted:
        raise OshriskError("desk.not_encrypted", host=listening.host)


def _server(listening: Listening) -> Server:
    from cheroot.ssl.builtin import BuiltinSSLAdapter  # noqa: PLC0415  # an optional extra
    from cheroot.wsgi import Server  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    server = Server((listening.host, listening.port), get_wsgi_application(), _THREADS, server_name="oshrisk")
    server.max_request_body_size = UPLOAD_LIMIT + MEGABYTE
    if listening.certificate is not None:
        try:
            adapter = BuiltinSSLAdapter(str(listening.certificate), str(listening.key))
        except (ssl.SSLError, OSError) as error:
            raise OshriskError("desk.bad_certificate", file=listening.certificate, problem=error) from error
        adapter.context.minimum_version = ssl.TLSVersion.TLSv1_2
        server.ssl_adapter = adapter
    return server


def _prepare(server: Server, listening: Listening) -> None:
    try:
        server.prepare()
    except OSError as error:
        raise OshriskError("desk.no_port", host=listening.host, port=listening.port, problem=error) from error


def _own_names() -> tuple[str, ...]:
    """Return the names and addresses of this machine."""
    name = socket.gethostname()
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except socket.gaierror:
        found = set()
    written = sorted(f"[{one}]" if ":" in one else one for one in found)
    return tuple(dict.fromkeys((name, socket.getfqdn(), *written)))


def _stopped(_signal: int, _frame: Any) -> None:
    raise KeyboardInterrupt
