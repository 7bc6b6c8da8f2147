import { afterEach, describe, expect, it } from 'vitest'
import { effectScope } from 'vue'
import { sectionOf, sectionsFor } from './sections'
import { useAddressQuery } from './useAddressQuery'

describe('the section in the address', () => {
  afterEach(() => history.replaceState(null, '', '/'))

  it('is one that the rights show, and the first of them when it is unknown', () => {
    const shown = sectionsFor(['read:misses'])
    expect(shown.map(({ id }) => id)).toContain('misses')
    expect(sectionOf('misses', shown)?.id).toBe('misses')
    expect(sectionOf('nowhere', shown)).toBe(shown[0])
    expect(sectionOf('misses', sectionsFor([]))).toBeUndefined()
  })

  it('changes alone, and comes back with the browser', () => {
    history.replaceState(null, '', '/ops/content?hall=main&draft=7')
    const scope = effectScope()
    const place = scope.run(useAddressQuery)
    place?.go({ section: 'misses', draft: null })
    expect(location.search).toBe('?hall=main&section=misses')
    expect(place?.query.value.get('section')).toBe('misses')
    history.replaceState(null, '', '/ops/content')
    dispatchEvent(new PopStateEvent('popstate'))
    expect(place?.query.value.get('section')).toBeNull()
    scope.stop()
  })
})
