import { ChainonError } from '../../base/index.ts'
import { duckdb, explain } from '../../engine/index.ts'
import { checkOpen, requestFor } from '../../permits/index.ts'
import {
  keepDraft,
  openProjectSpace,
  readDraft,
  readManifest,
  type Submission,
  type Submitted,
  submitOutput,
} from '../../spaces/index.ts'
import type { Hub } from '../../store/index.ts'
import { renderReport, type ReportMeta, type Study, studies } from '../../studies/index.ts'
import { deliveredFiles } from './deliveries.ts'

/** @throws study/unknown */
export function studyNamed(id: string): Study {
  const study = studies.find((one) => one.id === id)
  if (study) return study
  throw new ChainonError('study/unknown', `there is no study ${id}`, {
    advice: `There are: ${studies.map((one) => one.id).join(', ')}.`,
  })
}

/** Runs a study in the space of a permit, for one of its users; its tables stay there, unchecked. */
export async function runStudy(hub: Hub, study: Study, permit: string, as: string): Promise<Submission> {
  checkOpen({ ...(await requestFor(hub, permit)), as })
  const space = await openProjectSpace(hub, permit)
  try {
    const submission = await study.run(space)
    await keepDraft(hub, permit, submission)
    return submission
  } finally {
    await space.close()
  }
}

/** Hands in what a study made: it is checked and, if it passes, released with its report. */
export async function submitStudy(hub: Hub, study: Study, permit: string, as: string): Promise<Submitted> {
  const submission = await readDraft(hub, permit, study.id)
  const meta = await metaOf(hub, study, permit, as)
  return submitOutput({
    hub,
    permitId: permit,
    submission,
    as,
    render: (checked) => renderReport(checked, meta),
  })
}

/** What stands around the figures of a report. Nothing that changes from run to run. */
async function metaOf(hub: Hub, study: Study, id: string, as: string): Promise<ReportMeta> {
  const manifest = await readManifest(hub, id)
  if (!manifest)
    throw new ChainonError('space/not-open', `the space of ${id} is not open`, {
      advice: `Open it with: chainon space open ${id}`,
      exitCode: 3,
    })
  const { reading } = await requestFor(hub, id)
  const title = reading.state === 'signed' ? reading.signed.body.title : study.title
  return {
    title: study.title,
    permit: { id, title },
    period: manifest.period,
    dataVersion: `omop ${manifest.dataVersion}`,
    date: hub.today(),
    synthetic: hub.config.synthetic,
    lang: hub.config.locale,
    versions: {
      ...(manifest.links === null ? {} : { links: manifest.links }),
      oppositions: manifest.oppositions.version,
      software: manifest.code,
    },
    lineage: {
      space: Object.entries(manifest.tables).map(([name, { rows, sha256 }]) => ({ name, rows, sha256 })),
      sources: await deliveredFiles(hub),
    },
    commands: [
      `chainon space open ${id} --as "${as}"`,
      `chainon study run ${study.id} --space ${id} --as "${as}"`,
      `chainon output submit ${id} --study ${study.id} --as "${as}"`,
    ],
    queries: Object.fromEntries(
      Object.entries(study.steps(manifest.period)).map(([name, step]) => [
        name,
        explain(step, { dialect: duckdb }),
      ]),
    ),
  }
}
