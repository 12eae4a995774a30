import { mkdir, stat } from 'node:fs/promises'
import { ChainonError, hashFile } from '../../base/index.ts'
import { checkFile, decimal, stillReadable } from './check-file.ts'
import { cents } from './examine.ts'
import type {
  AcceptedFile,
  Balance,
  DeliveryReport,
  DeliveryRequest,
  FileReport,
  RefusedFile,
} from './model.ts'
import { recogniseFolder } from './recognise.ts'

/**
 * Checks what a producer sent, file by file. Every row is accepted or set aside with a reason; every file is
 * accepted or refused; what is odd and harmless is counted. Reads a typed Parquet file once.
 */
export async function checkDelivery(request: DeliveryRequest): Promise<DeliveryReport> {
  const { source, dir, quarantine, engine } = request
  const folder = await stat(dir).catch(() => undefined)
  if (!folder?.isDirectory())
    throw new ChainonError('sources/no-folder', `${dir} is not a folder`, {
      advice: 'Give the folder that holds the delivered files.',
    })
  await mkdir(quarantine, { recursive: true })
  const { recognised, refused } = await recogniseFolder(source, dir)
  const files: FileReport[] = []
  const accepted: AcceptedFile[] = []
  const notTaken: RefusedFile[] = [...refused]
  for (const [index, file] of recognised.entries()) {
    const { size: bytes } = await stat(file.path)
    const event = { file: file.file, index, of: recognised.length, bytes }
    request.onFile?.(event)
    const sha256 = await hashFile(file.path)
    const before = request.earlier?.find(
      (one) => one.table === file.table && one.period === file.period && one.part === file.part,
    )
    if (before?.sha256 === sha256 && before.source === source && stillReadable(before)) {
      const report = unchanged(file.file, before)
      accepted.push(before)
      files.push(report)
      request.onFile?.({ ...event, report })
      continue
    }
    const checked = await checkFile(engine, source, file, sha256, quarantine)
    if ('refused' in checked) {
      notTaken.push(checked.refused)
      continue
    }
    files.push(checked.report)
    accepted.push(checked.accepted)
    request.onFile?.({ ...event, report: checked.report })
  }
  return {
    source,
    files,
    refused: notTaken,
    accepted,
    total: {
      received: sum(files, 'received'),
      accepted: sum(files, 'accepted'),
      setAside: sum(files, 'setAside'),
    },
  }
}

/** A file that was accepted before with the same bytes: its rows are known and are not read twice. */
function unchanged(file: string, before: AcceptedFile): FileReport {
  const balance = (rows: number): Balance => ({ rows, euros: null })
  return {
    file,
    table: before.table,
    period: before.period,
    part: before.part,
    received: balance(before.rows + before.setAside.rows),
    accepted: balance(before.rows),
    setAside: balance(before.setAside.rows),
    reasons: [],
    reasonCount: 0,
    warnings: [],
    ...(before.setAside.reasons === undefined ? {} : { quarantine: before.setAside.reasons }),
    unchanged: true,
  }
}

function sum(files: readonly FileReport[], which: 'received' | 'accepted' | 'setAside'): Balance {
  const rows = files.reduce((total, file) => total + file[which].rows, 0)
  const withEuros = files.filter((file) => file[which].euros !== null)
  return {
    rows,
    euros:
      withEuros.length === 0
        ? null
        : decimal(withEuros.reduce((total, file) => total + cents(file[which].euros), 0n)),
  }
}
