"""Who may do what on the board: the petugas shepherds, the administrator repairs, others look."""

from __future__ import annotations

import pytest

from processes.store.tables import AccountRole
from tests.webhooks.conftest import SignIn
from tests.webhooks.forms import key_in
from webhooks.rights import Right, has_right

ACTS = {
    Right.OPEN: "/perkara/baru",
    Right.SHEPHERD: "/pengganti",
    Right.REPAIR: "/gangguan/perkara/tidak-ada",
    Right.KEEP: "/kalender",
    Right.PUBLISH: "/prosedur",
}


@pytest.mark.parametrize("role", AccountRole)
def test_each_act_on_the_board_asks_for_its_right(signed_in: SignIn, role: AccountRole) -> None:
    browser = signed_in(role=role)
    key = key_in(browser.get("/").text)
    for right, path in ACTS.items():
        refused = browser.post(path, data={"_kunci": key}).status_code == 403
        assert refused is not has_right(role, right), right


def test_the_daily_user_opens_and_shepherds_but_does_not_repair() -> None:
    assert has_right(AccountRole.CLERK, Right.OPEN)
    assert has_right(AccountRole.CLERK, Right.SHEPHERD)
    assert not has_right(AccountRole.CLERK, Right.REPAIR)
    assert not any(has_right(AccountRole.OBSERVER, right) for right in Right)
