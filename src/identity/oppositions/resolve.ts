import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exists, hashFile, temporaryBeside, writeText } from '../../base/index.ts'
import { openDuckDb } from '../../engine/index.ts'
import {
  type CurrentVersion,
  currentOppositions,
  currentVersion,
  type LakeVersion,
} from '../current-version.ts'

/**
 * Says in hub ids whom the newest list of the matcher means, among the persons known by now, and writes
 * lake/oppositions/vN.parquet when that differs from the version before. So it is done again whenever the list
 * or the persons change. Without any list the version is an empty v0 that is not written.
 */
export async function resolveOppositions(matcherFolder: string, lake: string): Promise<LakeVersion> {
  const before = await currentOppositions(lake)
  const list = await currentList(join(matcherFolder, 'oppositions'))
  if (list === undefined) return before ?? { version: 'v0', sha256: '', n: 0 }
  const snds = await orNothing(
    join(matcherFolder, 'identity', 'snds.parquet'),
    'psa varchar, own varchar, person varchar',
  )
  const bndmr = await orNothing(
    join(matcherFolder, 'identity', 'bndmr.parquet'),
    'level1 varchar, nir varchar, psa varchar, person varchar',
  )
  const folder = join(lake, 'oppositions')
  await mkdir(folder, { recursive: true })
  const temporary = temporaryBeside(join(folder, 'resolved'))
  const engine = await openDuckDb({ spill: join(matcherFolder, 'spill') })
  try {
    await engine.run(`create view list as select * from read_parquet('${list.path.replaceAll("'", "''")}')`)
    await engine.run(`create view snds as ${snds}`)
    await engine.run(`create view bndmr as ${bndmr}`)
    const n = await engine.writeParquet(RESOLVED, temporary)
    const sha256 = await hashFile(temporary)
    if (before?.sha256 === sha256) return before
    const version = `v${Number(before?.version.slice(1) ?? 0) + 1}`
    await rename(temporary, join(folder, `${version}.parquet`))
    const current = { version, sha256, n }
    await writeText(join(folder, 'current.json'), `${JSON.stringify(current)}\n`)
    return current
  } finally {
    await engine.close()
    await rm(temporary, { force: true })
  }
}

/** The newest list of level-1 pseudonyms in the matcher's folder of lists; undefined before the first. */
export async function currentList(
  folder: string,
): Promise<(CurrentVersion & { readonly path: string }) | undefined> {
  const current = await currentVersion(folder)
  return current && { ...current, path: join(folder, `${current.version}.parquet`) }
}

async function orNothing(path: string, columns: string): Promise<string> {
  if (await exists(path)) return `select * from read_parquet('${path.replaceAll("'", "''")}')`
  const none = columns.split(', ').map((column) => {
    const [name, type] = column.split(' ')
    return `cast(null as ${type}) as ${name}`
  })
  return `select ${none.join(', ')} where false`
}

/*
 * A person who is known in both sources through the NIR is one person: an opposition of scope `all` takes both
 * their records out, whichever source it was addressed to; another scope takes those of its source. Nothing is
 * guessed against the objector: under a PSA that twins share, both are out.
 */
const RESOLVED = `
  with known_in_both as (
    select distinct b.person as bndmr, s.person as snds from bndmr b join snds s on s.own = b.nir
    union
    select distinct b.person, s.person from bndmr b join snds s on s.psa = b.psa
    where s.own is null or s.own = b.nir
  ), in_snds as (
    select l.*, s.person from list l join snds s on s.own = l.level1 where l.form = 'own'
    union
    select l.*, s.person from list l join snds s on s.psa = l.level1
    where l.form = 'child' or (l.form = 'insured' and (s.own is null or s.own = l.own))
  ), in_bndmr as (
    select l.*, b.person from list l join bndmr b on b.level1 = l.level1 where l.form = 'idmr'
    union
    select l.*, b.person from list l join bndmr b on b.nir = l.level1 where l.form = 'own'
    union
    select l.*, b.person from list l join bndmr b on b.psa = l.level1 where l.form in ('insured', 'child')
  ), every_record as (
    select source, scope, from_date, until_date, person, 'snds' as side from in_snds
    union select source, scope, from_date, until_date, person, 'bndmr' from in_bndmr
    union
    select i.source, i.scope, i.from_date, i.until_date, k.bndmr, 'bndmr'
    from in_snds i join known_in_both k on k.snds = i.person
    union
    select i.source, i.scope, i.from_date, i.until_date, k.snds, 'snds'
    from in_bndmr i join known_in_both k on k.bndmr = i.person
  )
  select distinct person, source, scope, from_date, until_date from every_record
  where scope = 'all' or source = 'all' or source = side
  order by person, source, scope, from_date, until_date`
