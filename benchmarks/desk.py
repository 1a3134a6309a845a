"""Time of the desk's pages on the server.

    python benchmarks/desk.py --folder demo [--quarter 2027Q1]

The folder must have the quarter's list. Pages are asked for in this process, as Django's test client does, by an
account ``benchmark`` that reads everything, which the ledger gets: use a copy. For each page: the first time it is
asked for, and the quicker of two more, by the clock and in processor time.
"""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path
from typing import Any

READER = "benchmark"
PAGES = (
    "/{quarter}/",
    "/{quarter}/list/",
    "/{quarter}/list/?listed=&search=xay+dung",
    "/{quarter}/list/?listed=no&sort=name&page=3",
    "/{quarter}/enterprise/{enterprise}",
    "/{quarter}/dossier/{enterprise}",
    "/{quarter}/map/",
    "/{quarter}/results/",
    "/{quarter}/signing/",
    "/{quarter}/documents/",
    "/{quarter}/log/",
)


def main() -> None:
    """Print one line a page."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--quarter", default="2027Q1")
    asked = arguments.parse_args()
    client = _client(asked.folder)
    from oshrisk.desk import lists
    from oshrisk.planning import Quarter

    start = time.perf_counter()
    everybody = lists.kept(Quarter.parse(asked.quarter)).everybody
    print(f"{len(everybody.rows):,} enterprises, list read in {time.perf_counter() - start:.1f} s (once)")
    page = client.get(f"/{asked.quarter}/list/?listed=no&sort=index").content.decode()
    enterprise = re.findall(r"/enterprise/([^\"]+)\"", page)[3]
    print(f"{'page':60}{'first':>9}{'then':>9}{'of that processor':>19}")
    for pattern in PAGES:
        address = pattern.format(quarter=asked.quarter, enterprise=enterprise)
        first, *later = [_timed(client, address) for _ in range(3)]
        wall, processor = min(later)
        print(f"{address:60}{first[0]:6.0f} ms{wall:6.0f} ms{processor:16.0f} ms")


def _client(folder: Path) -> Any:
    """Return a browser without windows, logged in as somebody who reads."""
    from oshrisk.desk.start import start

    start(folder, hosts=("testserver",))
    from django.contrib.auth import get_user_model
    from django.test import Client

    from oshrisk.desk.site import ledger
    from oshrisk.ledger import set_roles, users

    admin = next(name for name, roles in users(ledger())["roles"].items() if "admin" in roles)
    set_roles(ledger(), READER, ["reader"], by=str(admin))
    client = Client()
    client.force_login(get_user_model().objects.get(username=READER))
    return client


def _timed(client: Any, address: str) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    assert client.get(address).status_code == 200, address
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor)


if __name__ == "__main__":
    main()
