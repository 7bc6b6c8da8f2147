import { TAGS_OF_LEVEL } from '@/wire/evaluation.gen'
import type { EvaluationTag } from '@/wire/wire.gen'

/** The best first, as they stand in a row (EV1). */
export const LEVELS = [5, 4, 3, 2, 1] as const
export type Level = (typeof LEVELS)[number]
export const COMMENT_MAX = 200

/** What a visitor has chosen and written so far. */
export interface Draft {
  readonly level: Level | null
  readonly tags: readonly EvaluationTag[]
  readonly comment: string
}

export const EMPTY: Draft = { level: null, tags: [], comment: '' }

export const tagsOf = (level: Level): readonly EvaluationTag[] => TAGS_OF_LEVEL[level] ?? []

/** With another level; tags that do not go with it are dropped. */
export function withLevel(draft: Draft, level: Level): Draft {
  const offered = tagsOf(level)
  return { ...draft, level, tags: draft.tags.filter((tag) => offered.includes(tag)) }
}

/** With the tag, or without it when it was there. */
export function toggled(draft: Draft, tag: EvaluationTag): Draft {
  const tags = draft.tags.includes(tag)
    ? draft.tags.filter((other) => other !== tag)
    : [...draft.tags, tag]
  return { ...draft, tags }
}
