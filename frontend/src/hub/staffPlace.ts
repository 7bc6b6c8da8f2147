import type { Place } from './link'
import { NoSuchPlace } from './link'
import { hallPlace, WhichHall } from './place'
import { fetchSession } from './staff'

/**
 * The hall of whoever is signed in; for those who look after every hall, that of the page.
 *
 * Where nobody is signed in and the page's hall is not known, there is none: signing in tells it.
 */
export async function staffPlace(): Promise<Place> {
  const session = await fetchSession()
  if (session?.hall_id) return { hallId: session.hall_id, token: null }
  try {
    return await hallPlace()
  } catch (error) {
    if (error instanceof WhichHall && session === null) throw new NoSuchPlace()
    throw error
  }
}
