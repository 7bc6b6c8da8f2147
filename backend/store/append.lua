-- Append commits if the stream still ends where the writer thinks it does, in the same reign,
-- and tell those who follow the hall.
-- KEYS: the day's stream, the hall's channel.
-- ARGV: boot (the reign that the writer has compared with the archive, '' for any),
-- seq and head (the end the writer saw), the writer, then id, body of each.
-- Returns the new seq, or -1 when another writer came first or another reign began: the server was
-- started again, or took a primary's place, and may lack commits that are archived and that this
-- writer has not read.  The replication id changes with both, the run id only with one.  Entry ids are "<seq>-0".
-- XADD's own check would refuse a stale writer, but let one from a lost future leave a gap.
-- Published is one line "writer day seq head end", then id and body of each, a line each; a long
-- batch is left out, and has to be read.  JSON has no line breaks.
local TOLD_MAX = 65536
if ARGV[1] ~= '' and not string.find(redis.call('INFO', 'replication'), 'master_replid:' .. ARGV[1], 1, true) then
  return -1
end
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local seq, head = 0, ''
if last then
  seq, head = tonumber(string.match(last[1], '^%d+')), last[2][2]
end
if seq ~= tonumber(ARGV[2]) or head ~= ARGV[3] then
  return -1
end
for i = 5, #ARGV, 2 do
  seq = seq + 1
  redis.call('XADD', KEYS[1], string.format('%d-0', seq), 'id', ARGV[i], 'body', ARGV[i + 1])
end
local told = table.concat(ARGV, '\n', 5)
if #told > TOLD_MAX then
  told = ''
end
local where = table.concat({ARGV[4], string.sub(KEYS[1], -10), ARGV[2], ARGV[3], seq}, ' ')
redis.call('SPUBLISH', KEYS[2], where .. '\n' .. told)
return seq
