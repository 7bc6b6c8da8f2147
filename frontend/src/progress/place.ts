import { fetchTicketPlace } from '@/hub/api'
import type { Place } from '@/hub/link'
import { NoSuchPlace } from '@/hub/link'

/** The hall that issued the ticket; whoever has its token may follow it. */
export async function ticketPlace(token: string | null): Promise<Place> {
  const found = token === null ? null : await fetchTicketPlace(token)
  if (found === null) throw new NoSuchPlace()
  return { hallId: found.hall_id, token: null }
}
