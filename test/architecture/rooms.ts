/** Which room may import which (docs/explanation/rooms.md tells why). `app` may import all; nobody imports app. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  base: [],
  engine: ['base'],
  store: ['base'],
  page: [],
  sources: ['base', 'engine'],
  linkage: ['base', 'engine', 'page'],
  identity: ['base', 'engine', 'sources'],
  synthetic: ['base', 'engine', 'sources', 'identity'],
  omop: ['base', 'engine', 'sources'],
  permits: ['base', 'store'],
  spaces: ['base', 'engine', 'store', 'permits', 'identity'],
  studies: ['base', 'engine', 'page', 'omop', 'spaces'],
  app: [
    'base',
    'engine',
    'store',
    'page',
    'sources',
    'linkage',
    'identity',
    'synthetic',
    'omop',
    'permits',
    'spaces',
    'studies',
  ],
}

/** What a study may not name although it may enter the room: nothing that opens a connection or a file. */
const closedToStudies = ['openDuckDb', 'Plan', 'Ledger']

const from = (room: string, rest: string): string[] => [`**/../${room}/${rest}`, `../${room}/${rest}`]

/** The lint rules that hold the walls, made from the table above. */
export function roomRules(): object[] {
  const names = Object.keys(rooms)
  return names.map((room) => {
    const allowed = rooms[room] ?? []
    const forbidden = names.filter((other) => other !== room && !allowed.includes(other))
    const patterns: object[] = []
    // The linter stops at a pattern that lets an import pass, so the narrow ones come first.
    if (room === 'studies') {
      patterns.push({
        regex: 'engine/index\\.ts$',
        importNames: closedToStudies,
        message: 'a study has no connection of its own: it asks its project space',
      })
      patterns.push({
        regex: 'spaces/index\\.ts$',
        allowTypeImports: true,
        message: 'a study knows the types of a project space, not how to open one',
      })
    }
    if (room === 'synthetic')
      patterns.push({
        regex: 'sources/index\\.ts$',
        importNamePattern: '[Rr]ule|[Cc]lean|[Ll]oss|[Rr]esidence',
        message: 'the generator plants defects by meaning, never with the predicate of a rule',
      })
    if (forbidden.length > 0)
      patterns.push({
        group: forbidden.flatMap((other) => from(other, '**')),
        message: `${room} may not import this room (docs/explanation/rooms.md)`,
      })
    if (allowed.length > 0)
      patterns.push({
        group: [
          ...allowed.flatMap((other) => from(other, '**')),
          ...allowed.flatMap((other) => from(other, 'index.ts').map((path) => `!${path}`)),
        ],
        message: 'another room is entered by its index.ts only',
      })
    return {
      files: [`src/${room}/**/*.ts`],
      excludeFiles: ['**/*.test.ts', '**/*.fixture.ts'],
      rules: patterns.length === 0 ? {} : { 'no-restricted-imports': ['error', { patterns }] },
    }
  })
}

/** The whole of .oxlintrc.json. */
export function lintConfig(): object {
  return {
    $schema: './node_modules/oxlint/configuration_schema.json',
    plugins: ['typescript', 'import', 'unicorn', 'oxc'],
    categories: { correctness: 'error', suspicious: 'error' },
    rules: {
      'import/no-cycle': 'error',
      'unicorn/consistent-function-scoping': 'off',
      'unicorn/no-array-sort': 'off',
      'unicorn/no-array-reverse': 'off',
      'no-await-in-loop': 'off',
    },
    ignorePatterns: ['dist', 'node_modules'],
    overrides: roomRules(),
  }
}
