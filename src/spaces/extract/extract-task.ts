import type { RoleTask } from '../../identity/index.ts'
import { type ExtractInput, type ExtractResult, runExtract } from './run-extract.ts'
import { destroySecret, trustedFolder } from './secret.ts'

/** The module of the task, for the process of the hub role. */
export const extractTask = import.meta.url

export type SpaceTaskInput =
  | ({ readonly do: 'extract' } & ExtractInput)
  | { readonly do: 'destroy'; readonly permit: string }

/** What the hub role does for a space: make its tables, and destroy its secret. */
const task: RoleTask<SpaceTaskInput, ExtractResult | null> = async (context, input) => {
  if (input.do === 'destroy') {
    await destroySecret(trustedFolder(context.folder, input.permit))
    return null
  }
  return runExtract(context.folder, input, undefined, (stage) => context.progress({ stage }))
}
export default task
