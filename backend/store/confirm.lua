-- Write what changes nothing, if the stream has what the reader saw: WAIT asks the replicas only for
-- what its own connection has written, and lets whoever only read go on at once.
-- KEYS: the day's stream.  ARGV: seq and head of what was read.
-- Returns 1, or -1 when the stream has something else there, or nothing.
local id = ARGV[1] .. '-0'
local found = redis.call('XRANGE', KEYS[1], id, id)[1]
if not found or found[2][2] ~= ARGV[2] then
  return -1
end
redis.call('XSETID', KEYS[1], redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1][1])
return 1
