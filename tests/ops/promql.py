"""What is wrong with an expression over the figures that a hall really tells."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import promql_parser
from prometheus_client.parser import text_string_to_metric_families
from promql_parser import AggregateExpr, BinaryExpr, Expr, MatrixSelector, VectorSelector

TARGET = frozenset({"job", "instance", "process"})
"""Labels that Prometheus adds to every series, from ops/prometheus and metrics.json."""
GRAFANA = {"$__rate_interval": "1m", "$hall": ".*"}
"""What Grafana puts in, and an example of it."""

Series = Mapping[str, frozenset[str]]
"""The labels of every series by its name."""


def series_in(texts: Iterable[str]) -> Series:
    """Every series that the processes tell, and `up`, which Prometheus makes."""
    found: dict[str, frozenset[str]] = {"up": TARGET}
    for text in texts:
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found[sample.name] = found.get(sample.name, TARGET) | frozenset(sample.labels)
    return found


def faults(expression: str, series: Series) -> list[str]:
    """Why it cannot be asked, or what it asks for that nobody tells; none when it is good."""
    for name, example in GRAFANA.items():
        expression = expression.replace(name, example)
    try:
        parsed = promql_parser.parse(expression)
    except ValueError as error:
        return [f"{expression}: {error}"]
    selectors = [part for part in _parts(parsed) if isinstance(part, VectorSelector)]
    unknown = [str(s.name) for s in selectors if s.name not in series]
    found = [f"nobody tells {name}" for name in unknown]
    for selector in selectors:
        known = series.get(str(selector.name), frozenset())
        asked = {matcher.name for matcher in selector.matchers.matchers}
        found += [f"{selector.name} has no label {name}" for name in asked - known]
    labels = frozenset().union(*(series.get(str(s.name), frozenset()) for s in selectors))
    for part in _parts(parsed):
        if isinstance(part, AggregateExpr | BinaryExpr):
            found += [f"no series has the label {name}" for name in _grouped(part) - labels]
    if not selectors:
        found.append(f"{expression}: asks for nothing")
    return found


def _grouped(part: AggregateExpr | BinaryExpr) -> frozenset[str]:
    """The labels of `by (…)`, `on (…)`."""
    modifier: Any = part.modifier
    if modifier is None:
        return frozenset()
    matching = modifier.matching if isinstance(part, BinaryExpr) else modifier
    return frozenset(matching.labels) if matching is not None else frozenset()


def _parts(expression: Expr) -> Iterator[Expr]:
    """The expression and all within it."""
    yield expression
    if isinstance(expression, MatrixSelector):
        yield expression.vector_selector
    for name in ("expr", "lhs", "rhs", "param", "args"):
        within: Any = getattr(expression, name, None)
        for part in within if isinstance(within, list) else [within]:
            if isinstance(part, Expr):
                yield from _parts(part)


def labels_of(expression: str, series: Series) -> frozenset[str]:
    """The labels that the result has: those of the outermost grouping, else of the series."""
    return _kept(promql_parser.parse(expression), series)


def _kept(part: Expr, series: Series) -> frozenset[str]:
    match part:
        case AggregateExpr():
            return _grouped(part)
        case VectorSelector():
            return series[str(part.name)]
    within = [inner for inner in _parts(part) if inner is not part]
    told = (_kept(inner, series) for inner in within)
    return next((labels for labels in told if labels), frozenset())


def templates_of(text: str) -> set[str]:
    """The labels that an alert's words name."""
    return set(re.findall(r"\$labels\.(\w+)", text))
