"""What `make bench` measures is still what the pages answer."""

from datetime import UTC, datetime

from benchmarks import __main__ as benchmark
from benchmarks.world import world_of


def test_every_page_save_and_deposit_that_is_measured_is_answered(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "RUNS", 1)
    now = datetime.now(UTC)
    with world_of(tmp_path, 10, now=now) as url:
        found = benchmark.measures(url, tmp_path, now)
    names = {name for name, _, _ in benchmark.PAGES}
    assert found.keys() - names == {"une réponse enregistrée", "un dépôt", "le même sans la page"}
    assert found["un dépôt"].statements > 0
