"""Writing that leaves either the whole result or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a temporary file beside `path`; put it in place when the block ends well, remove it otherwise.

    Parameters
    ----------
    path : str or Path
        The file to write; its folder is made where it is missing.

    Yields
    ------
    Path
        Where to write. It has the ending of `path`.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".partial-", suffix=target.suffix)
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o666 & ~_umask())  # mkstemp makes files that only their owner can read
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: str | Path) -> Iterator[Path]:
    """Give a temporary folder beside `path`; put it in place of `path` when the block ends well.

    Parameters
    ----------
    path : str or Path
        The folder to write. What stood there is replaced as a whole.

    Yields
    ------
    Path
        Where to write.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=target.parent, prefix=".partial-"))
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=".replaced-"))
    try:
        yield partial
        partial.chmod(0o777 & ~_umask())
        if target.exists():
            target.rename(old / target.name)
        try:
            partial.rename(target)
        except OSError:
            if (old / target.name).exists():
                (old / target.name).rename(target)
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
