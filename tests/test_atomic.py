import os
import subprocess
import sys

import pytest

from oshrisk.atomic import recover, whole_file, whole_folder


class StopHereError(Exception):
    pass


def test_file_is_whole(tmp_path):
    with whole_file(tmp_path / "new" / "a.txt") as partial:
        partial.write_text("done", encoding="utf-8")
    assert (tmp_path / "new" / "a.txt").read_text(encoding="utf-8") == "done"
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_failed_file_leaves_what_was_there(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("before", encoding="utf-8")
    with pytest.raises(StopHereError), whole_file(target) as partial:
        partial.write_text("half", encoding="utf-8")
        raise StopHereError
    assert target.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_folder_replaces_folder(tmp_path):
    target = tmp_path / "plan"
    for content in ("one", "two"):
        with whole_folder(target) as partial:
            (partial / content).write_text(content, encoding="utf-8")
    assert [path.name for path in target.iterdir()] == ["two"]
    assert list(tmp_path.iterdir()) == [target]


def test_failed_folder_leaves_what_was_there(tmp_path):
    target = tmp_path / "plan"
    with whole_folder(target) as partial:
        (partial / "one").touch()
    with pytest.raises(StopHereError), whole_folder(target) as partial:
        (partial / "two").touch()
        raise StopHereError
    assert [path.name for path in target.iterdir()] == ["one"]
    assert list(tmp_path.iterdir()) == [target]


KILLED = """
import os, signal, sys
from pathlib import Path
import oshrisk.atomic as atomic

target, moment = Path(sys.argv[1]), int(sys.argv[2])
count = 0
rename = Path.rename


def counted(self, to):
    global count
    if count == moment:
        os.kill(os.getpid(), signal.SIGKILL)
    count += 1
    return rename(self, to)


Path.rename = counted
with atomic.whole_folder(target) as partial:
    (partial / "new").touch()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("moment", [0, 1])
def test_a_killed_process_leaves_the_old_folder(tmp_path, moment):
    target = tmp_path / "plan"
    with whole_folder(target) as partial:
        (partial / "old").touch()
    done = subprocess.run([sys.executable, "-c", KILLED, str(target), str(moment)], check=False)
    assert done.returncode < 0
    recover(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]
    assert [path.name for path in target.iterdir()] == ["old"]


def test_what_is_being_written_is_left_alone(tmp_path):
    with whole_folder(tmp_path / "plan") as partial:
        recover(tmp_path)
        assert partial.exists()


def test_what_another_machine_left_is_removed_after_a_day(tmp_path):
    fresh, stale = tmp_path / ".partial-0-1-a", tmp_path / ".partial-0-1-b"
    for left in (fresh, stale):
        left.touch()
    os.utime(stale, (0, 0))
    recover(tmp_path)
    assert list(tmp_path.iterdir()) == [fresh]
