/** A part of a page of this site as the server writes it; null when it cannot be had. */
export async function fetchPart(
  address: string,
  id: string,
  signal: AbortSignal,
): Promise<HTMLElement | null> {
  const answer = await fetch(address, { signal, headers: { Accept: 'text/html' } })
  if (!answer.ok) return null
  return new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(id)
}
