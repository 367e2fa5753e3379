"""`ksdd webhooks`: a region's system is connected from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes.store import webhook_events
from tests.worker.receiver import Receiver
from webhooks.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["webhooks", *words])
    said = capsys.readouterr()
    code = ended.value.code
    return int(code or 0), said.out.strip(), said.err.strip()


def test_a_webhook_is_added_tried_renewed_and_removed(
    filled_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KSDD_ENV", "development")
    monkeypatch.setenv("KSDD_DATA", str(tmp_path))
    with Receiver() as receiver:
        _, made, _ = run(capsys, "add", "32.01", "SI Bogor", receiver.url, "--event", "task.opened")
        row, secret = made.split()
        receiver.secrets = [secret]
        assert run(capsys, "test", row)[0] == 0
        assert receiver.kinds() == [webhook_events.TEST]
        fresh = run(capsys, "rotate", row, "--hours", "0")[1]
        assert fresh.startswith("whsec_")
        assert run(capsys, "test", row)[0] == 1, "the receiver still believes the old key only"
        listed = run(capsys, "list")[1]
        assert (row in listed, secret in listed, fresh in listed) == (True, False, False)
    assert run(capsys, "switch", row, "off")[0] == 0
    code, _, said = run(capsys, "test", row)
    assert (code, "mati" in said) == (1, True)
    assert run(capsys, "remove", row)[0] == 0
    assert run(capsys, "list")[1] == ""


@pytest.mark.parametrize(
    "words",
    [
        ("add", "99.99", "SI", "http://127.0.0.1/"),
        ("add", "32.01", "SI"),
        ("add", "32.01", "SI", "http://127.0.0.1/", "--incoming"),
        ("add", "32.01", "SI", "http://127.0.0.1/", "--event", "lain"),
        ("rotate", "tidak-ada"),
        ("remove", "tidak-ada"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    monkeypatch.setenv("KSDD_ENV", "development")
    monkeypatch.setenv("KSDD_DATA", str(tmp_path))
    code, out, said = run(capsys, *words)
    assert (code, out, said.count("\n")) == (1, "", 0)
    assert said.endswith(".")
