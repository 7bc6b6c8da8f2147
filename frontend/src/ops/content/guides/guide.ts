import type { Choice, Guide, GuideMaterial, Inquiry, Text, Words } from '@/wire/wire.gen'

export type FullChoice = Required<Choice>
export type FullInquiry = Omit<Inquiry, 'choices'> & { choices: FullChoice[] }
export type FullMaterial = Required<GuideMaterial>
/** A guide as the server tells it: with every part. */
export interface FullGuide
  extends Required<Omit<Guide, 'also' | 'keywords' | 'materials' | 'questionnaire'>> {
  also: Required<Words>
  keywords: Required<Words>
  materials: FullMaterial[]
  questionnaire: FullInquiry[]
}
export type PartName = keyof FullGuide

/** A copy of what is typed: `structuredClone` takes no reactive object. */
export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

export const fullGuide = (guide: Guide): FullGuide => copyOf(guide) as FullGuide

export const noText = (): Text => ({ zh: '', en: '' })

/** Two versions of somebody's words, put together part by part. */
export interface Merged {
  guide: FullGuide
  /** What only the other one changed. */
  taken: PartName[]
  /** What both changed, and not to the same; as it is `mine`. */
  clashes: PartName[]
}

/** What I have typed since `base`, on what somebody else has saved since. */
export function merged(base: FullGuide, theirs: FullGuide, mine: FullGuide): Merged {
  const guide = copyOf(theirs)
  const taken: PartName[] = []
  const clashes: PartName[] = []
  for (const name of Object.keys(theirs) as PartName[]) {
    const own = !isSame(mine[name], base[name])
    const other = !isSame(theirs[name], base[name])
    if (own) Object.assign(guide, { [name]: copyOf(mine[name]) })
    if (other && !own) taken.push(name)
    if (other && own && !isSame(theirs[name], mine[name])) clashes.push(name)
  }
  return { guide, taken, clashes }
}

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** An id that no material of any version has had: they are never used again. */
export function nextMaterialId(
  used: readonly string[],
  materials: readonly FullMaterial[],
): string {
  const taken = new Set([...used, ...materials.map(({ material_id }) => material_id)])
  return firstFree('m', taken)
}

/** `q1`, `q2`, … whichever is free first. */
export function firstFree(letter: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) if (!taken.has(`${letter}${n}`)) return `${letter}${n}`
}

/** The lines of a field that has a word a line. */
export const wordsIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
