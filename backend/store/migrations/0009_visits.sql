-- A visitor comes back days later by the ticket's token, to say how the visit was (EV2).
CREATE INDEX commits_tokens ON commits ((body #>> '{events,0,token}'))
    WHERE body @> '{"events": [{"type": "ticket_taken"}]}';

CREATE INDEX commits_evaluated ON commits (hall_id, (body #>> '{events,0,ticket_id}'))
    WHERE body @> '{"events": [{"type": "visit_evaluated"}]}';
