import { type Plan, sql, step } from '../../../engine/index.ts'
import type { LinkStep } from '../ladder.ts'

/** Links beside others: how many are among them, and how many of them those give to somebody else, on either side. */
export const comparedOf = (links: LinkStep, others: LinkStep) =>
  step('compared', {
    reads: { l: links, a: others, b: others },
    gives: { links: 'bigint', agree: 'bigint', contradicted: 'bigint' },
    sql: ({ l, a, b }) => sql`
      select count(*) as links, count(case when ${a.person} = ${l.person} then 1 end) as agree,
        count(case when ${a.person} <> ${l.person} or ${b.transit} <> ${l.transit} then 1 end) as contradicted
      from ${l}
      left join ${a} on ${a.transit} = ${l.transit}
      left join ${b} on ${b.person} = ${l.person}`,
  })

/** The counts of `compared`. */
export async function compareLinks(
  plan: Plan,
  links: LinkStep,
  others: LinkStep,
): Promise<{ links: number; agree: number; contradicted: number }> {
  const [row] = await plan.rows<Record<'links' | 'agree' | 'contradicted', bigint>>(comparedOf(links, others))
  return {
    links: Number(row?.links ?? 0),
    agree: Number(row?.agree ?? 0),
    contradicted: Number(row?.contradicted ?? 0),
  }
}
