/**
 * A part of a page of this site as the server writes it; null when it cannot be had.
 *
 * The server is told that somebody is still at it, and counts nothing.
 */
export async function fetchPart(
  address: string,
  id: string,
  signal: AbortSignal,
): Promise<HTMLElement | null> {
  const answer = await fetch(address, { signal, headers: { 'X-Typing': '1' } })
  if (!answer.ok) return null
  return new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(id)
}
