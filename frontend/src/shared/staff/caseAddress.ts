import { linkTo } from '@/shared/address'

/** Where staff find one case, or what the departments were told on a day; '' is the newest day. */
export type CasePlace =
  | { readonly case: string; readonly digest?: never }
  | { readonly digest: string; readonly case?: never }

/** The address of the cases' page at a place; of the page itself without one. */
export function caseAddress(place: CasePlace | null): string {
  const url = new URL(linkTo('ops', 'cases'), location.origin)
  for (const [name, value] of Object.entries(place ?? {})) url.searchParams.set(name, value)
  return url.pathname + url.search
}

/** What the page's address names. */
export function placeInAddress(search: string = location.search): CasePlace | null {
  const query = new URLSearchParams(search)
  const caseId = query.get('case')
  if (caseId) return { case: caseId }
  const digest = query.get('digest')
  return digest === null ? null : { digest }
}
