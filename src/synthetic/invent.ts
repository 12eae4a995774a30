import { layAffiliations, layNirs } from './affiliations.ts'
import { layCentres } from './centres.ts'
import { layContacts } from './contacts.ts'
import type { Making } from './model.ts'
import { layOppositions } from './oppositions.ts'
import { layPatients, layRare } from './patients.ts'
import { layCommunes, layInstitutions } from './places.ts'
import { layPersons } from './population.ts'
import { drawsOf } from './random.ts'
import { layRegistry } from './registry.ts'

/** Stages that `inventCountry` tells. */
export const inventStages = ['population', 'patients', 'registry'] as const

/** Lays the latent tables of a country in its engine: what is true, and what registry and rights office hold of it. */
export async function inventCountry(
  making: Making,
  key: Uint8Array,
  today: string,
  onStage: (stage: (typeof inventStages)[number]) => void = () => undefined,
): Promise<void> {
  onStage('population')
  await layCommunes(making)
  await layInstitutions(making)
  await layPersons(making)
  await layNirs(making)
  await layAffiliations(making, key)
  onStage('patients')
  await layCentres(making)
  await layPatients(making)
  await layContacts(making)
  await layRare(making)
  await hideAbsent(making)
  onStage('registry')
  await layRegistry(making)
  await layOppositions(making, today)
}

/** Patients whom the claims do not know at all. */
async function hideAbsent({ engine, seed, noise }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  await engine.run(
    `update person set in_snds = false where rare and ${u('absent', 'person')} < ${noise.absent}`,
  )
}
