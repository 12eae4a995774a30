import { ChainonError } from '../../base/index.ts'
import { dialectOf, explain, type Step } from '../../engine/index.ts'
import { linkageSteps } from '../../identity/index.ts'
import { buildSteps } from '../../omop/index.ts'
import { requestFor } from '../../permits/index.ts'
import { cleaningSteps } from '../../sources/index.ts'
import { compilePermit } from '../../spaces/index.ts'
import type { Hub } from '../../store/index.ts'
import { studies } from '../../studies/index.ts'

/** The day and the window that stand in a step which is shown without a hub. */
const SHOWN = { today: '2021-01-04', window: { from: '2017-01-01', until: '2019-12-31' } }

/** Every step that can be shown, by name: `snds/ER_PRS_F/cost`, `link/pairs`, `omop/cost`, `dromos/costs`. */
export function explainable(hub?: Hub): Map<string, Step> {
  const today = hub?.today() ?? SHOWN.today
  const steps = new Map<string, Step>()
  const add = (room: string, named: Readonly<Record<string, Step>>): void => {
    for (const [name, one] of Object.entries(named)) steps.set(`${room}/${name}`, one)
  }
  add('snds', cleaningSteps())
  add('link', linkageSteps(today))
  add('omop', buildSteps({ synthetic: hub?.config.synthetic ?? false, today, window: SHOWN.window }))
  for (const study of studies) add(study.id, study.steps(SHOWN.window))
  return steps
}

/** The statements of the extract that a permit compiles to, by table. */
async function extractSteps(hub: Hub, permit: string): Promise<[string, Step][]> {
  const { reading } = await requestFor(hub, permit)
  if (reading.state !== 'signed') return []
  const { tables } = await compilePermit(hub, reading.signed.body)
  return tables.map(({ name, step }) => [`space/${permit}/${name}`, step])
}

/**
 * The SQL of a step as a person reads it, for the engine of the hub.
 * @throws explain/unknown naming the steps that come near
 */
export async function explainStep(name: string, hub?: Hub): Promise<string> {
  const steps = explainable(hub)
  const permit = /^space\/([^/]+)\//.exec(name)?.[1]
  if (permit && hub) for (const [each, one] of await extractSteps(hub, permit)) steps.set(each, one)
  const found = steps.get(name)
  if (found) return explain(found, { dialect: dialectOf(hub?.engine.engine ?? 'duckdb') })
  const word = name.split('/').at(-1) ?? name
  const near = [...steps.keys()]
    .filter((each) => each.includes(word))
    .sort((a, b) => a.length - b.length)
    .slice(0, 8)
  throw new ChainonError('explain/unknown', `there is no step ${name}`, {
    advice:
      near.length > 0
        ? `Do you mean ${near.join(', ')}?`
        : '`chainon explain` without a name lists them; those of a permit are space/<permit>/<table>, with --hub.',
  })
}
