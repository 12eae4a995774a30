import { ChainonError } from '../../base/index.ts'

/**
 * What a statement got wrong, in Trino's words. They may hold a value of a row (`Cannot cast 'X' to date`), so this is
 * no ChainonError: a role keeps the words of such errors in its own folder.
 */
export class TrinoQueryError extends Error {
  readonly errorName: string

  constructor(errorName: string, message: string) {
    super(message)
    this.name = 'TrinoQueryError'
    this.errorName = errorName
  }
}

interface Asked {
  readonly address: string
  readonly login: { readonly user: string }
  readonly catalog: string
  readonly schema: string
}

/** A worker went away while it held a part of a query. */
const LOST_WORKER = new Set([
  'REMOTE_HOST_GONE',
  'REMOTE_TASK_ERROR',
  'REMOTE_TASK_MISMATCH',
  'PAGE_TRANSPORT_ERROR',
  'PAGE_TRANSPORT_TIMEOUT',
  'TOO_MANY_REQUESTS_FAILED',
  'NO_NODES_AVAILABLE',
  'CLUSTER_OUT_OF_MEMORY',
])

/** What is wrong with the cluster or with the rights on it, rather than with the statement. */
export function asChainonError(
  { address, login, catalog, schema }: Asked,
  { errorName, message }: { readonly errorName: string; readonly message: string },
): ChainonError | undefined {
  const details = { errorName }
  if (errorName === 'CATALOG_NOT_FOUND')
    return new ChainonError(
      'trino/catalog',
      `${address} has no catalogue ${named('Catalog', message) ?? catalog}`,
      {
        advice: 'Is trino.catalog in chainon.yaml one that the cluster shows (SHOW CATALOGS)?',
        details,
      },
    )
  if (errorName === 'SCHEMA_NOT_FOUND')
    return new ChainonError(
      'trino/schema',
      `${address} has no schema ${named('Schema', message) ?? `${catalog}.${schema}`}`,
      {
        advice: 'Is trino.schema in chainon.yaml right? The hub makes it where it may.',
        details,
      },
    )
  if (errorName === 'PERMISSION_DENIED')
    return new ChainonError('trino/right', `${login.user} lacks a right on ${address}: ${message}`, {
      advice: 'Its administrator grants it, in the access rules of the cluster.',
      details,
    })
  if (LOST_WORKER.has(errorName))
    return new ChainonError(
      'trino/worker-lost',
      `${address} lost a worker or its memory in the middle of a step (${errorName})`,
      {
        advice:
          'Run the command again: what was finished is not done twice. With fault-tolerant execution the cluster goes on by itself.',
        details,
      },
    )
  if (errorName === 'USER_CANCELED' || errorName === 'ADMINISTRATIVELY_KILLED')
    return new ChainonError('trino/cancelled', `a step was ended on ${address} (${errorName})`, {
      advice: 'Run the command again: what was finished is not done twice.',
      details,
    })
  return undefined
}

const named = (what: 'Catalog' | 'Schema', message: string): string | undefined =>
  new RegExp(`${what} '([^']+)'`).exec(message)?.[1]
