"""The pages on which a case is moved with four eyes, and where waiting requests are found."""

from __future__ import annotations

from processes import actions
from processes.office import Office
from processes.store.tables import AccountRole
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in

WISH = {"element": "tahap1_permohonan", "reason": "Salah kirim", "authority": "ND 31/2026"}


def test_one_asks_and_another_confirms_what_he_sees(
    office: Office, signed_in: SignIn, clock: Clock
) -> None:
    case = actions.open_case(
        office,
        procedure="ksdd",
        region="32.01",
        parties=["32.02"],
        title="Air bersih",
        actor=ADMINISTRATOR,
        now=clock(),
    )
    first, second = signed_in(), signed_in(AccountRole.ADMIN, "32.01")
    address = f"/perkara/{case}/pindah"
    page = first.get(address).text
    assert "Tempat yang tidak dapat dituju" in page
    nonce = {"_kunci": key_in(page)}
    wrong = first.post(address, data={**nonce, **WISH, "reason": ""})
    assert wrong.status_code == 422
    assert first.post(address, data={**nonce, **WISH, "element": "x"}).status_code == 409
    preview = first.post(address, data={**nonce, **WISH})
    assert "Tugas yang ditutup" in preview.text
    asked = first.post(address, data={**nonce, **WISH, "minta": "ya"})
    assert asked.status_code == 303
    assert "tidak dapat menyetujui sendiri" in first.get(asked.location).text
    for where in ("/gangguan", f"/perkara/{case}"):
        assert asked.location in second.get(where).text
    shown = second.get(asked.location).text
    revision = shown.split('name="revision" value="')[1].split('"')[0]
    decided = {"_kunci": key_in(shown), "setuju": "ya"}
    assert second.post(asked.location, data={**decided, "revision": "0"}).status_code == 409
    assert second.post(asked.location, data={**decided, "revision": revision}).status_code == 303
    assert "Perkara dipindahkan" in second.get(f"/perkara/{case}").text
    again = second.post(asked.location, data={**decided, "revision": revision})
    assert again.status_code == 409


def test_only_administrators_of_the_keeping_region_move(signed_in: SignIn, case_id: str) -> None:
    address = f"/perkara/{case_id}/pindah"
    assert signed_in(AccountRole.CLERK, "32.01").get(address).status_code == 403
    assert signed_in(AccountRole.ADMIN, "32.02").get(address).status_code == 404
