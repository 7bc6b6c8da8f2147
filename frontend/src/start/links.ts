import { hallInAddress } from '@/hub/place'

/** The address of another page of the same hall. */
export function linkTo(...parts: string[]): string {
  const hall = hallInAddress()
  const path = `/${parts.map(encodeURIComponent).join('/')}`
  return hall === null ? path : `${path}?hall=${encodeURIComponent(hall)}`
}
