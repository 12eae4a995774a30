import { readdir, readFile } from 'node:fs/promises'

/** Resident memory of a process and all that it started, in bytes. */
export async function memoryOf(root: number): Promise<number> {
  const parents = new Map<number, number[]>()
  const resident = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const parent = Number(fields[1])
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)])
    resident.set(Number(name), Number(fields[21]) * 4096)
  }
  let sum = 0
  for (const queue = [root]; queue.length > 0; ) {
    const pid = queue.pop() as number
    sum += resident.get(pid) ?? 0
    queue.push(...(parents.get(pid) ?? []))
  }
  return sum
}
