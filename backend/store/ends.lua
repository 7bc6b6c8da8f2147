-- Where a hall stands: who compares it with what he knows sees all that he may have missed.
-- KEYS: the hall's list of days, and the stream of the day he follows, if he follows any.
-- Returns the reign of the server (append.lua); day and epoch of the latest day ('' for none); seq
-- and head of the stream's end.
local boot = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
local latest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local last = KEYS[2] and redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
return {
  boot,
  latest and latest[2][2] or '', latest and latest[2][4] or '',
  last and tonumber(string.match(last[1], '^%d+')) or 0, last and last[2][2] or '',
}
