import { describe, expect, it } from 'vitest'
import { arrivalsChart, roundMax, SLOTS, slotOf, slotTime } from './chart'

const day = (counts: Record<number, number>): number[] =>
  Array.from({ length: SLOTS }, (_, slot) => counts[slot] ?? 0)

describe('half hours', () => {
  it('are those of the hall’s clock', () => {
    expect(['00:00', '08:29', '08:30', '23:59'].map(slotOf)).toEqual([0, 16, 17, 47])
    expect([0, 17, 47].map(slotTime)).toEqual(['00:00', '08:30', '23:30'])
  })
})

describe('the arrivals chart', () => {
  it('begins with the first arrival and shows ten hours', () => {
    const chart = arrivalsChart(day({ 16: 3, 17: 12 }), [], 17)
    expect([chart.from, chart.to]).toEqual([16, 36])
    expect(chart.bars[1]).toEqual({ slot: 17, tickets: 12, isNow: true })
    expect(chart.ticks).toEqual([16, 20, 24, 28, 32, 36])
  })

  it('has room for ten hours also at the end of the day', () => {
    const chart = arrivalsChart(day({ 44: 1 }), [], 47)
    expect([chart.from, chart.to]).toEqual([28, 48])
  })

  it('shows an empty hall from now on', () => {
    const chart = arrivalsChart(day({}), [], 18)
    expect([chart.from, chart.to, chart.max]).toEqual([18, 38, 10])
    expect(chart.bars.every((bar) => bar.tickets === 0)).toBe(true)
  })

  it('has room for the usual day, and its line', () => {
    const chart = arrivalsChart(day({ 18: 5 }), day({ 15: 30, 40: 8 }), 18)
    expect([chart.from, chart.to, chart.max]).toEqual([15, 41, 40])
    expect([chart.usual[0], chart.usual.at(-1)]).toEqual([30, 8])
  })

  it('shows a long day whole', () => {
    const chart = arrivalsChart(day({ 10: 1, 40: 1 }), [], 30)
    expect([chart.from, chart.to]).toEqual([10, 41])
  })

  it.each([
    [0, 10],
    [10, 10],
    [11, 20],
    [21, 40],
    [41, 60],
    [81, 100],
    [101, 200],
    [350, 400],
    [678, 800],
  ])('is high enough for %i', (highest, max) => {
    expect(roundMax(highest)).toBe(max)
  })
})
