import { parentPort } from 'node:worker_threads'
import { linkComponents } from '../cluster/average-linkage.ts'
import { groupsOf } from '../pairs/groups.ts'
import { nearPairs } from '../score/near.ts'
import type { Answer, Job } from './model.ts'

/* A thread of `Threads`: does one job after the other. */

const say = (answer: Answer, given: ArrayBuffer[] = []): void => parentPort?.postMessage(answer, given)

parentPort?.on('message', (job: Job) => {
  if (job.what === 'groups') say({ what: 'groups', groups: groupsOf(job.keys) })
  // Found pairs are nobody else's: they are handed over.
  else if (job.what === 'link') linkComponents(job.work, job.part)
  else
    for (const near of nearPairs(job.search, job.part))
      if (near) say({ what: 'near', near }, [near.left.buffer, near.right.buffer] as ArrayBuffer[])
  say({ what: 'done' })
})
