/* A command with its time and the peak memory of all its processes together. */
import { spawn } from 'node:child_process'
import { memoryOf } from '../memory.ts'

export interface Measured {
  readonly seconds: number
  readonly memoryGb: number
}

/** @throws when the command fails */
export async function measured(command: string, args: readonly string[]): Promise<Measured> {
  const started = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  let memory = 0
  const watch = setInterval(() => {
    void memoryOf(child.pid as number).then((now) => (memory = Math.max(memory, now)))
  }, 200)
  const code = await new Promise((done) => child.once('close', done))
  clearInterval(watch)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`)
  return {
    seconds: Number(((performance.now() - started) / 1000).toFixed(1)),
    memoryGb: Number((memory / 1e9).toFixed(2)),
  }
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
