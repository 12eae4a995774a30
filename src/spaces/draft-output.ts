import { readFile } from 'node:fs/promises'
import { ChainonError, writeText } from '../base/index.ts'
import type { Hub } from '../store/index.ts'
import type { Submission } from './output-model.ts'

/*
 * What a study made stays in its space until somebody hands it in. It holds unchecked figures: it goes when the
 * space is closed, and `submitOutput` is the only way out.
 */

const draftPath = (hub: Hub, permit: string, study: string): string =>
  hub.path('spaces', permit, 'drafts', `${study}.json`)

/** Keeps the tables of a study in the space, unchecked, in place of those it made before. */
export async function keepDraft(hub: Hub, permit: string, submission: Submission): Promise<void> {
  await writeText(draftPath(hub, permit, submission.study), `${JSON.stringify(submission)}\n`, 0o600)
}

/** @throws output/no-draft when the study has not run in this space */
export async function readDraft(hub: Hub, permit: string, study: string): Promise<Submission> {
  const text = await readFile(draftPath(hub, permit, study), 'utf8').catch(() => {
    throw new ChainonError('output/no-draft', `the study ${study} has not run in the space of ${permit}`, {
      advice: `Run it with: chainon study run ${study} --space ${permit}`,
    })
  })
  return JSON.parse(text) as Submission
}
