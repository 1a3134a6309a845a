"""A small WebHDFS server, written after Apache's description of the REST interface; files lie in a folder.

Not Hadoop: it shows that the calls made are those that HDFS has, with what they answer (a rename onto something that
is there does nothing and says ``false``; a file is written by CREATE and APPEND, each redirected to a data node).
https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-hdfs/WebHDFS.html
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_PREFIX = "/webhdfs/v1"


@contextmanager
def server(root: Path) -> Iterator[str]:
    """Serve a folder; give the address of the name node, ``host:port``."""
    served = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"root": root}))
    threading.Thread(target=served.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{served.server_port}"
    finally:
        served.shutdown()
        served.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer
    root: Path

    def do_GET(self) -> None:
        self._answer()

    do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815  # names that the standard library looks for

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self) -> None:
        url = urlsplit(self.path)
        asked = {name.lower(): values[0] for name, values in parse_qs(url.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(url.path).removeprefix(_PREFIX)
        file = self.root / path.strip("/")
        operation = asked["op"].upper()
        if operation in {"CREATE", "APPEND"} and "datanode" not in asked:  # the name node sends to a data node
            host = self.headers["Host"]
            self._send(307, b"", Location=f"http://{host}{url.path}?{url.query}&datanode=true")
            return
        try:
            self._send(*getattr(self, f"_{operation.lower()}")(file, asked, body))
        except FileNotFoundError:
            self._send(404, _remote("FileNotFoundException", path))
        except OSError as error:
            self._send(403, _remote("IOException", str(error)))

    def _send(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _getfilestatus(self, file: Path, *_: Any) -> tuple[int, bytes]:
        return 200, _json(FileStatus=_status(file, ""))

    def _liststatus(self, file: Path, *_: Any) -> tuple[int, bytes]:
        found = sorted(file.iterdir()) if file.is_dir() else [file]
        statuses = [_status(one, one.name if file.is_dir() else "") for one in found]
        return 200, _json(FileStatuses={"FileStatus": statuses})

    def _open(self, file: Path, asked: dict[str, str], _: bytes) -> tuple[int, bytes]:
        start = int(asked.get("offset", 0))
        content = file.read_bytes()
        return 200, content[start : start + int(asked["length"])] if "length" in asked else content[start:]

    def _create(self, file: Path, asked: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if file.exists() and asked.get("overwrite", "false") != "true":
            raise FileExistsError(f"{file.name} already exists")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        return 201, b""

    def _append(self, file: Path, _: dict[str, str], body: bytes) -> tuple[int, bytes]:
        with file.open("r+b") as opened:
            opened.seek(0, 2)
            opened.write(body)
        return 200, b""

    def _mkdirs(self, file: Path, *_: Any) -> tuple[int, bytes]:
        file.mkdir(parents=True, exist_ok=True)
        return 200, _json(boolean=True)

    def _rename(self, file: Path, asked: dict[str, str], _: bytes) -> tuple[int, bytes]:
        target = self.root / asked["destination"].strip("/")
        able = file.exists() and not target.exists() and target.parent.is_dir()
        if able:
            file.rename(target)
        return 200, _json(boolean=able)

    def _delete(self, file: Path, asked: dict[str, str], _: bytes) -> tuple[int, bytes]:
        there = file.exists()
        if file.is_dir():
            if any(file.iterdir()) and asked.get("recursive", "false") != "true":
                raise OSError(f"{file.name} is not empty")
            shutil.rmtree(file)
        elif there:
            file.unlink()
        return 200, _json(boolean=there)


def _status(file: Path, name: str) -> dict[str, Any]:
    found = file.stat()
    facts = {"pathSuffix": name, "type": "DIRECTORY" if file.is_dir() else "FILE", "permission": "755", "owner": "us"}
    times = {"modificationTime": int(found.st_mtime * 1000), "accessTime": 0}
    return {**facts, **times, "length": 0 if file.is_dir() else found.st_size, "blockSize": 1 << 27, "replication": 1}


def _json(**facts: Any) -> bytes:
    return json.dumps(facts).encode()


def _remote(kind: str, message: str) -> bytes:
    return _json(RemoteException={"exception": kind, "javaClassName": f"java.io.{kind}", "message": message})
