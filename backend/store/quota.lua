-- A token bucket as the one moment when it will be full again (GCRA).
-- KEYS[1] the bucket; ARGV: seconds for one, how many at once, how many now (less than 0: given
-- back), whether they are counted also when there are too few.  1 when there were enough, else 0.
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local each, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now)) + cost * each
local is_enough = full <= now + burst * each and 1 or 0
if is_enough == 1 or ARGV[4] == '1' then
  local left_ms = math.max(1, math.ceil((full - now) * 1000))
  redis.call('SET', KEYS[1], string.format('%.6f', full), 'PX', left_ms)
end
return is_enough
