import { execFile } from 'node:child_process'
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The last release whose server is on Maven as one archive. */
export const VERSION = '476'
/** Of the 51 plugins, those that a hub needs: the others only make the start slower. */
export const PLUGINS = ['hive', 'exchange-filesystem', 'password-authenticators']
const ARTIFACT = `io.trino:trino-server:${VERSION}:tar.gz`

const has = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'chainon')
const unpackedFolder = (): string => join(cacheFolder(), `trino-server-${VERSION}`)

/** Is a server here already, so that nothing has to be fetched? */
export const isFetched = async (): Promise<boolean> =>
  process.env['TRINO_HOME'] !== undefined || has(join(unpackedFolder(), 'bin', 'launcher'))

/**
 * The folder of an unpacked Trino server: TRINO_HOME, or one that is fetched once with Maven (821 MB) and kept in the
 * user's cache.
 */
export async function serverFolder(say: (line: string) => void): Promise<string> {
  const own = process.env['TRINO_HOME']
  if (own) return own
  const folder = unpackedFolder()
  if (await isFetched()) return folder
  await mkdir(cacheFolder(), { recursive: true })
  const archive = await download(say)
  say(`unpacking Trino ${VERSION}`)
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished)
  await run('tar', ['xzf', archive, '-C', unfinished, '--strip-components=1'])
  // Files of one plugin are links to those of another: only what is unpacked whole can be thinned out.
  for (const name of await readdir(join(unfinished, 'plugin')))
    if (!PLUGINS.includes(name)) await rm(join(unfinished, 'plugin', name), { recursive: true })
  await rename(unfinished, folder)
  return folder
}

async function download(say: (line: string) => void): Promise<string> {
  const kept = join(
    homedir(),
    '.m2',
    'repository',
    'io',
    'trino',
    'trino-server',
    VERSION,
    `trino-server-${VERSION}.tar.gz`,
  )
  if (await has(kept)) return kept
  say(`fetching ${ARTIFACT} with Maven (821 MB)`)
  await run('mvn', ['-q', 'dependency:get', `-Dartifact=${ARTIFACT}`, '-Dtransitive=false']).catch(
    (error: unknown) => {
      throw new Error('Trino could not be fetched: install Maven, or set TRINO_HOME to an unpacked server', {
        cause: error,
      })
    },
  )
  return kept
}
