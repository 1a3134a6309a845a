"""Writing that leaves either the whole result or nothing, even when the process is killed."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOST = f"{zlib.crc32(socket.gethostname().encode()):08x}"  # process numbers mean something on their own machine only
_DAY = 86_400.0  # seconds


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
    recover(target.parent)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=_prefix("partial"), suffix=target.suffix)
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

    A process killed between the two renamings leaves `path` away for a moment; `recover` brings it back.

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
    recover(target.parent)
    partial = Path(tempfile.mkdtemp(dir=target.parent, prefix=_prefix("partial")))
    old = partial.with_name(partial.name.replace("partial", "replaced", 1))
    try:
        yield partial
        partial.chmod(0o777 & ~_umask())
        if target.exists():
            old.mkdir()
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


def recover(folder: str | Path) -> None:
    """Put right what killed processes left in a folder: half-written results go, replaced ones come back.

    Parameters
    ----------
    folder : str or Path
        Where `whole_file` and `whole_folder` wrote. What living processes are writing is left alone.
    """
    for left in sorted(Path(folder).glob(".replaced-*")):
        if not _abandoned(left):
            continue
        for kept in left.iterdir():
            if not (left.parent / kept.name).exists():
                kept.rename(left.parent / kept.name)
        shutil.rmtree(left, ignore_errors=True)
    for left in Path(folder).glob(".partial-*"):
        if not _abandoned(left):
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _prefix(kind: str) -> str:
    return f".{kind}-{_HOST}-{os.getpid()}-"


def _abandoned(left: Path) -> bool:
    """Say whether the process that made something is gone; where that cannot be asked, a day has to pass."""
    _, host, process, *_ = [*left.name.split("-"), "", ""]
    if host == _HOST and process.isdigit() and sys.platform != "win32":
        return not _alive(int(process))
    try:
        return time.time() - left.stat().st_mtime > _DAY
    except FileNotFoundError:  # its process has just finished
        return False


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
