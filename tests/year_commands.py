"""Commands of oshrisk in processes of their own, on a day of the test's choosing; some of them are killed.

The processes are forked from a server that has imported the packages once: a year has a hundred commands, and the
packages take seconds.
"""

import hashlib
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from oshrisk.cli import main
from oshrisk.ledger import chain
from oshrisk.planning import seeds

PATIENCE = 120  # seconds
sys.path.append(str(Path(__file__).parents[1]))  # the processes import this file by its name
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(
    ["oshrisk.quarterly", "oshrisk.verification", "oshrisk.modelling", "oshrisk.simulate", "scipy.optimize"]
)


def oshrisk(arguments, today, said):
    """Be the command line: its words go to files, its clock shows `today`, its coin falls as it must."""
    for number, ending in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(said.with_suffix(ending), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["oshrisk", *arguments]
    shift = datetime.fromisoformat(today) - datetime.now()
    chain.datetime = SimpleNamespace(now=lambda zone: datetime.now(zone) + shift)
    coin = hashlib.sha256(" ".join(arguments[:2]).encode()).digest()
    seeds.secrets = SimpleNamespace(randbits=random.Random(coin).getrandbits)  # noqa: S311  # known to the test
    main()


@dataclass
class Shell:
    """Runs commands one after the other and keeps how long each took.

    `kills` are places in the order of commands, each with the share of the command's usual time after which it is
    killed; what has ended by then is let off, and the next command is killed in its stead, after half that share.
    """

    said: Path
    usual: list[float] = field(default_factory=list)
    kills: dict[int, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    owed: list[float] = field(default_factory=list)
    record_met: bool = False

    def disturbed(self, *arguments, today):
        """Run a command and kill it on the way, if its turn has come; say whether it was run at all."""
        place = len(self.took)
        if place in self.kills:
            self.owed.append(self.kills[place])
        if self.kills and arguments[0] == "record" and not self.record_met:
            self.record_met = True  # one of the kills is kept for the first record, which few others would meet
            self.owed.insert(0, 0.3)
        if not self.owed:
            return False
        process = context.Process(target=oshrisk, args=(arguments, today, self.said))
        process.start()
        process.join(self.owed[0] * self.usual[place])
        if process.is_alive():
            process.kill()
        process.join(PATIENCE)
        if process.exitcode == -signal.SIGKILL:
            self.owed.pop(0)
            self.killed.append(" ".join(arguments[:3]))
        else:  # it was quicker
            self.owed[0] /= 2
        return True

    def run(self, *arguments, today, code=0):
        """Run a command to its end; give what it printed as JSON."""
        start = time.monotonic()
        facts = self.look(*arguments, "--json", today=today, code=code)
        self.took.append(time.monotonic() - start)
        return facts

    def look(self, *arguments, today, code=0):
        """Run a command that is not among those that may be killed."""
        process = context.Process(target=oshrisk, args=(arguments, today, self.said))
        process.start()
        process.join(PATIENCE)
        assert process.exitcode == code, (arguments, process.exitcode, self.said.with_suffix(".err").read_text())
        words = self.said.with_suffix(".out").read_text()
        return json.loads(words[words.index("{") :])  # the solver may have said something before
