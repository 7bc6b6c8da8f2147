-- Make a day the hall's latest, if the one the caller saw still is, and tell those who follow it.
-- KEYS: the hall's list of days, the hall's channel.
-- ARGV: day and epoch seen ('' for none), new day, new epoch.
-- Returns 1, or 0 when another day or epoch came first.
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local day, epoch = '', ''
if last then
  day, epoch = last[2][2], last[2][4]
end
if day ~= ARGV[1] or epoch ~= ARGV[2] then
  return 0
end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', 1000, '*', 'day', ARGV[3], 'epoch', ARGV[4])
redis.call('SPUBLISH', KEYS[2], 'announced')
return 1
