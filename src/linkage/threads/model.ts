import type { LinkageWork } from '../cluster/average-linkage.ts'
import type { Groups, Keys } from '../pairs/groups.ts'
import type { NearPairs, Search } from '../score/near.ts'

/** What a thread is asked to do. Its numbers are shared, and copied by nobody. */
export type Job =
  | { readonly what: 'groups'; readonly keys: Keys }
  | { readonly what: 'near'; readonly search: Search; readonly part: Part }
  | { readonly what: 'link'; readonly work: LinkageWork; readonly part: Part }

/** From one on, and before another. */
export type Part = readonly [number, number]

/** What it says, some of it as it goes; `done` comes last. */
export type Answer =
  | { readonly what: 'groups'; readonly groups: Groups }
  | { readonly what: 'near'; readonly near: NearPairs }
  | { readonly what: 'done' }
