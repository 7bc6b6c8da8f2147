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
from backend.assistant.confidence import CONFIDENCE_MIN
from backend.demo.catalogue import demo_catalogue
from backend.search.index import Index
from tests.bench_search.data import Asked, FormError, large, read_file
from tests.bench_search.fit import cross_validated, fitted, outcomes, score_at
from tests.bench_search.measure import assistant_score, reciprocal_ranks, with_bare_guides

HERE = Path(__file__).parent
CHOSEN_BY = ("questions_dev.txt", "questions_dev2.txt")
"""What the confidence is fitted to."""
CHOSE_NOTHING = (
    "questions.txt",
    "questions_odd.txt",
    "questions_held.txt",
    "questions_blind.txt",
)


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
    for name in ("queries_dev.txt", "queries.txt", "queries_held.txt"):
        _search(index, HERE / name, is_told=False)
    print("the same with names and summaries alone: ", end="")
    _search(bare, HERE / "queries.txt", is_told=False)
    assistant = Assistant(catalogue)
    for name in (*CHOSEN_BY, *CHOSE_NOTHING):
        asked = read_file(HERE / name)
        print(f"{name}: {assistant_score([(assistant.look_up(a.text), a) for a in asked])}")
    seen = outcomes(catalogue, _chosen_by())
    print(f"{' and '.join(CHOSEN_BY)}, ten-fold: {score_at(seen[0], cross_validated(seen)[0])}")


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
    seen = outcomes(demo_catalogue(), _chosen_by())
    weights = fitted([one for way in seen for one in way])
    print("WEIGHTS =", tuple(round(float(weight), 2) for weight in weights))
    sure = cross_validated(seen)
    for least in (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9):
        print(f"at {least}: {score_at(seen[0], sure[0], least)}")
        half = [score_at(way, found, least) for way, found in zip(seen[1:], sure[1:], strict=True)]
        print("  half of the matters: " + "; ".join(map(str, half)))
    print(f"CONFIDENCE_MIN is {CONFIDENCE_MIN}")


def _chosen_by() -> list[Asked]:
    return [one for name in CHOSEN_BY for one in read_file(HERE / name)]


def _scale() -> None:
    began = time.process_time()
    assistant = Assistant(large(demo_catalogue()))
    print(f"indexed in {time.process_time() - began:.1f} s of CPU")
    asked = [one for name in ("queries.txt", "questions.txt") for one in read_file(HERE / name)]
    for what, call in (
        ("search", Index(large(demo_catalogue())).find),
        ("ask", assistant.ask),
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
