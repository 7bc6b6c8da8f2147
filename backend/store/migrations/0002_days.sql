-- The list of recorded days counts tickets without reading a year of commits.

CREATE INDEX commits_taken ON commits (hall_id, day)
    WHERE body @> '{"events": [{"type": "ticket_taken"}]}';

CREATE INDEX commits_closed ON commits (hall_id, day)
    WHERE body @> '{"events": [{"type": "day_closed"}]}';
