export type { LinkageSubmission } from './linkage/report/model.ts'
export type { Linked } from './linkage/link-bndmr-snds.ts'
export type { Pseudonymised } from './pseudonymise/pseudonymise-snds.ts'
export type { RoleContext, RoleName, RoleProgress, RoleTask } from './roles/model.ts'
export type { RungOutcome } from './linkage/climb-ladder.ts'
export type { Method as LinkageMethod } from './linkage/match.ts'
export { createKeys } from './keys.ts'
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
} from './runs.ts'
