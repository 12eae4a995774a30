import { mkdir, stat } from 'node:fs/promises'
import { ChainonError, hashFile } from '../../base/index.ts'
import { type DuckDb, sideBySide } from '../../engine/index.ts'
import { balancesOf, sumOf } from './balance.ts'
import { checkFile, type Checked, stillReadable } from './check-file.ts'
import type { AcceptedFile, DeliveryReport, DeliveryRequest, FileReport, RefusedFile } from './model.ts'
import { rowsBeside } from './quarantine.ts'
import { cutOtherwise, overlaps, type Recognised, recogniseFolder, sameSlot } from './recognise.ts'

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
  const { recognised: found, refused } = await recogniseFolder(source, dir)
  const { once: recognised, copies } = await withoutCopies(found)
  const checked: Checked[] = []
  const jobs = recognised.map((file, index) => ({ file, index }))
  // Most queries of a check are short and wait for each other: two files at a time keep two cores busy.
  await sideBySide(engine, jobs, async (connection, { file, index }) => {
    const { size: bytes } = await stat(file.path)
    const event = { file: file.file, index, of: recognised.length, bytes }
    request.onFile?.(event)
    const one = await checkOne(connection, request, file, recognised)
    checked[index] = one
    if ('report' in one) request.onFile?.({ ...event, report: one.report })
  })
  const files = checked.flatMap((one) => ('report' in one ? [one.report] : []))
  const accepted = checked.flatMap((one) => ('report' in one ? [one.accepted] : []))
  const notTaken: RefusedFile[] = [
    ...refused,
    ...copies,
    ...checked.flatMap((one) => ('refused' in one ? [one.refused] : [])),
  ]
  return {
    source,
    files,
    refused: notTaken,
    accepted,
    total: {
      received: sumOf(files.map((file) => file.received)),
      accepted: sumOf(files.map((file) => file.accepted)),
      setAside: sumOf(files.map((file) => file.setAside)),
    },
  }
}

/** A part with the very bytes of another is a copy of it (`ER_PRS_F_2019 (1).csv`), and would count twice. */
async function withoutCopies(
  files: readonly Recognised[],
): Promise<{ once: Recognised[]; copies: RefusedFile[] }> {
  const sizes = await Promise.all(files.map(({ path }) => stat(path)))
  const alike = files.map(({ table, period }, at) => `${table}|${period}|${sizes[at]?.size}`)
  const originals = new Map<string, Recognised>()
  const copies: RefusedFile[] = []
  for (const [at, file] of files.entries()) {
    const of = alike[at] as string
    // Few files have the size of another: those alone are read for it.
    const key = alike.indexOf(of) === alike.lastIndexOf(of) ? of : `${of}|${await hashFile(file.path)}`
    const original = originals.get(key)
    if (original) copies.push(twice(file, `is a copy of ${original.file}: leave it out`))
    else originals.set(key, file)
  }
  return { once: [...originals.values()], copies }
}

const twice = ({ file }: Recognised, says: string): RefusedFile => ({ file, why: 'twice', says })

async function checkOne(
  engine: DuckDb,
  { source, quarantine, earlier = [] }: DeliveryRequest,
  file: Recognised,
  delivered: readonly Recognised[],
): Promise<Checked> {
  const kept = earlier.find((one) => overlaps(source, one, file))
  if (kept)
    return {
      refused: twice(
        file,
        `is ${periodOf(file)} of ${file.table}, and ${periodOf(kept)} of it was received before: the same rows would count twice. Send ${periodOf(kept)} of it again`,
      ),
    }
  if (cutOtherwise(file, delivered, earlier)) {
    const [comes, came] = file.part === 0 ? ['one file', 'parts'] : [`part ${file.part}`, 'one file']
    return {
      refused: twice(
        file,
        `is ${comes} of ${file.table}, ${periodOf(file)}, which was received in ${came} before: the same rows would count twice. Send it in ${came} again`,
      ),
    }
  }
  const sha256 = await hashFile(file.path)
  const before = earlier.find((one) => sameSlot(one, file))
  if (before?.sha256 === sha256 && before.source === source && stillReadable(before))
    return { accepted: before, report: unchanged(file.file, before) }
  return checkFile(engine, source, file, sha256, quarantine)
}

const periodOf = ({ period }: Pick<AcceptedFile, 'period'>): string =>
  period === 0 ? 'all' : `period ${period}`

/** A file that was accepted before with the same bytes: what it brought is known, and it is not read twice. */
function unchanged(file: string, before: AcceptedFile): FileReport {
  const { reasons } = before.setAside
  return {
    file,
    table: before.table,
    period: before.period,
    part: before.part,
    ...balancesOf(before),
    reasons: [],
    reasonCount: 0,
    warnings: [],
    ...(reasons === undefined ? {} : { quarantine: rowsBeside(reasons) }),
    unchanged: true,
  }
}
