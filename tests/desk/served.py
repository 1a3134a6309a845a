"""A desk in a process of its own, as its user starts it."""

import signal
import socket
import subprocess
import sys

PATIENCE = 60  # seconds
COMMAND = (sys.executable, "-c", "from oshrisk.cli import main; main()", "--language", "en")


def run(*arguments):
    """Run the command line to its end."""
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


class Served:
    """A desk in a process of its own."""

    def __init__(self, folder, *options):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [*COMMAND, "desk", "--folder", str(folder), "--port", str(self.port), "--no-browser", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def __enter__(self):
        self.said = ""
        while "Ctrl+C" not in self.said:
            line = self.process.stdout.readline()
            self.said += line
            if not line:
                raise AssertionError(self.said)
        return self

    def __exit__(self, *_error):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE)
