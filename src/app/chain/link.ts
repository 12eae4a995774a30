import { type LinkageMethod, link as linkInMatcher } from '../../identity/index.ts'
import { INVENTED } from '../../permits/index.ts'
import { type CheckedSubmission, checkSubmission, FR_SNDS, tellReceipts } from '../../spaces/index.ts'
import type { Hub } from '../../store/index.ts'
import { silent, type Tell } from './model.ts'
import { tellOnce } from './tell-once.ts'

/**
 * Links the registry to the claims. The linkage's report on itself leaves the matcher only as the output check
 * lets it: the same check and threshold as for any study.
 */
export async function link(
  hub: Hub,
  as: string,
  tell: Tell = silent,
  {
    method,
    compare,
    mostFalse,
  }: { readonly method?: LinkageMethod; readonly compare?: boolean; readonly mostFalse?: number } = {},
) {
  const linked = await linkInMatcher<CheckedSubmission>({
    trusted: hub.path('trusted'),
    lake: hub.path('lake'),
    receipts: hub.path('receipts'),
    today: hub.today(),
    engine: hub.engine,
    ...(method === undefined ? {} : { method }),
    ...(compare === undefined ? {} : { compare }),
    ...(mostFalse === undefined ? {} : { mostFalse }),
    check: (submission) => checkSubmission(submission, FR_SNDS),
    ...(hub.config.synthetic ? { notice: INVENTED } : {}),
    onProgress: ({ stage, done, total }) => tell(stage, done, total),
  })
  await tellOnce(hub, {
    who: as,
    act: 'identity/link',
    subject: linked.version,
    hashes: { links: linked.sha256 },
  })
  await tellReceipts(hub, as)
  return linked
}
