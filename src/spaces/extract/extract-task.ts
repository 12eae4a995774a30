import { join } from 'node:path'
import { exists } from '../../base/index.ts'
import { appendReceipt, describeFiles, type ReceiptBody, type RoleTask } from '../../identity/index.ts'
import { type ExtractInput, type ExtractResult, runExtract } from './run-extract.ts'
import { destroySecret, trustedFolder } from './secret.ts'

/** The module of the task, for the process of the hub role. */
export const extractTask = import.meta.url

export type SpaceTaskInput =
  | ({ readonly do: 'extract' } & ExtractInput)
  | ({ readonly do: 'destroy' } & DestroyInput)

interface DestroyInput {
  readonly permit: string
  /** receipts/ of the hub. */
  readonly receipts: string
  /** What the receipt says beside the secret: who, when, the manifest of the space and its tables. */
  readonly body: ReceiptBody
}

/** What the hub role does for a space: make its tables, and destroy its secret. */
const task: RoleTask<SpaceTaskInput, ExtractResult | null> = async (context, input) => {
  if (input.do === 'destroy') {
    await destroy(context.folder, input)
    return null
  }
  return runExtract(context.folder, input, undefined, (stage) => context.progress({ stage }))
}
export default task

/** Signs the receipt of a space, unless it stands already, and destroys the secret. */
async function destroy(roleFolder: string, { permit, receipts, body }: DestroyInput): Promise<void> {
  const folder = trustedFolder(roleFolder, permit)
  const name = `space-${permit}`
  if (!(await exists(join(receipts, `${name}.json`)))) {
    const hasSecret = await exists(join(folder, 'secret'))
    const files = hasSecret ? await describeFiles(folder, [{ name: 'secret', kind: 'space-secret' }]) : []
    await appendReceipt({ receipts, role: 'hub', folder: roleFolder }, name, {
      ...body,
      files: [...files, ...body.files],
    })
  }
  await destroySecret(folder)
}
