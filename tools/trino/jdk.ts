import { execFile } from 'node:child_process'
import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** What Trino 476 runs on; the `java` of PATH is often an older one. */
export const LEAST_JAVA = 24

export interface Jdk {
  readonly home: string
  readonly major: number
}

/** The newest JDK of JAVA_HOME, PATH and /usr/lib/jvm that Trino can run on, or nothing. */
export async function findJdk(): Promise<Jdk | undefined> {
  const installed = await readdir('/usr/lib/jvm').catch(() => [])
  const onPath = await Promise.all(
    (process.env['PATH'] ?? '').split(':').map((bin) => homeOf(join(bin, 'java'))),
  )
  const homes = [process.env['JAVA_HOME'], ...onPath, ...installed.map((name) => join('/usr/lib/jvm', name))]
  const found: Jdk[] = []
  for (const home of new Set(homes)) {
    const major = home ? await majorOf(home) : undefined
    if (home && major !== undefined && major >= LEAST_JAVA) found.push({ home, major })
  }
  return found.sort((a, b) => b.major - a.major)[0]
}

/** `java` on PATH is a link to a link to the one that is meant. */
const homeOf = (java: string): Promise<string | undefined> =>
  realpath(java).then(
    (real) => dirname(dirname(real)),
    () => undefined,
  )

async function majorOf(home: string): Promise<number | undefined> {
  const java = join(home, 'bin', 'java')
  if (!(await stat(java).catch(() => undefined))) return undefined
  const said = await promisify(execFile)(java, ['-version']).catch(() => undefined)
  const major = /version "(\d+)/.exec(said?.stderr ?? '')?.[1]
  return major === undefined ? undefined : Number(major)
}
