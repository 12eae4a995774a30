import { openDuckDb } from '../../engine/index.ts'
import { openReview, type Reading, type ReviewPlace } from '../../linkage/index.ts'
import { type Served, serveReview } from '../server/review.ts'

/** Opens the page of one reader. Records are read once, before it is there. */
export async function reviewPairs(
  place: ReviewPlace,
  reading: Reading,
  { showRecords, port }: { readonly showRecords: boolean; readonly port: number },
): Promise<Served> {
  if (!showRecords) return serveReview(await openReview(place, reading, undefined), port)
  const engine = await openDuckDb()
  const desk = await openReview(place, reading, engine).finally(() => engine.close())
  return serveReview(desk, port)
}
