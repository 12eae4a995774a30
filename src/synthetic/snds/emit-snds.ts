import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBeneficiaries } from './beneficiaries.ts'
import { writeSheets } from './city.ts'
import { layCatalogue } from './city-catalogue.ts'
import { costEffects } from './effects.ts'
import { flowPeriods } from './flow-periods.ts'
import { closeLedger, noteLines, openLedger } from './ledger.ts'
import { writeHospitalLines, writeLines, writeReversals } from './lines.ts'
import type { CostEffects, SndsContext } from './model.ts'
import { layPlaces } from './places.ts'
import { layTime } from './segments.ts'
import { laySites, writeStays } from './stays.ts'
import { closeCosts, noteCosts, openCosts } from './truth.ts'
import { writeVisits } from './visits.ts'
import { writeFlow } from './write-flow.ts'
import { writeHospital } from './write-hospital.ts'

/** How many steps `emitSnds` tells: lives, care, each flow file, hospitals. */
export const emissionSteps = (window: SndsContext['window'], persons: number): number =>
  flowPeriods(window, persons).length + 3

/**
 * Writes the SNDS deliveries of the invented country (`snds/`), what is truly due (`truth/cost.parquet`,
 * `truth/cost_lost.parquet`) and the ledger of planted defects (`truth/defects.parquet`), from the latent
 * tables that stand in the engine: person, affiliation, residence, rare, hospital_contact, institution.
 * Returns the costs that were planted, for truth/effects.json. The same seed writes the same bytes.
 */
export async function emitSnds(context: SndsContext): Promise<CostEffects> {
  const { engine } = context
  // Joins run as they are written, the small table on the right: the engine guesses badly how many lines a sheet has.
  await engine.run("set disabled_optimizers = 'join_order,build_side_probe_side'")
  try {
    return await emit(context)
  } finally {
    await engine.run('reset disabled_optimizers')
  }
}

async function emit(context: SndsContext): Promise<CostEffects> {
  const { engine, options, window, out, seed } = context
  await mkdir(join(out, 'snds'), { recursive: true })
  await mkdir(join(out, 'truth'), { recursive: true })
  const periods = flowPeriods(window, options.persons)
  const say = (done: number, what: string) => context.progress?.(done, what)
  say(0, 'lives')
  await layTime(context)
  await laySites(context)
  await layPlaces(context)
  await layCatalogue(engine, seed)
  say(1, 'care')
  await writeSheets(context)
  await writeStays(context)
  await writeVisits(context)
  await writeHospitalLines(context)
  await writeReversals(context)
  await openLedger(context)
  await openCosts(context)
  for (const [index, period] of periods.entries()) {
    say(2 + index, `flow ${period.name}`)
    await writeLines(context, period)
    await writeFlow(context, period)
    await noteCosts(context)
    if (options.defects) await noteLines(context, period)
  }
  say(2 + periods.length, 'hospitals')
  await writeHospital(context)
  await writeBeneficiaries(context)
  await closeCosts(context)
  await closeLedger(context)
  const effects = await costEffects(context)
  await dropAll(context)
  say(emissionSteps(window, options.persons), 'done')
  return effects
}

async function dropAll({ engine }: SndsContext): Promise<void> {
  const tables = await engine.rows<{ table_name: string }>(
    `select table_name from duckdb_tables() where table_name like 'snds\\_%' escape '\\' and temporary`,
  )
  for (const { table_name } of tables) await engine.run(`drop table ${table_name}`)
}
