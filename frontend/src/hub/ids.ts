/**
 * A new command id: UUID version 7 (RFC 9562 section 5.7), so that ids sort by time.
 *
 * `crypto.randomUUID` is missing on plain http, where kiosks and boards often run;
 * `getRandomValues` is there everywhere.
 */
export function newCommandId(nowMs: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let index = 0; index < 6; index++) {
    bytes[index] = Math.floor(nowMs / 256 ** (5 - index)) % 256
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
