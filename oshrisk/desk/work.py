"""The process of one job: ``python -m oshrisk.desk.work FOLDER JOB``; the desk starts it."""

from __future__ import annotations

import sys
from pathlib import Path

from oshrisk.desk.start import start


def main(folder: str, number: str) -> None:
    """Do a job.

    Parameters
    ----------
    folder : str
        The working folder.
    number : str
        The job.
    """
    start(Path(folder))
    from oshrisk.desk.jobs import perform  # noqa: PLC0415  # its models need a running Django
    from oshrisk.desk.models import Job  # noqa: PLC0415

    perform(Job.objects.get(pk=int(number)))


if __name__ == "__main__":
    main(*sys.argv[1:])
