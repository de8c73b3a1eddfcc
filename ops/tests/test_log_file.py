from pathlib import Path

from ops.up.log_file import LogFile


def test_a_full_file_is_turned_over_once(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "logs" / "gateway.jsonl", limit=50)
    for number in range(20):
        file.write(f"line {number:03d}")
    file.close()
    now, before = tmp_path / "logs/gateway.jsonl", tmp_path / "logs/gateway.jsonl.1"
    kept = (before.read_text() + now.read_text()).split("line ")
    assert kept[-1].strip() == "019"
    assert max(now.stat().st_size, before.stat().st_size) < 70
    assert len(list(tmp_path.glob("logs/*"))) == 2


def test_a_later_run_adds_to_the_file(tmp_path: Path) -> None:
    for text in ("one", "two"):
        file = LogFile(tmp_path / "x.jsonl")
        file.write(text)
        file.close()
    assert (tmp_path / "x.jsonl").read_text() == "one\ntwo\n"
