import type { BookableOffer } from '@/wire/wire.gen'

/**
 * The services whose names have all the words typed, those with them in front first.
 *
 * For whoever knows what it is called; the search of the website forgives more.
 */
export function matching(services: readonly BookableOffer[], typed: string): BookableOffer[] {
  const words = plain(typed)
    .split(' ')
    .filter((word) => word !== '')
  if (words.length === 0) return [...services]
  const ranked = services.flatMap((service) => {
    const names = plain(`${service.name.zh} ${service.name.en}`)
    const all = `${names} ${plain(service.also)} ${service.service_id.toLowerCase()}`
    if (!words.every((word) => all.includes(word))) return []
    return [{ service, rank: words.every((word) => names.includes(word)) ? 0 : 1 }]
  })
  return ranked.sort((a, b) => a.rank - b.rank).map(({ service }) => service)
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().trim()
