import { execFile, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

/**
 * The processes of the nodes in a folder: of a cluster, of one of its nodes, or of all clusters of a test run. The
 * launcher's own file of the number is not always right, but a process says in which folder it keeps its data.
 */
export async function processesIn(folder: string): Promise<number[]> {
  const told = `-Dnode.data-dir=${folder}/`
  const numbers = await readdir('/proc').catch(() => undefined)
  if (!numbers) return listed(told)
  const found: number[] = []
  for (const name of numbers) {
    if (!/^\d+$/.test(name)) continue
    // A killed process that nobody has waited for yet has no command any more.
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (command.split('\0').some((word) => word.startsWith(told))) found.push(Number(name))
  }
  return found
}

/** Where there is no /proc. */
async function listed(told: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,command='], { maxBuffer: 1 << 26 })
  return stdout
    .split('\n')
    .filter((line) => line.includes(told))
    .map((line) => Number.parseInt(line, 10))
}

/** Ends them as a power cut would. */
export async function killIn(folder: string): Promise<void> {
  for (;;) {
    const numbers = await processesIn(folder)
    if (numbers.length === 0) return
    for (const number of numbers) end(number)
    await wait(100)
  }
}

function end(number: number): void {
  try {
    process.kill(number, 'SIGKILL')
  } catch (error) {
    // It may have ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Ends them when the process that they work for is gone: a killed test run has no time to do it. */
export async function endWith(owner: number, folder: string): Promise<void> {
  const watch = 'while kill -0 "$1" && kill -0 "$2"; do sleep 2; done; kill -9 "$2"'
  for (const number of await processesIn(folder))
    spawn('sh', ['-c', watch, 'watch', String(owner), String(number)], {
      detached: true,
      stdio: 'ignore',
    }).unref()
}
