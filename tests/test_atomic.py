import pytest

from oshrisk.atomic import whole_file, whole_folder


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
