/**
 * The protections of an extract, each of which can be left out to prove that the test that watches it turns red.
 * Only tests name them: the process that makes an extract always uses `ALL`.
 */
export interface Guards {
  /** Objectors are anti-joined. */
  readonly opposition: boolean
  /** Only the columns that the permit names. */
  readonly allowList: boolean
  /** Events are numbered in the order of the space's own ids. */
  readonly numbering: boolean
  /** Ids of persons, providers, places and centres are pseudonyms of the space. */
  readonly pseudonyms: boolean
}

export const ALL: Guards = { opposition: true, allowList: true, numbering: true, pseudonyms: true }
