import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../../base/index.ts'
import { appendReceipt, readReceipt } from '../receipts/append-receipt.ts'
import { describeFiles } from '../receipts/describe-files.ts'
import type { Destroyed } from '../receipts/model.ts'

/**
 * Destroys transit ids, transfer tables and the matcher's working tables of a link. The matcher signs a receipt
 * before the files go, so that what is gone is always accounted for; a destruction that was cut is finished by the
 * next, and what it finds beyond the receipt gets one of its own.
 */
export async function destroyTransfer(request: {
  readonly transfer: string
  readonly work: string
  readonly receipts: string
  /** trusted/matcher */
  readonly folder: string
  readonly version: string
}): Promise<void> {
  const { transfer, work, receipts, folder, version } = request
  const found = [...(await filesOf(transfer, 'transfer')), ...(await filesOf(work, 'working-table'))]
  if (found.length > 0) {
    const told: Destroyed[] = []
    let name = `links-${version}`
    // One of before receipts were signed has its name taken, and proves nothing: what it told of is told again.
    for (let nth = 2; await exists(join(receipts, `${name}.json`)); nth += 1) {
      told.push(...((await readReceipt(receipts, name))?.files ?? []))
      name = `links-${version}-${nth}`
    }
    const left = found.filter(
      (file) => !told.some((one) => one.name === file.name && one.sha256 === file.sha256),
    )
    if (left.length > 0)
      await appendReceipt({ receipts, role: 'matcher', folder }, name, {
        receipt: 'destruction',
        what: 'transit ids, transfer and working tables of the linkage of BNDMR and SNDS',
        version,
        at: new Date().toISOString(),
        files: left,
      })
  }
  for (const one of [transfer, work]) await rm(one, { recursive: true, force: true })
}

async function filesOf(folder: string, kind: string): Promise<Destroyed[]> {
  const names = (await readdir(folder).catch(() => [])).sort()
  return names.length === 0
    ? []
    : describeFiles(
        folder,
        names.map((name) => ({ name, kind })),
      )
}
