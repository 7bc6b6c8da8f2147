import { hallInAddress } from '@/hub/place'

/** What follows the page's own name in its address: `Z1` of `/board/Z1`; null when nothing does. */
export function partInAddress(path: string = location.pathname): string | null {
  const part = path.split('/').filter((piece) => piece !== '')[1]
  return part === undefined ? null : decodeURIComponent(part)
}

/** The address of another page of the same hall. */
export function linkTo(...parts: string[]): string {
  const hall = hallInAddress()
  const path = `/${parts.map(encodeURIComponent).join('/')}`
  return hall === null ? path : `${path}?hall=${encodeURIComponent(hall)}`
}
