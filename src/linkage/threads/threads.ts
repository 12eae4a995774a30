import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { allEnded } from '../../base/index.ts'
import type { LinkageWork } from '../cluster/average-linkage.ts'
import type { Groups, Keys } from '../pairs/groups.ts'
import type { NearPairs, Search } from '../score/near.ts'
import type { Answer, Job, Part } from './model.ts'

/** As many as the database has: while it waits for pairs they have the processors, and while it weighs a part of them. */
const MOST = 2
/** Looking at fewer records or pairs is done sooner than a thread has begun; and so many times fewer, than one is told. */
const LEAST = 10_000_000
const BEGUN = 20
/** Parts of a work, so that none waits long for the last. */
const PARTS = 16

/**
 * Threads that look for pairs and make clusters. This process is left to the database meanwhile, whose steps wait where it
 * does not listen. They are begun when the first is needed.
 */
export class Threads {
  readonly #least: number
  readonly #count: number
  readonly #workers: Worker[] = []
  readonly #idle: Worker[] = []
  readonly #waiting: (() => void)[] = []
  /** Why one ended that was not told to: no other does anything more. */
  #broken: Error | undefined

  /** @param least records or pairs for which they are used */
  constructor({ least = LEAST, count = Math.min(MOST, availableParallelism()) } = {}) {
    this.#least = least
    this.#count = count
  }

  /** Is so much looked at that it should be done here? */
  areWorth(looked: number): boolean {
    return this.#count > 1 && looked >= this.#least / (this.#workers.length > 0 ? BEGUN : 1)
  }

  async groupsOf(keys: Keys): Promise<Groups> {
    let groups: Groups | undefined
    await this.#run({ what: 'groups', keys }, (answer) => {
      if (answer.what === 'groups') groups = answer.groups
    })
    return groups as Groups
  }

  /** The pairs of `nearPairs`, in any order. */
  async *near(search: Search, places: Part): AsyncGenerator<NearPairs> {
    const found: NearPairs[] = []
    let wake = (): void => {}
    const searching = allEnded(
      partsOf(places).map((part) =>
        this.#run({ what: 'near', search, part }, (answer) => {
          if (answer.what === 'near') found.push(answer.near)
          wake()
        }),
      ),
    )
    let isOver = false
    const over = (): void => {
      isOver = true
      wake()
    }
    searching.then(over, over)
    for (;;) {
      const near = found.shift()
      if (near) yield near
      else if (isOver) break
      else await new Promise<void>((resolve) => (wake = resolve))
    }
    await searching
  }

  /** Makes the clusters of some components. */
  async link(work: LinkageWork, components: Part): Promise<void> {
    await allEnded(partsOf(components).map((part) => this.#run({ what: 'link', work, part }, () => {})))
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  async #run(job: Job, take: (answer: Answer) => void): Promise<void> {
    const worker = await this.#free()
    try {
      await new Promise<void>((resolve, reject) => {
        worker.removeAllListeners()
        worker.on('message', (answer: Answer) => (answer.what === 'done' ? resolve() : take(answer)))
        worker.once('error', reject)
        worker.once('exit', () => reject(new Error('a thread of the linkage ended')))
        worker.postMessage(job, [])
      })
    } catch (error) {
      this.#broken = error as Error
      throw error
    } finally {
      this.#idle.push(worker)
      for (const next of this.#waiting.splice(0)) next()
    }
  }

  async #free(): Promise<Worker> {
    for (;;) {
      if (this.#broken) throw this.#broken
      const idle = this.#idle.pop()
      if (idle) return idle
      if (this.#workers.length < this.#count) {
        const worker = beginThread()
        this.#workers.push(worker)
        return worker
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }
}

function partsOf([begin, end]: Part): readonly Part[] {
  const at = (part: number): number => begin + Math.floor(((end - begin) * part) / PARTS)
  return Array.from({ length: PARTS }, (_, part) => [at(part), at(part + 1)])
}

/** The thread's module lies beside this one: JavaScript as it stands in dist, TypeScript through tsx, which a thread calls itself. */
function beginThread(): Worker {
  const own = import.meta.url
  if (!own.endsWith('.ts')) return new Worker(new URL('./thread-main.js', own), { execArgv: [] })
  const [tsx, main] = [import.meta.resolve('tsx/esm/api'), new URL('./thread-main.ts', own).href]
  const code = `import('${tsx}').then(({ register }) => { register(); return import('${main}') })`
  return new Worker(code, { eval: true, execArgv: [] })
}
