/*
 * A model that Splink 5 trained, taken over by Chaînon: how far the match weights of the same pairs lie apart.
 *
 *   npm run build && npx tsx bench/link/splink-weights.ts [persons]
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDuckDb } from '../../src/engine/index.ts'
import { writePeople } from './people.ts'
import { pythonWithSplink } from './python.ts'

const [persons = 5000] = process.argv.slice(2).map(Number)
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const dir = await mkdtemp(join(tmpdir(), 'chainon-splink-weights-'))
const engine = await openDuckDb()
try {
  const python = pythonWithSplink()
  if (!python) process.exit(0)
  await writePeople(engine, { persons, overlap: 0.9, seed: 'weights' }, dir)
  execFileSync(python, [here('splink_weights.py'), dir], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [left, right, model] = ['left.parquet', 'right.parquet', 'splink-model.json'].map((name) =>
    join(dir, name),
  )
  execFileSync(
    process.execPath,
    [
      here('../../dist/app/cli/main.js'),
      'link',
      '--left',
      left,
      '--right',
      right,
      '--model',
      model,
      '--out',
      join(dir, 'linked'),
      '--json',
    ] as string[],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const [row] = await engine.rows(
    `select count(*) filter (where s.match_weight is not null and o.weight is not null) as pairs,
       count(*) filter (where s.match_weight is null or o.weight is null) as "in one only",
       max(abs(s.match_weight - o.weight)) as "largest difference"
     from '${join(dir, 'splink.parquet')}' as s
     full join '${join(dir, 'linked', 'pairs.parquet')}' as o on o.id_l = s.id_l and o.id_r = s.id_r`,
  )
  console.log(
    JSON.stringify({ bench: 'splink weights', persons, ...row }, (_, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : value,
    ),
  )
} finally {
  await engine.close()
  await rm(dir, { recursive: true, force: true })
}
