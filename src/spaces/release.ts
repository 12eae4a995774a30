import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, ChainonError, exists, hashFile, sha256, writeText } from '../base/index.ts'
import { checkOpen, INVENTED, requestFor } from '../permits/index.ts'
import { type Hub, readJournal, record } from '../store/index.ts'
import { csvOf } from './csv.ts'
import { checkSubmission } from './disclosure/check.ts'
import type { EarlierRelease } from './disclosure/gather.ts'
import { PROFILES } from './disclosure/profile.ts'
import { readManifest } from './manifest.ts'
import { isClosed } from './open-space.ts'
import type { CheckedSubmission, Submission } from './output-model.ts'

export interface SubmitOptions {
  readonly hub: Hub
  readonly permitId: string
  readonly submission: Submission
  /** Who hands it in: one of the users that the permit names. */
  readonly as: string
  /** Makes report.html from what may be shown, and from nothing else. */
  readonly render: (checked: CheckedSubmission) => string | Promise<string>
}

export interface Submitted {
  /** Number of the output within its permit. */
  readonly n: number
  /** released/<permit>/<n> */
  readonly folder: string
  readonly checked: CheckedSubmission
  /** The same output had been released already; nothing was written. */
  readonly before: boolean
}

/** What an output was counted over, and by whom it was handed in. */
interface Kept {
  readonly submission: Submission
  readonly by: string
  readonly dataVersion: string
  readonly oppositions: string
}

/**
 * The only way out of a space: the submission is kept in the space, checked, and, if it passes, released as
 * tables, check.json and report.html, which appear together or not at all. The check knows everything that was
 * released before under the same permit and data version. Handing in the same again gives what was released.
 * @throws a denial of `canOpen` (expired, revoked, person not named…); space/not-open, space/closed; disclosure/…
 */
export async function submitOutput({
  hub,
  permitId,
  submission,
  as,
  render,
}: SubmitOptions): Promise<Submitted> {
  const { manifest, profile } = await mayLeave(hub, permitId, as)
  const kept: Kept = {
    submission,
    by: as,
    dataVersion: manifest.dataVersion,
    oppositions: manifest.oppositions.sha256,
  }
  const text = `${canonicalJson(kept)}\n`
  const outside = (number: number) => hub.path('released', permitId, String(number))
  const past = await outputs(hub, permitId)
  // A kill between a release and its line of the journal is healed by whoever comes next.
  for (const other of past)
    if (other.out && !other.journalled)
      await tell(hub, other.kept.by, `${permitId}/${other.n}`, other.text, outside(other.n))
  const same = past.find((output) => output.text === text && !output.refused)
  const n = same?.n ?? Math.max(0, ...past.map((output) => output.n)) + 1
  const inside = (...parts: string[]) => hub.path('spaces', permitId, 'outputs', String(n), ...parts)
  const folder = outside(n)
  const told = `${permitId}/${n}`

  if (same?.checked && same.out) return { n, folder, checked: same.checked, before: true }
  await writeText(inside('submission.json'), text, 0o600)
  const earlier = past.flatMap(({ n: other, kept: then, checked }): EarlierRelease[] =>
    other !== n && checked && then.dataVersion === kept.dataVersion
      ? [{ submission: then.submission, checked, samePersons: then.oppositions === kept.oppositions }]
      : [],
  )
  const checked = await checkSubmission(submission, profile, { earlier }).catch(async (error: unknown) => {
    if (error instanceof ChainonError) {
      await writeText(inside('refused.json'), `${canonicalJson({ code: error.code, why: error.message })}\n`)
      await record(hub, {
        who: as,
        act: 'output/refuse',
        subject: told,
        hashes: { submission: sha256(text) },
      })
    }
    throw error
  })
  await writeText(inside('checked.json'), `${canonicalJson(checked)}\n`, 0o600)
  const report = await render(checked)
  if (hub.config.synthetic && !/données inventées/i.test(report))
    throw new ChainonError('output/no-notice', `the report of ${told} does not say "${INVENTED}"`)
  await release(hub, folder, { n, permitId, kept, checked, report })
  await tell(hub, as, told, text, folder)
  return { n, folder, checked, before: false }
}

/** May anything leave this space today, handed in by this person? */
async function mayLeave(hub: Hub, permitId: string, as: string) {
  const request = await requestFor(hub, permitId)
  checkOpen({ ...request, as })
  if (request.reading.state !== 'signed') throw new Error('a permit that was checked is signed')
  if (await isClosed(hub, permitId))
    throw new ChainonError('space/closed', `the space of ${permitId} was closed, for good`, { exitCode: 3 })
  const manifest = await readManifest(hub, permitId)
  if (!manifest)
    throw new ChainonError('space/not-open', `the space of ${permitId} is not open`, {
      advice: 'Open it with: chainon space open',
      exitCode: 3,
    })
  const id = request.reading.signed.body.disclosure
  const profile = PROFILES[id]
  if (!profile)
    throw new ChainonError('disclosure/no-profile', `there is no disclosure profile ${id}`, { exitCode: 3 })
  return { manifest, profile }
}

interface Output {
  readonly n: number
  readonly text: string
  readonly kept: Kept
  readonly refused: boolean
  /** Is its folder there? */
  readonly out: boolean
  readonly journalled: boolean
  /** Of an output that passed and was released: what was public once is known, also when its folder is gone. */
  readonly checked: CheckedSubmission | undefined
}

/** Everything that was handed in so far, by number. */
async function outputs(hub: Hub, permitId: string): Promise<Output[]> {
  const folder = hub.path('spaces', permitId, 'outputs')
  const names = (await readdir(folder).catch(() => [] as string[])).filter((name) => /^\d+$/.test(name))
  const found: Output[] = []
  if (names.length === 0) return found
  const lines = await readJournal(hub.path('journal.jsonl'))
  for (const name of names.sort((a, b) => Number(a) - Number(b))) {
    const text = await readFile(join(folder, name, 'submission.json'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const checked = await readFile(join(folder, name, 'checked.json'), 'utf8').catch(() => undefined)
    const out = await exists(hub.path('released', permitId, name))
    const journalled = lines.some(
      (line) => line.act === 'output/release' && line.subject === `${permitId}/${name}`,
    )
    found.push({
      n: Number(name),
      text,
      kept: JSON.parse(text) as Kept,
      refused: await exists(join(folder, name, 'refused.json')),
      out,
      journalled,
      checked:
        (out || journalled) && checked !== undefined ? (JSON.parse(checked) as CheckedSubmission) : undefined,
    })
  }
  return found
}

interface Leaving {
  readonly n: number
  readonly permitId: string
  readonly kept: Kept
  readonly checked: CheckedSubmission
  readonly report: string
}

/** Writes the folder beside its place and renames it: all of it appears at once. */
async function release(
  hub: Hub,
  folder: string,
  { n, permitId, kept, checked, report }: Leaving,
): Promise<void> {
  const notice = hub.config.synthetic ? INVENTED : undefined
  const temporary = `${folder}.tmp`
  await rm(temporary, { recursive: true, force: true })
  await mkdir(join(temporary, 'tables'), { recursive: true })
  const files: Record<string, string> = {}
  const write = async (name: string, text: string) => {
    await writeFile(join(temporary, name), text, { flush: true })
    files[name] = sha256(text)
  }
  for (const table of checked.tables)
    for (const [name, text] of Object.entries(csvOf(table, notice))) await write(`tables/${name}.csv`, text)
  await write('report.html', report)
  const check = {
    ...(notice === undefined ? {} : { notice }),
    permit: permitId,
    output: n,
    study: checked.study,
    dataVersion: kept.dataVersion,
    ...checked.summary,
    dimensions: checked.dimensions,
    // Which cells each table has, shown or not, is no secret: it is what a reader needs to check the check.
    flows: checked.tables.flatMap((table) =>
      table.kind === 'flow' && !table.hidden ? [{ name: table.name, merged: table.merged }] : [],
    ),
    files,
  }
  await writeFile(join(temporary, 'check.json'), `${JSON.stringify(check, null, 2)}\n`, { flush: true })
  await rename(temporary, folder)
}

async function tell(hub: Hub, who: string, subject: string, text: string, folder: string): Promise<void> {
  await record(hub, {
    who,
    act: 'output/release',
    subject,
    hashes: {
      submission: sha256(text),
      check: await hashFile(join(folder, 'check.json')),
      report: await hashFile(join(folder, 'report.html')),
    },
  })
}
