export { createKeys } from './keys.ts'
export { hubId, idmrText, nirText, producerPseudonym, projectPseudonym, psaText } from './pseudonyms.ts'
export type { RoleContext, RoleName, RoleProgress, RoleTask } from './roles/model.ts'
export { type RoleJob, spawnRole } from './roles/spawn-role.ts'
