/** What a rotation of the matcher's key is asked. */
export interface RotateInput {
  readonly lake: string
  readonly receipts: string
  readonly ledgerPath: string
  /** Folders of the hub beside the lake: no hub id may stand in them, and they are looked through for it. */
  readonly beside: readonly string[]
  /** Stands while the trees change places: no other command may begin. */
  readonly unfinished: string
  /** Of a synthetic hub: the next key follows from it. */
  readonly seed?: string
}

/** What a rotation did, as its receipt tells it too. */
export interface Rotated {
  /** Which key the hub ids are under now; the first is 1. */
  readonly version: number
  readonly persons: number
  /** Ids of older versions whose level 1 the matcher no longer knows. */
  readonly orphans: number
  /** Files that were written anew, and how often an id stood in them. */
  readonly files: number
  readonly ids: number
  /** Files that were looked through for old ids, and what was found. */
  readonly scanned: number
  readonly oldIdsLeft: 0
  /** Name of the receipt. */
  readonly receipt: string
  /** Files of the lake that are made from others and have to be made again. */
  readonly dropped: readonly string[]
}

/** Once it stands, every table is written and proved, and what is left is to change places. */
export interface Switch {
  readonly rotated: Rotated
  /** The files of the lake that were re-keyed, inside it. */
  readonly rekeyed: readonly string[]
  /** By the hash before: that after. */
  readonly hashes: readonly (readonly [string, string])[]
}
