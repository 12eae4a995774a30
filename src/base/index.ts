export { allEnded } from './all-ended.ts'
export { canonicalJson, sha256 } from './canonical.ts'
export { publicKeyFrom, signBytes, verifyBytes } from './ed25519.ts'
export { ChainonError, type Denial, throwing } from './errors.ts'
export {
  exists,
  hashFile,
  isTemporary,
  partName,
  partsOf,
  sizeOf,
  temporaryBeside,
  writeAtomically,
  writeText,
} from './files.ts'
export { base32, bytesFor, repeatedChance } from './randomness.ts'
export { bytesIn, requireSpace } from './space.ts'
export { wilsonInterval } from './wilson.ts'
