import { spawnRole } from '../../identity/index.ts'
import {
  createSigner,
  draftPermit,
  newestRelease,
  signPermit,
  verifyPermit,
  writeDraft,
} from '../../permits/index.ts'
import { dataWindow } from '../../spaces/index.ts'
import type { Hub } from '../../store/index.ts'
import { dromos } from '../../studies/index.ts'

export const ANALYST = 'Camille Leroux'
export const COMMITTEE = 'Access committee'
export const PERMIT = 'dromos'

/** Drafts and signs the permit of the study over the newest data, unless it stands already. */
export async function grantPermit(hub: Hub): Promise<Hub> {
  const withSigner = await createSigner(hub, COMMITTEE, spawnRole)
  const denials = await verifyPermit(withSigner, PERMIT).catch(() => [{ code: 'permit/unknown' as const }])
  if (denials.length === 0) return withSigner
  const release = await newestRelease(withSigner)
  const period = await dataWindow(withSigner, release.version)
  const year = Number(withSigner.today().slice(0, 4))
  await writeDraft(
    withSigner,
    draftPermit(release, dromos, {
      ...(period ? { period } : {}),
      users: [ANALYST],
      from: withSigner.today(),
      until: `${year + 1}-12-31`,
    }),
  )
  await signPermit(withSigner, PERMIT, COMMITTEE, spawnRole)
  return withSigner
}
