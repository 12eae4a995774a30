export { type Added, addRecords } from './add-records.ts'
export { readKnown } from './records/known.ts'
export { linkRecords, type Linked } from './link-records.ts'
export { type CountedPairs, countPairs } from './pairs/count.ts'
export { type LinkageModel, modelSchema, readColumns, readModel } from './model.ts'
export type { Source } from './records/receive.ts'
export {
  type Answered,
  openReview,
  readAnswer,
  type ReviewDesk,
  type ReviewPlace,
  reviewSoFar,
} from './review/desk.ts'
export type { Reading, Together } from './review/queue.ts'
export { readLabels } from './review/store.ts'
export { writeResults } from './results.ts'
export { type Suggestion, suggest, type Wanted } from './suggest/suggest.ts'
export { fromSplink, isSplink } from './splink/from-splink.ts'
