import { count } from './numbers.ts'

/** How far a piece of work is, in words: done of total, rate, and the time that is left at that rate. */
export class Pace {
  #what = ''
  #since = 0
  #from = 0

  /** @param now milliseconds of a clock that only goes forward */
  say(what: string, done?: number, total?: number, now: number = performance.now()): string {
    if (what !== this.#what || (done ?? 0) < this.#from) {
      this.#what = what
      this.#since = now
      this.#from = done ?? 0
    }
    if (done === undefined) return what
    if (total === undefined) return `${what} (${count(done)})`
    const seconds = (now - this.#since) / 1000
    const rate = (done - this.#from) / seconds
    const told = `${what} ${count(done)} of ${count(total)}`
    if (seconds < 0.5 || !(rate > 0)) return told
    return `${told}, ${rateOf(rate)}/s, ${timeOf((total - done) / rate)} left`
  }
}

const rateOf = (rate: number): string =>
  rate >= 1e6 ? `${(rate / 1e6).toFixed(1)} M` : rate >= 10 ? count(Math.round(rate)) : rate.toFixed(1)

export function timeOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
