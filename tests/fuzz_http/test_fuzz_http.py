"""A short walk of the HTTP side by its own document; `make fuzz-http` is the long one."""

from tests.fuzz_http.walk import ACCOUNTS, walk_hall


def test_no_request_that_the_document_allows_or_forbids_fails__I18() -> None:
    walker = walk_hall(examples=3, start=1)
    walk = walker.walk
    assert walk.faults == [], "\n".join(walk.faults[:20])
    # Few enough were turned away at the door that the others came to something.
    assert walk.of(429) < 0.02 * walk.of(2, 4)
    assert walk.of(2) > 300
    assert walk.of(400, 422) > 400
    assert walk.of(409) > 8
    for role in ACCOUNTS:
        assert walk.of(2, role=role) >= 8, role
        assert walk.of(400, 409, 422, role=role) >= 8, role
    assert len(walk.done) >= 45, sorted(walk.done)
