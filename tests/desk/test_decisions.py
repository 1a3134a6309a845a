"""Decisions at the desk: stored, solved around, priced, withdrawn; two planners at once lose nothing."""

import pytest

from oshrisk import ledger as book

from .people import PEOPLE, QUARTER, send, work_off

WHY = {"reason": "closed", "text": "Đã giải thể, biên bản của xã"}


@pytest.fixture
def listed(desk):
    from oshrisk.desk.site import ledger

    return book.stored_version(ledger(), QUARTER).visits.sort_values("order").index


def revision():
    from oshrisk.desk.site import ledger

    return book.status(ledger(), QUARTER)["revision"]


def decide(client, enterprise, action="drop", based_on=None, **more):
    fields = {"action": action, "based_on": revision() if based_on is None else based_on, **WHY, **more}
    return send(client, f"/2027Q1/decide/{enterprise}", fields)


def test_a_drop_is_solved_around_shown_and_withdrawn(browser, listed):
    from oshrisk.desk.site import ledger

    planner, last = browser("minh"), listed[-1]
    answer = decide(planner, last)
    job = work_off()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    assert job.state == "done"
    assert job.result["version"] == 2
    assert last not in book.stored_version(ledger(), QUARTER).visits.index
    assert book.log(ledger())["by"].tolist()[-2:] == ["minh", "minh"]
    shown = planner.get(f"/jobs/{job.pk}/", follow=True)
    page = shown.content.decode()
    assert shown.redirect_chain[-1][0] == f"/2027Q1/changes/{job.pk}/"
    assert last in page
    assert "Cái giá của các quyết định" in page
    assert "vi phạm nghiêm trọng so với trước" in page
    number = book.decisions(ledger(), QUARTER).index[0]
    send(planner, f"/2027Q1/withdraw/{number}/", {"text": "Nhầm cơ sở", "based_on": revision()})
    assert work_off().state == "done"
    assert last in book.stored_version(ledger(), QUARTER).visits.index


def test_adding_deferring_and_changing_the_mode(browser, listed):
    from oshrisk.desk import lists
    from oshrisk.desk.site import ledger

    others = lists.issued(QUARTER).not_selected
    one = others.loc[others["reason"].isin(["lower_priority", "does_not_fit"]), "enterprise_id"].iloc[0]
    client = browser("minh")
    decide(client, one, "add", reason="local_danger")
    decide(client, listed[0], "mode", value="on_site")
    decide(client, listed[-1], "defer", value="2027Q3")
    assert work_off().state == "done"
    visits = book.stored_version(ledger(), QUARTER).visits
    assert visits.at[one, "arm"] == "other"
    assert visits.at[listed[0], "mode"] == "on_site"
    assert listed[-1] not in visits.index
    page = client.get("/2027Q1/").content.decode()
    assert all(said in page for said in ("thêm vào", "chuyển sang 2027Q3", "kiểm tra trực tiếp"))


def test_what_cannot_be_solved_is_withdrawn_and_said(browser, listed):
    from oshrisk.desk import lists
    from oshrisk.desk.site import ledger

    others = lists.issued(QUARTER).not_selected
    one = others.loc[~others["rule_id"].isin(["capacity", "R5.5"]), "enterprise_id"].iloc[0]
    client = browser("minh")
    decide(client, one, "add", reason="leadership")
    job = work_off()
    assert job.state == "failed"
    assert one in client.get(f"/jobs/{job.pk}/").content.decode()
    assert book.decisions(ledger(), QUARTER).empty
    assert book.log(ledger())["kind"].tolist()[-2:] == ["decision", "withdrawal"]


def test_two_planners_at_once_lose_nothing(browser, listed):
    from oshrisk.desk.site import ledger

    base = revision()
    assert decide(browser("minh"), listed[-1], based_on=base).status_code == 302
    late = decide(browser("lan"), listed[-2], based_on=base)
    page = late.content.decode()
    assert late.status_code == 409
    assert "Người khác đã nhanh hơn" in page
    assert "minh" in page
    assert WHY["text"] in page  # what was typed still stands there
    assert 'value="closed" selected' in page
    assert f'name="based_on" value="{revision()}"' in page  # and can be sent again, on what is known now
    assert book.decisions(ledger(), QUARTER)["by"].tolist() == ["minh"]
    assert decide(browser("lan"), listed[-2]).status_code == 302
    assert sorted(book.decisions(ledger(), QUARTER)["by"]) == ["lan", "minh"]


def test_a_decision_cancels_what_is_being_planned(browser, listed):
    from oshrisk.desk.models import Job

    client = browser("minh")
    decide(client, listed[-1])
    decide(client, listed[-2])
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "waiting"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, "Thiếu lý do"),
        ({"reason": "because"}, "because"),
        ({"action": "burn"}, "burn"),
        ({"action": "add"}, "đã có trong danh sách"),
        ({"action": "defer", "value": "2026Q1"}, "không muộn hơn"),
        ({"action": "mode", "value": "by_boat"}, "by_boat"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept(browser, listed, fields, said):
    answer = decide(browser("minh"), listed[-1], **{"action": "drop", **fields})
    assert answer.status_code in {409, 422}
    assert said in answer.content.decode()
    assert "oshrisk ledger" not in answer.content.decode()  # the command line's advice helps nobody here


@pytest.mark.parametrize("name", [name for name, roles in PEOPLE.items() if roles and "planner" not in roles])
def test_only_planners_decide(browser, listed, name):
    from oshrisk.desk.site import ledger

    client = browser(name)
    page = client.get(f"/2027Q1/enterprise/{listed[0]}").content.decode()
    assert "Chỉ người lập kế hoạch" in page
    for answer in (
        decide(client, listed[0]),
        send(client, "/2027Q1/withdraw/1/", {"text": "x", "based_on": "1"}),
        send(client, "/2027Q1/plan/"),
    ):
        assert answer.status_code == 403
        assert "người lập kế hoạch" in answer.content.decode()
    assert book.decisions(ledger(), QUARTER).empty


def test_a_draft_survives_the_browser(browser, listed):
    address = f"/2027Q1/enterprise/{listed[0]}"
    typed = {"draft": f"decide-2027Q1-{listed[0]}", "action": "defer", "reason": "road_closed", "text": "Đường sạt lở"}
    assert send(browser("minh"), "/drafts/", typed).status_code == 204
    again = browser("minh").get(address).content.decode()
    assert "Đường sạt lở" in again
    assert 'value="road_closed" selected' in again
    assert "Đường sạt lở" not in browser("lan").get(address).content.decode()
    decide(browser("minh"), listed[0])
    assert "Đường sạt lở" not in browser("minh").get(address).content.decode()
