export { type Closed, closeSpace } from './close-space.ts'
export { dataWindow } from './data-window.ts'
export type { Extract } from './extract/compile-extract.ts'
export {
  type CheckOptions,
  checkSubmission,
  type DisclosureProfile,
  type EarlierRelease,
  FR_SNDS,
  HIDDEN_REASON,
  PROFILES,
} from './disclosure/index.ts'
export { keepDraft, readDraft } from './draft-output.ts'
export { explainExtract, type Manifest, readManifest } from './manifest.ts'
export type { ProjectSpace } from './model.ts'
export { compilePermit, openSpace, type Opened, type OpenOptions } from './open-space.ts'
export type * from './output-model.ts'
export { openProjectSpace } from './project-space.ts'
export { submitOutput, type SubmitOptions, type Submitted } from './release.ts'
export { tellReceipts, verifyHubReceipts } from './tell-receipts.ts'
