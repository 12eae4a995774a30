import { isAbsolute, relative } from 'node:path'
import { ChainonError } from '../../base/index.ts'

/**
 * A folder of the hub that the cluster sees, as one catalogue. Each role has catalogues of its own: in a catalogue
 * nothing outside its folder can be named.
 */
export interface Place {
  /** Absolute path of the folder on this machine. */
  readonly folder: string
  readonly catalog: string
  /** The same folder as the cluster calls it, with a slash at its end: `local:///`, `s3://bucket/hub/lake/`. */
  readonly location: string
}

/**
 * Where the cluster finds a path of this machine.
 * @throws trino/not-shared when none of the folders that it sees holds it
 */
export function located(places: readonly Place[], path: string): { place: Place; location: string } {
  for (const place of places) {
    const inside = relative(place.folder, path)
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) continue
    return { place, location: `${place.location}${inside}` }
  }
  throw new ChainonError('trino/not-shared', `${path} stands in no folder that the cluster sees`)
}
