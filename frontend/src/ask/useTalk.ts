import { type Ref, ref, watch } from 'vue'
import type { AssistantAnswer } from '@/wire/wire.gen'

export interface Turn {
  readonly question: string
  readonly answer: AssistantAnswer
}

const KEY = 'yizhan.talk'
const TURNS_MAX = 20

/** What was asked of the assistant in this tab and what it said, kept through a reload. */
export function useTalk(): { readonly turns: Ref<Turn[]>; forget(): void } {
  const turns = ref(read())
  watch(turns, (said) => sessionStorage.setItem(KEY, JSON.stringify(said.slice(-TURNS_MAX))), {
    deep: true,
  })
  return { turns, forget: () => sessionStorage.removeItem(KEY) }
}

function read(): Turn[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isTurn) : []
  } catch {
    return []
  }
}

/** An older page may have kept something else. */
function isTurn(one: Partial<Turn> | null): one is Turn {
  return typeof one?.question === 'string' && Array.isArray(one.answer?.sources)
}
