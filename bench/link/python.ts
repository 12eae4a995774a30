import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Python that has Splink, in a virtual environment of its own; undefined, and said, where that cannot be made. */
export function pythonWithSplink(): string | undefined {
  const venv = join(tmpdir(), 'chainon-splink-5.0.0')
  const python = join(venv, 'bin', 'python')
  try {
    execFileSync(python, ['-c', 'import splink'], { stdio: 'ignore' })
    return python
  } catch {
    try {
      execFileSync('python3', ['-m', 'venv', venv], { stdio: 'ignore' })
      execFileSync(python, ['-m', 'pip', 'install', '-q', 'splink==5.0.0', 'duckdb<2'], { stdio: 'ignore' })
      return python
    } catch {
      console.error('skipped: Splink, because it cannot be installed with pip here')
      return undefined
    }
  }
}
