-- Append commits if the stream still ends where the writer thinks it does.
-- KEYS: the day's stream.  ARGV: seq and head (the end the writer saw), then id, body of each.
-- Returns the new seq, or -1 when another writer came first.  Entry ids are "<seq>-0".
-- XADD's own check would refuse a stale writer, but let one from a lost future leave a gap.
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local seq, head = 0, ''
if last then
  seq, head = tonumber(string.match(last[1], '^%d+')), last[2][2]
end
if seq ~= tonumber(ARGV[1]) or head ~= ARGV[2] then
  return -1
end
for i = 3, #ARGV, 2 do
  seq = seq + 1
  redis.call('XADD', KEYS[1], string.format('%d-0', seq), 'id', ARGV[i], 'body', ARGV[i + 1])
end
return seq
