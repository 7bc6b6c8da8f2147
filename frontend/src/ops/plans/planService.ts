import type { Text } from '@/wire/wire.gen'
import type { Draft } from './draft'
import { usePlanDesk } from './usePlanDesk'
import { usePlanPlace } from './usePlanPlace'

/** A service that has a guide. */
export interface GuidedService {
  readonly service_id: string
  readonly name: Text
}

/** The service's place in the plan that is edited, put there without a queue where it is not yet. */
export function putService(draft: Draft, { service_id, name }: GuidedService): number {
  const there = draft.services.findIndex((service) => service.service_id === service_id)
  if (there >= 0) return there
  draft.services.push({ service_id, queue_id: '', name: { ...name } })
  return draft.services.length - 1
}

/** Put a service into the plan that is edited, and have its queue shown. Throws an ApiError. */
export async function planService(hallId: string, service: GuidedService): Promise<void> {
  const desk = usePlanDesk()
  await desk.open(hallId)
  if (!desk.draft.value) return
  const index = putService(desk.draft.value, service)
  usePlanPlace().goal.value = `/services/${index}/queue_id`
}
