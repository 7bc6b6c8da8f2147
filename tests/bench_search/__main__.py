"""`python -m tests.bench_search [QUERIES] [--fit] [--scale]`: how well search and assistant answer.

QUERIES is a file of lines `query => item, item`; without it the project's own four are measured.
`--fit` prints the weights of the assistant's confidence; `--scale` times a large catalogue.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from backend.assistant.answer import Assistant
from backend.assistant.confidence import CONFIDENCE_MIN, confidence
from backend.demo.catalogue import demo_catalogue
from backend.search.index import Index
from tests.bench_search.data import Asked, FormError, large, read_file
from tests.bench_search.fit import cross_validated, fitted, outcomes
from tests.bench_search.measure import assistant_score, reciprocal_ranks, with_bare_guides

HERE = Path(__file__).parent


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_search", description=__doc__)
    parser.add_argument("queries", nargs="?", type=Path, help="lines `query => item, item`")
    parser.add_argument("--fit", action="store_true", help="fit the confidence")
    parser.add_argument("--scale", action="store_true", help="time 1,000 services")
    asked = parser.parse_args(arguments)
    try:
        if asked.fit:
            _fit()
        elif asked.scale:
            _scale()
        elif asked.queries is not None:
            _search(Index(demo_catalogue()), asked.queries, is_told=True)
        else:
            _all()
    except (OSError, FormError) as error:
        parser.error(str(error))
    return 0


def _all() -> None:
    catalogue = demo_catalogue()
    index, bare = Index(catalogue), Index(with_bare_guides(catalogue))
    for name in ("queries_dev.txt", "queries.txt"):
        _search(index, HERE / name, is_told=False)
    print("the same with names and summaries alone: ", end="")
    _search(bare, HERE / "queries.txt", is_told=False)
    assistant = Assistant(catalogue)
    for name in ("questions_dev.txt", "questions.txt", "questions_odd.txt"):
        asked = read_file(HERE / name)
        print(f"{name}: {assistant_score([(assistant.hits(a.text), a) for a in asked])}")
    sure = cross_validated(index, read_file(HERE / "questions_dev.txt"))
    print(f"questions_dev.txt, ten-fold cross-validated: {sure}")


def _search(index: Index, path: Path, *, is_told: bool) -> None:
    asked = read_file(path)
    ranks = reciprocal_ranks(index, asked)
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    mean = sum(ranks) / len(ranks)
    print(f"{path.name}: {len(asked)} queries, MRR {mean:.3f}, right item first {first:.1%}")
    if not is_told:
        return
    for one, rank in zip(asked, ranks, strict=True):
        hits = index.find(one.text)
        if not hits:
            print(f"  found nothing: {one.text}")
        elif rank < 1:
            print(f"  {one.text}: {', '.join(hit.item_id for hit in hits[:3])}")


def _fit() -> None:
    index = Index(demo_catalogue())
    asked = read_file(HERE / "questions_dev.txt")
    weights = fitted(outcomes(index, asked))
    print("WEIGHTS =", tuple(round(float(weight), 2) for weight in weights))
    for at in (0.5, 0.6, 0.7, 0.8, 0.85, 0.9):
        print(f"at {at}: {cross_validated(index, asked, at)}")
    print(f"CONFIDENCE_MIN is {CONFIDENCE_MIN}")


def _scale() -> None:
    began = time.process_time()
    index = Index(large(demo_catalogue()))
    print(f"indexed in {time.process_time() - began:.1f} s of CPU")
    asked = [one for name in ("queries.txt", "questions.txt") for one in read_file(HERE / name)]
    for what, call in (
        ("search", index.find),
        ("ask", lambda t: confidence(index.find(t, score_min=0))),
    ):
        spent = sorted(_cpu_ms(call, one) for one in asked)
        print(
            f"{what}: {len(spent)} queries, p50 {spent[len(spent) // 2]:.1f} ms,"
            f" p95 {spent[int(len(spent) * 0.95)]:.1f} ms, most {spent[-1]:.1f} ms of CPU"
        )


def _cpu_ms(call: object, asked: Asked) -> float:
    began = time.process_time()
    call(asked.text)  # type: ignore[operator]
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
