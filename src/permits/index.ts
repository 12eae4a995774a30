export { type DraftOptions, draftPermit, type StudyOfPermit } from './draft.ts'
export {
  type Cohort,
  type Identifier,
  INVENTED,
  parsePermit,
  type Permit,
  type SignedPermit,
  type Transform,
} from './model.ts'
export {
  createSigner,
  permitHash,
  readPermit,
  requestFor,
  revokePermit,
  type RunRole,
  signPermit,
  verifyPermit,
  writeDraft,
} from './permits.ts'
export { linkageFits, newestRelease, readRelease, type Release, type ReleaseColumn } from './release.ts'
export { canOpen, canTrust, canUse, checkOpen, checkTrust, checkUse, type Request } from './rules.ts'
export { showPermit } from './show.ts'
