import { type Denial, throwing } from '../base/index.ts'
import type { Reading } from './signature.ts'
import { signatureHolds } from './signature.ts'

/** All that a decision about a permit looks at. */
export interface Request {
  /** The id under which the permit was asked for. */
  readonly id: string
  readonly reading: Reading
  readonly signers: readonly { readonly name: string; readonly publicKey: string }[]
  readonly revoked: ReadonlySet<string>
  /** `YYYY-MM-DD` */
  readonly today: string
  /** Is the hub an invented one? Its permits say so, and those of other hubs do not. */
  readonly synthetic: boolean
}

/** Is this the very permit that a listed signer signed? */
export function canTrust({ id, reading, signers, synthetic }: Request): Denial[] {
  if (reading.state === 'unsigned') return [{ code: 'permit/unsigned', permit: id }]
  if (reading.state === 'unreadable') return [{ code: 'permit/altered', permit: id }]
  const { body, signature } = reading.signed
  const signer = signers.find((one) => one.name === signature.signer)
  if (!signer) return [{ code: 'permit/foreign-signer', permit: id, signer: signature.signer }]
  if (!signatureHolds(reading.signed, signer.publicKey) || body.id !== id)
    return [{ code: 'permit/altered', permit: id }]
  if ((body.notice !== undefined) !== synthetic) return [{ code: 'permit/other-hub', permit: id }]
  return []
}

/** Does the permit hold today? Nothing is said of the content of a permit that cannot be trusted. */
export function canUse(request: Request): Denial[] {
  const untrusted = canTrust(request)
  if (untrusted.length > 0 || request.reading.state !== 'signed') return untrusted
  const { body } = request.reading.signed
  const { today } = request
  const denials: Denial[] = []
  if (request.revoked.has(body.id)) denials.push({ code: 'permit/revoked', permit: body.id })
  if (today < body.from) denials.push({ code: 'permit/not-yet-valid', permit: body.id, from: body.from })
  if (today > body.until) denials.push({ code: 'permit/expired', permit: body.id, until: body.until })
  return denials
}

/** May `as` open the space of this permit today? */
export function canOpen(request: Request & { readonly as: string }): Denial[] {
  const denials = canUse(request)
  const { reading, as } = request
  if (reading.state !== 'signed' || canTrust(request).length > 0) return denials
  const { id, users } = reading.signed.body
  if (!users.some((user) => user.name === as))
    denials.push({ code: 'permit/person-not-named', permit: id, person: as })
  return denials
}

export const checkTrust = throwing(canTrust)
export const checkUse = throwing(canUse)
export const checkOpen = throwing(canOpen)
