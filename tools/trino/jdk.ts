import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
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
  const homes = [
    process.env['JAVA_HOME'],
    ...(process.env['PATH'] ?? '').split(':').map((bin) => (bin.endsWith('/bin') ? bin.slice(0, -4) : undefined)),
    ...installed.map((name) => join('/usr/lib/jvm', name)),
  ]
  const found: Jdk[] = []
  for (const home of new Set(homes)) {
    const major = home ? await majorOf(home) : undefined
    if (home && major !== undefined && major >= LEAST_JAVA) found.push({ home, major })
  }
  return found.sort((a, b) => b.major - a.major)[0]
}

async function majorOf(home: string): Promise<number | undefined> {
  const java = join(home, 'bin', 'java')
  if (!(await stat(java).catch(() => undefined))) return undefined
  const said = await promisify(execFile)(java, ['-version']).catch(() => undefined)
  const major = /version "(\d+)/.exec(said?.stderr ?? '')?.[1]
  return major === undefined ? undefined : Number(major)
}
