export { type CheckOptions, checkSubmission } from './check.ts'
export type { EarlierRelease } from './gather.ts'
export {
  type DisclosureProfile,
  FR_SNDS,
  HIDDEN_REASON,
  PROFILES,
} from './profile.ts'
