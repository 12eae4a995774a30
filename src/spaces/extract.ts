import type { Columns, Step, Table } from '../engine/index.ts'
import { integerDivide, join, name, type Relation, type Sql, sql, step, table } from '../engine/index.ts'
import { ChainonError } from '../base/index.ts'
import type { Permit, Release } from '../permits/index.ts'
import { FACT_DOMAINS, KIND_OF, type Kind, SHAPES, type Shape } from './cdm-shape.ts'
import { cohort as cohortOf } from './cohort.ts'
import { type Exported, type ExportedTable, exportedTables } from './columns.ts'
import { ALL, type Guards } from './guards.ts'
import { at, clipped, shown, touches } from './transforms.ts'

/** CDM id → id of the space; `salt` is a secret number per person that orders rows which look alike. */
const MAPS = {
  person: table('person_ids', { cdm_id: 'bigint', space_id: 'bigint', salt: 'bigint' }),
  provider: table('provider_ids', { cdm_id: 'bigint', space_id: 'bigint' }),
  place: table('place_ids', { cdm_id: 'bigint', space_id: 'bigint' }),
  centre: table('centre_ids', { cdm_id: 'bigint', space_id: 'bigint' }),
} as const satisfies Record<Kind, Table>

/** A prime: multiplying by a salt below it moves every remainder to another, so that no order of ids survives. */
const PRIME = 2_147_483_647

/** A permit compiled against a data version: steps and the tables that they read, nothing run yet. */
export interface Extract {
  /** Tables of the data version, by name. */
  readonly lake: ReadonlyMap<string, Table>
  /** Bound to what the hub's role makes of the ids below with the secret of the space. */
  readonly maps: typeof MAPS
  readonly cohort: Step
  /** Events with both their numbers, for those that refer to them: written in trusted/ and removed. */
  readonly numbered: readonly Step[]
  /** One step per table of the space, in an order in which they can be written. */
  readonly tables: readonly { readonly name: string; readonly step: Step }[]
  readonly exported: readonly ExportedTable[]
}

/** Events before those that refer to them, things after those that name them. */
const ORDER = Object.keys(SHAPES).filter((one) => SHAPES[one]?.is === 'event' || SHAPES[one]?.is === 'cost')
const AFTER = ['person', 'provider', 'care_site', 'location', 'fact_relationship']

/**
 * Compiles a permit: who (cohort, oppositions), when (period) and what (columns) stand in the same statement of
 * each table.
 * @throws what `exportedTables` refuses, space/no-table
 */
export function compileExtract(
  { permit, release, today }: { permit: Permit; release: Release; today: string },
  guards: Guards = ALL,
): Extract {
  const exported = exportedTables(permit, release, guards)
  const lake = new Map(
    Object.entries(release.tables).map(([one, { columns }]) => [
      one,
      table(
        one,
        Object.fromEntries(columns.map((column) => [column.name, column.type.toLowerCase()])) as Columns,
      ),
    ]),
  )
  const compiler = new Compiler(permit, lake, exported, today, guards)
  return compiler.extract()
}

class Compiler {
  readonly #permit: Permit
  readonly #lake: ReadonlyMap<string, Table>
  readonly #exported: readonly ExportedTable[]
  readonly #guards: Guards
  readonly #cohort: Step
  readonly #members: Step
  readonly #numbered = new Map<string, Step>()
  readonly #referred = new Set<string>()
  readonly #final = new Map<string, Step>()

  constructor(
    permit: Permit,
    lake: ReadonlyMap<string, Table>,
    exported: readonly ExportedTable[],
    today: string,
    guards: Guards,
  ) {
    this.#permit = permit
    this.#lake = lake
    this.#exported = exported
    this.#guards = guards
    const who = cohortOf(permit, this.#table('condition_occurrence'), today, guards)
    this.#cohort = who
    this.#members = step('members', {
      reads: { c: who, m: MAPS.person },
      gives: { cdm_id: 'bigint', space_id: 'bigint', salt: 'bigint' },
      sql: ({ c, m }) => sql`
        select ${m.cdm_id} as cdm_id, ${m.space_id} as space_id, ${m.salt} as salt
        from ${c} join ${m} on ${m.cdm_id} = ${c.person_id}`,
    })
  }

  extract(): Extract {
    const compile = (one: ExportedTable) => {
      const shape = SHAPES[one.name] as Shape
      if (shape.is === 'event' || shape.is === 'cost') this.#final.set(one.name, this.#events(one, shape))
      else if (shape.is === 'thing') this.#final.set(one.name, this.#things(one, shape))
      else if (shape.is === 'facts') this.#final.set(one.name, this.#facts(one))
      else this.#final.set(one.name, this.#references(one, shape))
    }
    const first = [...ORDER, ...AFTER]
    const places = (one: ExportedTable) => first.indexOf(one.name) + 1 || first.length + 1
    for (const one of [...this.#exported].sort((a, b) => places(a) - places(b))) compile(one)
    return {
      lake: this.#lake,
      maps: MAPS,
      cohort: this.#cohort,
      numbered: [...this.#numbered].filter(([one]) => this.#referred.has(one)).map(([, made]) => made),
      tables: [...this.#final].map(([one, made]) => ({ name: one, step: made })),
      exported: this.#exported,
    }
  }

  /** Rows of persons or of their events, numbered anew in an order that only this space has. */
  #events(one: ExportedTable, shape: Shape): Step {
    const source = this.#table(one.name)
    const has = new Set(Object.keys(source.columns))
    const reads: Record<string, Relation> = { t: source }
    const joins: { alias: string; on: Sql; inner?: true }[] = []
    const owner = shape.is === 'cost' ? this.#costEvents(one, reads, joins) : 'm'
    if (owner === 'm') {
      reads['m'] = this.#members
      joins.push({ alias: 'm', on: sql`m.cdm_id = t.person_id`, inner: true })
    }
    const columns = one.columns
      .filter((column) => column.name !== shape.key)
      .map((column) => ({ column, value: this.#value(column, shape, owner, reads, joins) }))
    const key = shape.key
    const tie = key
      ? [
          sql`(${at('t', key)} % ${PRIME} * ${at(owner, 'salt')}) % ${PRIME}`,
          integerDivide(at('t', key), PRIME),
        ]
      : []
    const shownNames = columns.map(({ column }) => column.name)
    const order = (shape.order ?? []).filter((column) => shownNames.includes(column))
    const inner = join([
      ...columns.map(({ column, value }) => sql`${value} as ${name(column.name)}`),
      ...(key ? [sql`${at('t', key)} as cdm_key`] : []),
      sql`${at(owner, 'space_id')} as space_person`,
      sql`${at(owner, 'salt')} as salt`,
      ...tie.map((x, index) => sql`${x} as ${name(`tie_${index + 1}`)}`),
    ])
    const number = this.#guards.numbering
      ? sql`row_number() over (order by ${join(
          ['space_person', ...order, 'tie_1', 'tie_2'].map((column) => at('r', column)),
        )})`
      : sql`r.cdm_key`
    const typed = (list: readonly Exported[]) =>
      Object.fromEntries(list.map((column) => [column.name, column.type])) as Columns

    const numbered = step(`${one.name}_numbered`, {
      reads,
      gives: {
        ...(key ? { [key]: 'bigint', cdm_key: 'bigint' } : {}),
        space_person: 'bigint',
        salt: 'bigint',
        ...typed(columns.map(({ column }) => column)),
      } as Columns,
      ...(key ? { order: [key] } : {}),
      sql: (read) => sql`
        select ${join([
          ...(key ? [sql`${number} as ${name(key)}`, sql`r.cdm_key as cdm_key`] : []),
          sql`r.space_person as space_person`,
          sql`r.salt as salt`,
          ...shownNames.map((column) => sql`${at('r', column)} as ${name(column)}`),
        ])}
        from (
          select ${inner}
          from ${read['t'] as never}${join(
            joins.map(
              ({ alias, on, inner: only }) =>
                sql`\n          ${only ? sql`join` : sql`left join`} ${read[alias] as never} on ${on}`,
            ),
            sql``,
          )}
          where ${touches('t', shape, has, this.#permit.period)}
        ) as r`,
    })
    this.#numbered.set(one.name, numbered)
    const names = one.columns.map((column) => column.name)
    return step(one.name, {
      reads: { n: numbered },
      gives: typed(one.columns),
      order: key ? [key] : names,
      sql: ({ n }) => sql`select ${join(names.map((column) => at('n', column)))} from ${n}`,
    })
  }

  /** One value of a row of events: an id of the space, or the column as the permit shows it. */
  #value(
    column: Exported,
    shape: Shape,
    owner: string,
    reads: Record<string, Relation>,
    joins: { alias: string; on: Sql }[],
  ): Sql {
    if (column.name === shape.refersBy?.column && shape.is === 'event')
      return this.#eitherOf(column.name, shape, reads, joins)
    if (column.name === shape.refersBy?.column) return at(owner, 'number')
    const target = shape.refers?.[column.name]
    if (target === 'person') return at(owner, 'space_id')
    if (target === undefined) return shown('t', column, clipped('t', shape, column.name, this.#permit.period))
    const kind = KIND_OF[target]
    const alias = `of_${column.name}`
    if (kind) {
      reads[alias] = MAPS[kind]
      joins.push({ alias, on: sql`${at(alias, 'cdm_id')} = ${at('t', column.name)}` })
      return at(alias, 'space_id')
    }
    const events = this.#numberedOf(target)
    if (!events) return sql`cast(null as bigint)`
    reads[alias] = events
    joins.push({ alias, on: sql`${at(alias, 'cdm_key')} = ${at('t', column.name)}` })
    return at(alias, (SHAPES[target] as Shape).key as string)
  }

  #eitherOf(
    column: string,
    shape: Shape,
    reads: Record<string, Relation>,
    joins: { alias: string; on: Sql }[],
  ): Sql {
    const { by, targets } = shape.refersBy as NonNullable<Shape['refersBy']>
    const values = Object.entries(targets).flatMap(([value, target]) => {
      const events = this.#numberedOf(target)
      if (!events) return []
      const alias = `of_${target}`
      reads[alias] = events
      joins.push({
        alias,
        // One equality, so that the engine can hash it; a second condition on `t` alone made it loop.
        on: sql`${at(alias, 'cdm_key')} = case when ${at('t', by)} = ${Number(value)} then ${at('t', column)} end`,
      })
      return [at(alias, (SHAPES[target] as Shape).key as string)]
    })
    return values.length === 0 ? sql`cast(null as bigint)` : sql`coalesce(${join(values)})`
  }

  /** A cost belongs to the person of its event; a cost whose event is not in the space is not either. */
  #costEvents(
    one: ExportedTable,
    reads: Record<string, Relation>,
    joins: { alias: string; on: Sql; inner?: true }[],
  ): string {
    const { by, column, targets } = (SHAPES[one.name] as Shape).refersBy as NonNullable<Shape['refersBy']>
    const events = Object.entries(targets).flatMap(([domain, target]) => {
      const numbered = this.#numberedOf(target)
      return numbered ? [{ domain, target, numbered }] : []
    })
    if (events.length === 0)
      throw new ChainonError(
        'space/no-table',
        `${one.name}: the permit holds no table of events that a cost could belong to`,
        { exitCode: 3, details: { table: one.name } },
      )
    reads['e'] = step('cost_events', {
      reads: Object.fromEntries(events.map(({ target, numbered }) => [target, numbered])),
      gives: { domain: 'varchar', cdm_key: 'bigint', number: 'bigint', space_id: 'bigint', salt: 'bigint' },
      sql: (read) =>
        join(
          events.map(
            ({ domain, target }) => sql`
        select ${domain} as domain, cdm_key, ${name((SHAPES[target] as Shape).key as string)} as number,
          space_person as space_id, salt
        from ${read[target] as never}`,
          ),
          sql`\n        union all`,
        ),
    })
    joins.push({
      alias: 'e',
      on: sql`e.cdm_key = ${at('t', column)} and e.domain = ${at('t', by)}`,
      inner: true,
    })
    return 'e'
  }

  #numberedOf(target: string): Step | undefined {
    const numbered = this.#numbered.get(target)
    if (numbered) this.#referred.add(target)
    return numbered
  }

  /** Persons of the cohort; providers, centres and places that something in the space names. */
  #things(one: ExportedTable, shape: Shape): Step {
    const kind = KIND_OF[one.name] as Kind
    const reads: Record<string, Relation> = {
      t: this.#table(one.name),
      m: kind === 'person' ? this.#members : MAPS[kind],
    }
    const joins: { alias: string; on: Sql }[] = []
    const values = one.columns.map((column) => {
      const value =
        column.name === shape.key ? at('m', 'space_id') : this.#value(column, shape, 'm', reads, joins)
      return sql`${value} as ${name(column.name)}`
    })
    if (kind !== 'person') reads['u'] = this.#used(kind)
    return step(one.name, {
      reads,
      gives: Object.fromEntries(one.columns.map((column) => [column.name, column.type])) as Columns,
      order: one.columns.map((column) => column.name),
      // Several communes of one département are one place of the space.
      sql: (read) => sql`
        select ${kind === 'place' ? sql`distinct ` : sql``}${join(values)}
        from ${read['t'] as never}
        join ${read['m'] as never} on m.cdm_id = ${at('t', shape.key as string)}${join(
          joins.map(({ alias, on }) => sql`\n        left join ${read[alias] as never} on ${on}`),
          sql``,
        )}${kind === 'person' ? sql`` : sql`\n        where m.space_id in (select id from ${read['u'] as never})`}`,
    })
  }

  /** Ids of the space of one kind that its tables name; a centre brings its network. */
  #used(kind: Exclude<Kind, 'person'>): Step {
    const naming = [...this.#final].flatMap(([one, made]) =>
      Object.entries(SHAPES[one]?.refers ?? {})
        .filter(([column, target]) => KIND_OF[target] === kind && column in made.columns)
        .map(([column]) => ({ made, column })),
    )
    const direct = step(`used_${kind}s`, {
      reads: Object.fromEntries(naming.map(({ made }, index) => [`t${index}`, made])),
      gives: { id: 'bigint' },
      sql: (read) =>
        naming.length === 0
          ? sql`select cast(null as bigint) as id where false`
          : join(
              naming.map(
                ({ column }, index) => sql`
        select ${name(column)} as id from ${read[`t${index}`] as never} where ${name(column)} is not null`,
              ),
              sql`\n        union`,
            ),
    })
    const facts = this.#lake.get('fact_relationship')
    if (kind !== 'centre' || !facts) return direct
    return step('used_centres_and_networks', {
      reads: { d: direct, e: direct, f: facts, a: MAPS.centre, b: MAPS.centre },
      gives: { id: 'bigint' },
      sql: ({ d, e, f, a, b }) => sql`
        select id from ${d}
        union
        select ${b.space_id} from ${f}
        join ${a} on ${a.cdm_id} = f.fact_id_1
        join ${b} on ${b.cdm_id} = f.fact_id_2
        join ${e} on ${e.id} = ${a.space_id}
        where f.domain_concept_id_1 = ${FACT_DOMAINS.centre} and f.domain_concept_id_2 = ${FACT_DOMAINS.centre}`,
    })
  }

  /** Pairs of persons and centres that are both in the space. */
  #facts(one: ExportedTable): Step {
    const things = step('facts_of_space', {
      reads: { m: this.#members, c: MAPS.centre, u: this.#used('centre') },
      gives: { domain: 'integer', cdm_id: 'bigint', space_id: 'bigint' },
      sql: ({ m, c, u }) => sql`
        select ${FACT_DOMAINS.person} as domain, m.cdm_id as cdm_id, m.space_id as space_id from ${m}
        union all
        select ${FACT_DOMAINS.centre}, ${c.cdm_id}, ${c.space_id} from ${c} where ${c.space_id} in (select id from ${u})`,
    })
    const values = one.columns.map((column) => {
      const side = /^fact_id_([12])$/.exec(column.name)?.[1]
      return sql`${side ? at(side === '1' ? 'a' : 'b', 'space_id') : shown('t', column)} as ${name(column.name)}`
    })
    return step(one.name, {
      reads: { t: this.#table(one.name), a: things, b: things },
      gives: Object.fromEntries(one.columns.map((column) => [column.name, column.type])) as Columns,
      order: one.columns.map((column) => column.name),
      sql: ({ t, a, b }) => sql`
        select ${join(values)}
        from ${t}
        join ${a} on ${a.cdm_id} = t.fact_id_1 and ${a.domain} = t.domain_concept_id_1
        join ${b} on ${b.cdm_id} = t.fact_id_2 and ${b.domain} = t.domain_concept_id_2`,
    })
  }

  /** Rows of the vocabulary that the space uses, and what says what the data are. */
  #references(one: ExportedTable, shape: Shape): Step {
    const concepts = this.#lake.get('concept')
    const by = {
      concept: 'concept_id',
      vocabulary: 'vocabulary_id',
      domain: 'domain_id',
      concept_class: 'concept_class_id',
    }[one.name]
    const reads: Record<string, Relation> = { t: this.#table(one.name) }
    const restricted = shape.is === 'reference' && by !== undefined && concepts !== undefined
    if (restricted) Object.assign(reads, { c: concepts, u: this.#usedConcepts() })
    return step(one.name, {
      reads,
      gives: Object.fromEntries(one.columns.map((column) => [column.name, column.type])) as Columns,
      order: one.columns.map((column) => column.name),
      sql: (read) => sql`
        select ${join(one.columns.map((column) => sql`${shown('t', column)} as ${name(column.name)}`))}
        from ${read['t'] as never}${
          restricted
            ? sql`
        where ${at('t', by as string)} in (
          select ${at('c', by as string)} from ${read['c'] as never} where c.concept_id in (select id from ${read['u'] as never}))`
            : sql``
        }`,
    })
  }

  #usedConcepts(): Step {
    const naming = [...this.#final].flatMap(([one, made]) =>
      SHAPES[one]?.is === 'reference'
        ? []
        : Object.keys(made.columns)
            .filter((column) => /concept_id(_[12])?$/.test(column))
            .map((column) => ({ made, column })),
    )
    return step('used_concepts', {
      reads: Object.fromEntries(naming.map(({ made }, index) => [`t${index}`, made])),
      gives: { id: 'bigint' },
      sql: (read) =>
        join(
          [
            sql`
        select cast(0 as bigint) as id`,
            ...naming.map(
              ({ column }, index) => sql`
        select cast(${name(column)} as bigint) from ${read[`t${index}`] as never}`,
            ),
          ],
          sql`\n        union`,
        ),
    })
  }

  #table(one: string): Table {
    const found = this.#lake.get(one)
    if (!found)
      throw new ChainonError('space/no-table', `the data version has no table ${one}`, {
        exitCode: 3,
        details: { table: one },
      })
    return found
  }
}
