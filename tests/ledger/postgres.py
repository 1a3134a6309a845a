"""A real PostgreSQL server for the tests, in a folder of its own, reached through a socket."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

NEEDED = "OSHRISK_NEED_POSTGRESQL"  # CI sets it: without the server the tests then fail instead of being skipped


def binaries():
    """The folder of the newest server that is installed, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def server(folder):
    """Start a server that only its socket reaches; give a function from a database name to its address."""
    programs = binaries()
    data, sockets = folder / "data", folder / "s"
    sockets.mkdir(parents=True)
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        shutil.chown(sockets, "postgres")
        folder.chmod(0o755)

    def run(program, *arguments):
        as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_other, str(programs / program), *map(str, arguments)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    run("initdb", "--pgdata", data, "--username", "oshrisk", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
    options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={sockets}"
    run("pg_ctl", "--pgdata", data, "--wait", "--log", folder / "log", "--options", options, "start")
    try:
        yield lambda name: f"postgresql://oshrisk@/{name}?host={quote(str(sockets))}"
    finally:
        run("pg_ctl", "--pgdata", data, "--wait", "--mode", "immediate", "stop")
