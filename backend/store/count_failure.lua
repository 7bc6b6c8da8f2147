-- Counts one attempt, and says for how many seconds no more are allowed: 0 while they are.
-- KEYS[1] the count; ARGV: how many are allowed, for how long they count.
local n = redis.call('INCR', KEYS[1])
if n <= tonumber(ARGV[1]) then
  redis.call('EXPIRE', KEYS[1], ARGV[2])  -- each begins the time anew; those turned away do not
  return 0
end
return math.max(1, redis.call('TTL', KEYS[1]))
