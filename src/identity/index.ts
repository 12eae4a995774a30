export type { LinkageSubmission } from './linkage/report/model.ts'
export type { Linked } from './linkage/link-bndmr-snds.ts'
export type { Pseudonymised } from './pseudonymise/pseudonymise-snds.ts'
export type { RoleContext, RoleName, RoleProgress, RoleTask } from './roles/model.ts'
export type { RungOutcome } from './linkage/climb-ladder.ts'
export type { Method as LinkageMethod } from './linkage/matched.ts'
export { createKeys, destroySecretFile } from './keys.ts'
export { appendReceipt } from './receipts/append-receipt.ts'
export { describeFiles } from './receipts/describe-files.ts'
export type { Destroyed, ReceiptBody } from './receipts/model.ts'
export {
  type ReceiptsVerdict,
  signedReceipts,
  type Told,
  verifyReceipts,
} from './receipts/verify-receipts.ts'
export { currentLinks, currentOppositions, type LakeVersion } from './current-version.ts'
export type { FalseMatches } from './linkage/quality/estimate.ts'
export { linkageSteps } from './linkage/linkage-steps.ts'
export { evaluateLinks, type LinkQuality, truePairs } from './linkage/evaluate-links.ts'
export { hubId, idmrText, nirText, producerPseudonym, projectPseudonym, psaText } from './pseudonyms.ts'
export { type RoleJob, spawnRole } from './roles/spawn-role.ts'
export {
  link,
  type LinkRequest,
  type LinkResult,
  pseudonymiseSnds,
  type ReceivedBndmr,
  type ReceivedOppositions,
  receiveBndmr,
  receiveOppositions,
  rotateMatcherKey,
} from './runs.ts'
export type { Rotated } from './rotation/model.ts'
