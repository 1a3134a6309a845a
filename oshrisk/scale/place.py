"""A folder on any file system: a path of this machine, or an fsspec URL such as ``s3://bucket/folder``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa
import pyarrow.fs as pf
import pyarrow.ipc
import pyarrow.parquet as pq

from oshrisk.errors import OshriskError

PARTIAL: Final = ".partial-"
STORAGE: Final = ("s3", "s3a", "webhdfs", "hdfs", "gs", "gcs", "abfs", "az")  # how addresses of files begin


@dataclass(frozen=True)
class Place:
    """A folder that workers on many machines can name; it travels as its address alone.

    Parameters
    ----------
    url : str
        A path, which all workers must see alike, or an fsspec URL (needs the extra ``scale``).
    """

    url: str

    @classmethod
    def of(cls, url: str | Path) -> Place:
        """Take a path or a URL; a path becomes absolute."""
        text = str(url)
        return cls(text.rstrip("/") if "://" in text else str(Path(text).absolute()))

    def __truediv__(self, name: str) -> Place:
        return Place(f"{self.url}/{name}")

    @property
    def name(self) -> str:
        """The last part of the address."""
        return self.url.rsplit("/", maxsplit=1)[-1]

    def system(self) -> tuple[pf.FileSystem, str]:
        """Return the file system and the path on it.

        Raises
        ------
        OshriskError
            If the package for its kind of address, or what that needs, is not installed.
        ValueError
            If its kind of address is not one of files.
        """
        if "://" not in self.url:
            return pf.LocalFileSystem(), self.url
        try:
            import fsspec  # noqa: PLC0415  # an optional extra

            system, path = fsspec.core.url_to_fs(self.url)
        except ModuleNotFoundError as error:
            if self.url.partition("://")[0] not in STORAGE:  # most likely the address of a database
                raise
            raise OshriskError("scale.no_storage", url=self.url, problem=str(error)) from error
        except (ImportError, OSError) as error:
            raise OshriskError("scale.no_storage", url=self.url, problem=str(error).partition("\n")[0]) from error
        system.invalidate_cache()  # other processes write there too
        return pf.PyFileSystem(pf.FSSpecHandler(system)), path

    def exists(self) -> bool:
        """Say whether there is a file or folder."""
        system, path = self.system()
        with self._reached():
            return bool(system.get_file_info(path).type != pf.FileType.NotFound)

    def names(self) -> list[str]:
        """Return the names of the files and folders in a folder, in order; none where it is not there."""
        system, path = self.system()
        with self._reached():
            found = system.get_file_info(pf.FileSelector(path, allow_not_found=True))
        return sorted(info.base_name for info in found)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Say what keeps storage from answering; work begins by asking it what is there."""
        try:
            yield
        except Exception as error:  # the package of each kind of storage has exceptions of its own
            if "://" not in self.url:
                raise
            raise OshriskError("scale.no_storage", url=self.url, problem=str(error).partition("\n")[0]) from error

    def read_table(self, columns: list[str] | None = None) -> pa.Table:
        """Read a Parquet file."""
        system, path = self.system()
        with system.open_input_file(path) as file:
            return pq.read_table(file, columns=columns)

    def read_head(self, count: int) -> pa.Table:
        """Read the first rows of a Parquet file; one at least is asked for."""
        system, path = self.system()
        with system.open_input_file(path) as file, pq.ParquetFile(file) as parquet:
            batches = parquet.iter_batches(batch_size=count, use_threads=False)
            return pa.Table.from_batches(list(islice(batches, 1)), parquet.schema_arrow)

    def write_table(self, table: pa.Table, *, compression: str = "zstd", **options: Any) -> None:
        """Write a Parquet file, as a whole or not at all."""
        with self.whole() as file:
            pq.write_table(table, file, compression=compression, **options)

    def read_rows(self, columns: list[str] | None = None) -> pa.Table:
        """Read a file of Arrow's own format."""
        with self.opened_rows(columns) as rows:
            return rows.read_all()

    @contextmanager
    def opened_rows(self, columns: list[str] | None = None) -> Iterator[pa.ipc.RecordBatchFileReader]:
        """Give a file of Arrow's own format to read batch by batch."""
        system, path = self.system()
        with system.open_input_file(path) as file:
            names = pa.ipc.open_file(file).schema.names if columns else []
            wanted = [names.index(name) for name in columns] if columns else None
            yield pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=wanted, use_threads=False))

    def write_rows(self, rows: pa.Table, *, batch: int | None = None) -> None:
        """Write a file of Arrow's own format, as a whole or not at all: quicker than Parquet where it is read soon."""
        options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
        with self.whole() as file, pa.ipc.new_file(file, rows.schema, options=options) as writer:
            writer.write_table(rows, max_chunksize=batch)

    def read_json(self) -> Any:
        """Read a JSON file."""
        system, path = self.system()
        with system.open_input_file(path) as file:
            return json.loads(file.read().decode("utf-8"))

    def write_json(self, facts: Any) -> None:
        """Write a JSON file, as a whole or not at all."""
        with self.whole() as file:
            file.write((json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))

    def read_bytes(self) -> bytes:
        """Read a file."""
        system, path = self.system()
        with system.open_input_file(path) as file:
            return bytes(file.read())

    def move(self, target: Place) -> None:
        """Give a file or folder another name; a folder that stands there is replaced.

        Object storage has no folders to rename: there the files go one by one, and what describes them last.
        """
        system, path = self.system()
        target.remove()
        goal = target.system()[1]
        if "://" not in self.url or system.get_file_info(path).type == pf.FileType.File:
            system.move(path, goal)
            return
        found = system.get_file_info(pf.FileSelector(path, recursive=True))
        files = [info.path for info in found if info.type == pf.FileType.File]
        for file in sorted(files, key=lambda name: (name.endswith(".json"), name)):
            to = goal + file.removeprefix(path)
            system.create_dir(to.rsplit("/", maxsplit=1)[0], recursive=True)
            system.move(file, to)
        self.remove()

    def remove(self) -> None:
        """Remove a file or a folder with all that is in it."""
        system, path = self.system()
        kind = system.get_file_info(path).type
        if kind == pf.FileType.Directory:
            system.delete_dir(path)
        elif kind == pf.FileType.File:
            system.delete_file(path)

    @contextmanager
    def swept(self) -> Iterator[None]:
        """Leave no half-written file in a folder, neither of an earlier run nor of the block."""
        self.sweep()
        try:
            yield
        finally:
            self.sweep()

    def sweep(self) -> None:
        """Remove what killed processes have left half written in a folder."""
        for name in self.names():
            if PARTIAL in name:
                (self / name).remove()

    @contextmanager
    def whole(self) -> Iterator[pa.NativeFile]:
        """Give a file beside this one to write, which takes its place when the block ends well."""
        system, path = self.system()
        system.create_dir(path.rsplit("/", maxsplit=1)[0], recursive=True)
        partial = f"{path}{PARTIAL}{uuid4().hex}"
        try:
            with system.open_output_stream(partial) as file:
                yield file
            system.move(partial, path)
            if "://" in self.url and system.get_file_info(partial).type != pf.FileType.NotFound:
                system.delete_file(path)  # HDFS renames nothing onto a file that is there, and does not say so
                system.move(partial, path)
        except BaseException:
            if system.get_file_info(partial).type != pf.FileType.NotFound:
                system.delete_file(partial)
            raise
