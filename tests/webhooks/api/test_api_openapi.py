"""The OpenAPI document promises neither more nor less than what is answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator

from processes.store.tables import AccountRole
from tests.webhooks.api.machine import PDF, PREFIX, Machine
from tests.webhooks.api.test_api_procedures import SHIPPED
from webhooks.api.calls import PATH_KINDS
from webhooks.api.dispatch import CALLS

#: something for every name that stands in a path; nothing of it exists
NAMES = dict.fromkeys(PATH_KINDS, "a") | {"key": "ksdd", "number": "9"}


def document(app: Flask, **headers: str) -> dict[str, Any]:
    answer = app.test_client().get(f"{PREFIX}/openapi.json", headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_document_is_read_without_a_login_and_in_both_languages(app: Flask) -> None:
    indonesian, english = document(app), document(app, **{"Accept-Language": "en"})
    assert indonesian["openapi"].startswith("3.1")
    assert indonesian["info"]["title"] != english["info"]["title"]
    assert indonesian["paths"].keys() == english["paths"].keys()


def test_the_document_names_exactly_the_routes_there_are(app: Flask) -> None:
    promised = {
        (method.upper(), path)
        for path, operations in document(app)["paths"].items()
        for method in operations
    }
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(PREFIX)))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX) and rule.endpoint != "api.openapi"
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert promised == served


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON document."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node:
        if isinstance(inner, (dict, list)):
            yield from nodes(inner)


def test_every_pointer_in_the_document_leads_somewhere(app: Flask) -> None:
    whole = document(app)
    known = {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]}
    assert {node["$ref"] for node in nodes(whole) if "$ref" in node} <= known


def test_every_schema_in_the_document_is_a_schema(app: Flask) -> None:
    whole = document(app)
    inside = [node["schema"] for node in nodes(whole["paths"]) if "schema" in node]
    for schema in [*inside, *whole["components"]["schemas"].values()]:
        Draft202012Validator.check_schema(schema)


def test_what_a_call_requires_is_said_to_be_required(app: Flask) -> None:
    for operations in document(app)["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                signs = parameter["name"].startswith("webhook-")
                assert parameter["required"] is (parameter["in"] == "path" or signs)
            optional = (
                "make_link",
                "end_substitution",
                "remove_calendar_day",
                "rotate_webhook",
                "recall_task",
            )
            if operation["operationId"] not in optional and "requestBody" in operation:
                assert operation["requestBody"]["required"] is True


def test_every_call_asks_for_a_token_except_the_document(app: Flask) -> None:
    for call in CALLS:
        path = call.path.format(**NAMES)
        answer = app.test_client().open(PREFIX + path, method=call.method)
        assert answer.status_code == 401, call.name


def test_every_call_checks_the_role(machine: Callable[..., Machine]) -> None:
    machines = {role: machine(f"token {role.value}", role=role.value) for role in AccountRole}
    for call in CALLS:
        path = call.path.format(**NAMES)
        for role, caller in machines.items():
            status = caller.call(call.method, path).status_code
            assert (status == 403) is (role not in call.roles), (call.name, role, status)


def walk_cases(admin: Machine) -> tuple[Any, Any]:
    case = admin.open_case()
    task = admin.open_task(case)
    admin.get("/cases")
    admin.get(f"/cases/{case['id']}")
    admin.get("/tasks")
    return case, task


def walk_repairs(admin: Machine, task: Any) -> None:
    admin.post(f"/tasks/{task['id']}/link")
    why = {"reason": "Pejabat sedang dinas luar"}
    [colleague] = admin.get("/officials?region=32.01&role=kabag").get_json()["items"]
    for act in ("remind", "extend", "pause", "resume"):
        assert admin.post(f"/tasks/{task['id']}/{act}", why).status_code == 200
    admin.post(f"/tasks/{task['id']}/reassign", {**why, "official": colleague["id"]})
    wish = {**why, "act": "remind", "tasks": [task["id"]]}
    job = admin.post("/repairs", wish).get_json()
    assert admin.get(f"/repairs/{job['id']}").get_json()["total"] == 1
    kinds = [each["kind"] for each in admin.get("/records").get_json()["items"]]
    assert kinds == ["pemegang", "jeda", "jeda", "perpanjangan"]


def walk_answers(admin: Machine, task: Any) -> None:
    document = admin.upload(PDF, "kak.pdf").get_json()
    admin.get(f"/documents/{document['id']}")
    admin.get(f"/documents/{document['id']}/content")
    answers = admin.acceptable(task["schema"])
    assert admin.post(f"/tasks/{task['id']}/prepare", {"answers": answers}).status_code == 409
    assert admin.post(f"/tasks/{task['id']}/return", {"note": "Perbaiki"}).status_code == 409
    paper = {"nomor": "1", "tanggal": "2026-01-05", "penanda_tangan": "Bupati"}
    scan = admin.upload(PDF, "surat.pdf").get_json()["id"]
    body = {"answers": answers, "dicatat_dari": {**paper, "dokumen": scan}}
    assert admin.post(f"/tasks/{task['id']}/complete", body).status_code == 200
    verdict = {"region": "32.02", "verdict": "sesuai"}
    admin.post(f"/tasks/{task['id']}/paper-response", verdict)
    later = {"answers": {"tanggal_terima": "2026-01-05"}}
    assert admin.post(f"/tasks/{task['id']}/supplement", later).status_code == 422
    admin.get(f"/tasks/{task['id']}")


def walk_matters(admin: Machine, case: Any) -> None:
    [head] = admin.get("/officials?region=32.01&role=asisten").get_json()["items"]
    path = f"/cases/{case['id']}"
    assert admin.post(f"{path}/officials", {"official": head["id"]}).status_code == 200
    admin.get(f"{path}/officials")
    where = {"place": "Bagian Kerja Sama", "since": "2026-01-05"}
    assert admin.post(f"{path}/whereabouts", where).status_code == 200
    admin.get(f"{path}/whereabouts")
    order = {"status": "Plh", "starts_on": "2026-01-05", "letter_number": "800/1"}
    [mayor] = admin.get("/officials?region=32.01&role=sekda").get_json()["items"]
    order["substitute"] = head["id"]
    done = admin.post(f"/officials/{mayor['id']}/substitute", order)
    assert done.status_code == 200, done.get_data(as_text=True)
    [row] = admin.get("/substitutions").get_json()["items"]
    assert admin.post(f"/substitutions/{row['id']}/end").status_code == 200


def walk_case_file(admin: Machine, case: Any) -> None:
    found = admin.get(f"/cases/{case['id']}/export")
    assert (found.status_code, found.mimetype) == (200, "application/zip")


def walk_drafts(admin: Machine) -> None:
    case = admin.open_case()
    task = admin.until(case, "tahap1_surat")
    [item] = admin.get(f"/tasks/{task['id']}/drafts").get_json()["items"]
    for format in item["formats"]:
        path = f"/tasks/{task['id']}/drafts/{item['name']}?format={format}"
        assert admin.get(path).status_code == 200


def walk_beside(admin: Machine) -> None:
    case = admin.open_case()
    task = admin.until(case, "tahap1_surat")
    path, why = f"/tasks/{task['id']}", {"reason": "Bukan bidangnya"}
    asked = admin.post(f"{path}/enquiries", {"question": "Surat yang mana?"}).get_json()
    [listed] = admin.get(f"{path}/enquiries").get_json()["items"]
    assert listed == asked
    told = admin.post(f"/enquiries/{asked['id']}/answer", {"answer": "Surat kedua"}).get_json()
    assert told["answer"] == "Surat kedua"
    comments = f"/cases/{case['id']}/comments"
    remark = {"text": "Mohon dipercepat", "region": "32.01", "audience": "parties"}
    assert admin.post(comments, remark).status_code == 201
    assert admin.get(comments).get_json()["total"] == 1
    letter = {"status": "Plh", "letter_number": "800/1", "name": "Rina", "email": "rina@contoh.id"}
    moved = admin.post(f"{path}/forward", letter)
    assert moved.get_json()["holder"]["name"] == "Rina", moved.get_data(as_text=True)
    assert admin.post(f"{path}/decline", why).get_json()["holder"] is None
    assert admin.post(f"{path}/recall").status_code == 409
    [clerk, *_] = admin.get("/officials?region=32.01&role=bagian_kerja_sama").get_json()["items"]
    admin.post(f"{path}/reassign", {**why, "official": clerk["id"]})
    assert admin.post(f"{path}/send-back", {**why, "to": "tahap7_laporan"}).status_code == 422
    done = admin.post(f"{path}/send-back", {**why, "to": "tahap1_permohonan"})
    assert done.get_json()["status"] == "cancelled", done.get_data(as_text=True)
    first = admin.until(case, "tahap1_permohonan")
    answers = admin.acceptable(admin.get(f"/tasks/{first['id']}").get_json()["schema"])
    admin.post(f"/tasks/{first['id']}/complete", {"answers": answers})
    assert admin.post(f"/tasks/{first['id']}/recall", why).get_json()["status"] == "open"


def walk_troubles(admin: Machine, case: Any) -> None:
    assert admin.get("/troubles").get_json() == {
        "cases": [],
        "outdated": [],
        "alarms": [],
        "deliveries": [],
    }
    why = {"reason": "Diagram sudah diperbaiki"}
    assert admin.post(f"/cases/{case['id']}/retry", why).status_code == 409
    assert admin.post("/alarms/tidak-ada/retry", why).status_code == 404


def walk_messages(admin: Machine, case: Any) -> None:
    [message] = admin.get(f"/messages?status=waiting&case={case['id']}").get_json()["items"]
    path = f"/messages/{message['id']}"
    assert admin.post(f"{path}/again").status_code == 409
    taken = admin.post(f"{path}/by-hand").get_json()
    assert taken["message"]["status"] == "by_hand"
    assert taken["url"].startswith("https://wa.me/62")
    assert admin.post(f"{path}/again").get_json()["status"] == "waiting"
    stated = admin.post(f"{path}/delivered", {"by": "Sari Contoh"}).get_json()
    assert stated["status"] == "delivered"
    assert [line["by"] for line in stated["ledger"]][-1] == "Sari Contoh"
    assert admin.post(f"{path}/delivered", {"by": "Sari Contoh"}).status_code == 409
    assert admin.get("/messages?region=32.01&page=1").get_json()["total"]


def walk_agreements(admin: Machine) -> None:
    agreement = {
        "jenis_naskah": "kesepakatan_bersama",
        "nomor": {"32.01": "119/1/2025", "32.02": "119/2/2025"},
        "tanggal_tanda_tangan": "2025-01-06",
        "tanggal_berlaku": "2025-01-06",
        "tanggal_berakhir": "2028-01-06",
        "penanda_tangan": {"32.01": "Bupati Contoh"},
    }
    opening = {"procedure": "ksdd", "region": "32.01", "parties": ["32.02"], "title": "Lama"}
    old = admin.post("/cases", {**opening, "naskah_lama": agreement}).get_json()
    assert admin.get("/agreements").get_json()["total"] == 1
    opened = admin.post(f"/cases/{old['id']}/follow-up", {"relation": "adendum"})
    assert opened.status_code == 201
    assert admin.get(f"/cases/{old['id']}").get_json()["follow_ups"]
    admin.get(f"/tasks/{opened.get_json()['tasks'][0]['id']}")


def walk_calendar(admin: Machine) -> None:
    assert admin.get("/calendar").get_json()["year"] == 2026
    day = {"day": "2026-06-03", "kind": "libur_daerah", "name": "Hari Jadi", "decree": "SK 1/2026"}
    done = admin.post("/calendar/days", {**day, "region": "32.01"})
    assert done.status_code == 201, done.get_data(as_text=True)
    [row] = done.get_json()["days"]
    path = f"/calendar/days/{row['id']}/remove"
    assert admin.post(f"{path}?preview=true").status_code == 200
    assert admin.post(path, {"reason": "SK dicabut"}).status_code == 200
    removed = admin.get("/calendar?region=32.01&year=2026").get_json()["removed"]
    assert [one["id"] for one in removed] == [row["id"]]


def walk_webhooks(admin: Machine) -> None:
    where = {"url": "http://127.0.0.1:9/", "events": ["task.opened"]}
    wish = {"region": "32.01", "name": "SI", **where}
    made = admin.post("/webhooks", wish)
    assert made.status_code == 201, made.get_data(as_text=True)
    path = f"/webhooks/{made.get_json()['id']}"
    assert [row["name"] for row in admin.get("/webhooks").get_json()["items"]] == ["SI"]
    assert admin.get(path).get_json()["active"] is True
    assert admin.post(f"{path}/change", {"active": False}).get_json()["active"] is False
    assert admin.post(f"{path}/test").status_code == 409
    assert admin.post(f"{path}/change", {"active": True}).status_code == 200
    sent = admin.post(f"{path}/test").get_json()
    [listed] = admin.get(f"{path}/deliveries").get_json()["items"]
    assert listed["id"] == sent["id"]
    assert admin.post(f"/deliveries/{sent['id']}/again").status_code == 409
    assert admin.post(f"{path}/rotate").get_json()["secret"] != made.get_json()["secret"]
    assert admin.post(path, {"type": "task.complete"}).status_code == 401
    assert admin.post(f"{path}/remove").status_code == 200
    assert admin.get(path).status_code == 404


def walk_procedures(admin: Machine) -> None:
    admin.get("/procedures/ksdd/versions")
    admin.get("/procedures/ksdd/versions/1/diagram")
    admin.get("/procedures/ksdd/versions/1/changes")
    diagram = (SHIPPED / "ksdd.bpmn").read_bytes()
    for wish in ("?check=only", "?note=sama"):
        path = f"/procedures/ksdd/versions{wish}"
        assert admin.post(path, data=diagram, content_type="application/xml").status_code < 300
    renewed = diagram.replace(b"30 hari kerja", b"20 hari kerja")
    admin.post("/procedures/ksdd/versions", data=renewed, content_type="application/xml")
    admin.get("/procedures/ksdd/versions/3/changes")


def walk_other_versions(admin: Machine) -> None:
    """Put the running cases onto the newest version, and back."""
    order = {"reason": "Tenggat diperpanjang", "authority": "SK 12/2026"}
    path = "/procedures/ksdd/versions/3/cases"
    admin.post(path, {**order, "dry_run": True})
    (job,) = admin.post(path, order).get_json()["jobs"]
    admin.get(f"/migrations/{job}")
    admin.post(f"/migrations/{job}/undo", {"reason": "Belum waktunya"})


def test_a_walk_through_every_call_keeps_every_promise(machine: Callable[..., Machine]) -> None:
    admin = machine("administrator", role="admin")
    case, task = walk_cases(admin)
    walk_messages(admin, case)
    walk_repairs(admin, task)
    walk_answers(admin, task)
    walk_matters(admin, case)
    walk_case_file(admin, case)
    walk_drafts(admin)
    walk_beside(admin)
    walk_troubles(admin, case)
    walk_agreements(admin)
    admin.post(f"/cases/{case['id']}/withdraw", {"reason": "Anggaran dialihkan"})
    admin.get(f"/cases/{case['id']}")
    admin.get(f"/cases/{case['id']}/history")
    walk_procedures(admin)
    walk_other_versions(admin)
    walk_calendar(admin)
    walk_webhooks(admin)
    walk_with_a_partner_on_paper(admin)
    assert admin.called == {call.name for call in CALLS}


def walk_with_a_partner_on_paper(admin: Machine) -> None:
    """Everything that is done for a partner without officials, here Kabupaten Cilacap."""
    case = admin.open_case(partners=("33.01",))
    task = admin.until(case, "tahap2_kesediaan")
    path, about = f"/cases/{case['id']}", {"region": "33.01", "reason": "Kode jatuh ke tangan lain"}
    package = admin.post(f"{path}/letter-package", {"region": "33.01"}).get_json()
    assert admin.post(f"{path}/contact/revoke", about).status_code == 409
    for number in ("130/1/2026", "130/2/2026"):
        admin.hand_in(package["code"], nomor_surat=number)
    newer, older = admin.get(f"{path}/replies").get_json()["items"]
    refused = admin.post(f"{path}/replies/{newer['id']}/refuse", {"reason": "Tidak terbaca"})
    assert refused.get_json()["status"] == "ditolak"
    body = {"task": task["id"], "answers": admin.acceptable(task["schema"])}
    assert admin.post(f"{path}/replies/{older['id']}/take", body).status_code == 200
    assert admin.post(f"{path}/letter-package/revoke", about).get_json() == {"revoked": 1}
