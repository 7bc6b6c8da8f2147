import type { ComputedRef, ShallowRef } from 'vue'
import { computed, shallowReadonly, shallowRef, watch } from 'vue'
import type { StaffMember } from '@/hub/api'
import { useHub } from '@/hub/hub'
import { fetchStaff } from '@/hub/staff'
import { useLanguage } from '@/shared/words/i18n'

export interface StaffNames {
  readonly staff: Readonly<ShallowRef<readonly StaffMember[]>>
  /** What people call whoever has this user name; the user name itself while that is not known. */
  readonly nameOf: ComputedRef<(username: string) => string>
}

/** Who works in the hall; asked for again whenever the connection comes back. */
export function useStaffNames(): StaffNames {
  const hub = useHub()
  const { say } = useLanguage()
  const staff = shallowRef<readonly StaffMember[]>([])
  watch(
    () => hub.status.phase,
    async (phase) => {
      if (phase !== 'open' || hub.hallId.value === null) return
      staff.value = await fetchStaff(hub.hallId.value).catch(() => staff.value)
    },
    { immediate: true },
  )
  const nameOf = computed(() => {
    const names = new Map(
      staff.value.map((one) => [one.username, say({ zh: one.name_zh, en: one.name_en })]),
    )
    return (username: string) => names.get(username) ?? username
  })
  return { staff: shallowReadonly(staff), nameOf }
}
