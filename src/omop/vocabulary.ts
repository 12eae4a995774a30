import { join, type Sql, sql, step } from '../engine/index.ts'
import { orphaDisorders } from '../sources/index.ts'
import { concepts } from './concepts.ts'
import type { Diagnoses } from './registry.ts'

const LOCAL = 'CHAINON'
const constant = (id: number, name: string, domain: string, vocabulary: string, kind: string, code: string) =>
  ({ id, name, domain, vocabulary, kind, code }) as const

/**
 * Concepts of the OMOP vocabularies that the build uses as constants, under their own numbers and names, and the
 * project's own. No row of SNOMED CT, RxNorm or LOINC: those come with the vocabularies that a hub loads.
 */
const known = [
  constant(0, 'No matching concept', 'Metadata', 'None', 'Undefined', 'No matching concept'),
  constant(concepts.MALE, 'MALE', 'Gender', 'Gender', 'Gender', 'M'),
  constant(concepts.FEMALE, 'FEMALE', 'Gender', 'Gender', 'Gender', 'F'),
  constant(concepts.OUTPATIENT_VISIT, 'Outpatient Visit', 'Visit', 'Visit', 'Visit', 'OP'),
  constant(concepts.INPATIENT_VISIT, 'Inpatient Visit', 'Visit', 'Visit', 'Visit', 'IP'),
  constant(concepts.PHARMACY_VISIT, 'Pharmacy visit', 'Visit', 'Visit', 'Visit', 'OMOP4822459'),
  constant(concepts.TYPE_CLAIM, 'Claim', 'Type Concept', 'Type Concept', 'Type Concept', 'OMOP4976882'),
  constant(concepts.TYPE_REGISTRY, 'Registry', 'Type Concept', 'Type Concept', 'Type Concept', 'OMOP4976951'),
  constant(
    concepts.STATUS_CONFIRMED,
    'Confirmed diagnosis',
    'Condition Status',
    'Condition Status',
    'Condition Status',
    'OMOP4976965',
  ),
  constant(
    concepts.STATUS_PRELIMINARY,
    'Preliminary diagnosis',
    'Condition Status',
    'Condition Status',
    'Condition Status',
    'OMOP4976971',
  ),
  constant(
    concepts.STATUS_PRIMARY,
    'Primary diagnosis',
    'Condition Status',
    'Condition Status',
    'Condition Status',
    'OMOP4976974',
  ),
  constant(
    concepts.STATUS_SECONDARY,
    'Secondary diagnosis',
    'Condition Status',
    'Condition Status',
    'Condition Status',
    'OMOP4976980',
  ),
  constant(concepts.EURO, 'Euro', 'Currency', 'Currency', 'Currency', 'EUR'),
  constant(concepts.CDM_54, 'OMOP CDM Version 5.4.0', 'Metadata', 'CDM', 'CDM', 'CDM v5.4.0'),
  constant(
    concepts.CONDITION_OCCURRENCE_ID,
    'condition_occurrence.condition_occurrence_id',
    'Metadata',
    'CDM',
    'Field',
    'CDM1147127',
  ),
  constant(concepts.CARE_SITE_DOMAIN, 'Care site', 'Metadata', 'Domain', 'Domain', 'OMOP generated'),
  constant(concepts.PART_OF, 'Part of', 'Metadata', 'Relationship', 'Relationship', 'OMOP generated'),
  constant(
    concepts.FIRST_SIGNS,
    'First signs of the disease',
    'Observation',
    LOCAL,
    'Odyssey',
    'FIRST_SIGNS_DATE',
  ),
  constant(
    concepts.FIRST_CONTACT,
    'First contact with an expert centre',
    'Observation',
    LOCAL,
    'Odyssey',
    'FIRST_CONTACT_DATE',
  ),
  constant(
    concepts.DIAGNOSIS_DATE,
    'Diagnosis established',
    'Observation',
    LOCAL,
    'Odyssey',
    'DIAGNOSIS_DATE',
  ),
  constant(concepts.ASSERTION, 'Assertion of the diagnosis', 'Observation', LOCAL, 'Odyssey', 'ASSERTION'),
  constant(
    concepts.REGISTRY_NO_ORPHA,
    'Registry patient without an ORPHA code',
    'Observation',
    LOCAL,
    'Odyssey',
    'NO_ORPHA',
  ),
  constant(
    concepts.DEPRIVATION_QUINTILE,
    'Deprivation quintile of the commune',
    'Observation',
    LOCAL,
    'Territory',
    'QUINTILE',
  ),
  constant(concepts.GHM, 'Group of the stay (GHM)', 'Observation', LOCAL, 'Stay', 'GRG_GHM'),
  constant(concepts.VISIT_DCIR, 'City care (DCIR)', 'Visit', LOCAL, 'Source', 'DCIR'),
  constant(concepts.VISIT_MCO, 'Stay in a public hospital (PMSI MCO)', 'Visit', LOCAL, 'Source', 'MCO'),
  constant(concepts.VISIT_ACE, 'Hospital outpatient care (ACE)', 'Visit', LOCAL, 'Source', 'ACE'),
  constant(concepts.VISIT_BNDMR, 'Contact with an expert centre (BNDMR)', 'Visit', LOCAL, 'Source', 'BNDMR'),
  constant(
    concepts.VISIT_MCO_PRIVATE,
    'Stay in a private hospital (PMSI MCO)',
    'Visit',
    LOCAL,
    'Source',
    'MCO_PRIVATE',
  ),
  constant(
    concepts.ITEM_CONSULTATION,
    'Consultations and visits',
    'Cost',
    LOCAL,
    'Cost item',
    'CONSULTATION',
  ),
  constant(concepts.ITEM_PHARMACY, 'Pharmacy', 'Cost', LOCAL, 'Cost item', 'PHARMACY'),
  constant(concepts.ITEM_CITY_OTHER, 'Other city care', 'Cost', LOCAL, 'Cost item', 'CITY_OTHER'),
  constant(
    concepts.ITEM_HOSPITAL_OUTPATIENT,
    'Hospital outpatient care',
    'Cost',
    LOCAL,
    'Cost item',
    'HOSPITAL_OUTPATIENT',
  ),
  constant(concepts.ITEM_PUBLIC_STAY, 'Public stays', 'Cost', LOCAL, 'Cost item', 'PUBLIC_STAY'),
  constant(concepts.ITEM_PRIVATE_STAY, 'Private stays', 'Cost', LOCAL, 'Cost item', 'PRIVATE_STAY'),
]

const rows = (values: readonly Sql[]): Sql => join(values, sql` union all `)

/** Constants, the project's own concepts, and every ORPHA code met or known. */
export const conceptsOf = (diagnoses: Diagnoses) =>
  step('concepts', {
    reads: { d: diagnoses },
    gives: {
      id: 'integer',
      name: 'varchar',
      domain: 'varchar',
      vocabulary: 'varchar',
      kind: 'varchar',
      code: 'varchar',
    },
    sql: ({ d }) => sql`
      ${rows(
        known.map(
          ({ id, name, domain, vocabulary, kind, code }) =>
            sql`select cast(${id} as integer) as id, ${name} as name, ${domain} as domain, ${vocabulary} as vocabulary, ${kind} as kind, ${code} as code`,
        ),
      )}
      union all
      select cast(${concepts.ORPHA_BASE} + o.orpha as integer), coalesce(n.name, 'ORPHA:' || cast(o.orpha as varchar)),
        'Condition', 'ORPHA', 'Disorder', cast(o.orpha as varchar)
      from (
        select ${d.orpha} as orpha from ${d} where ${d.orpha} is not null
        union select k.code from (${rows(orphaDisorders.map(({ code }) => sql`select ${Number(code)} as code`))}) as k
      ) as o left join (
        ${rows(orphaDisorders.map(({ code, en }) => sql`select ${Number(code)} as orpha, ${en} as name`))}
      ) as n on n.orpha = o.orpha`,
  })

export const vocabularies = step('vocabularies', {
  reads: {},
  gives: { id: 'varchar', name: 'varchar', reference: 'varchar' },
  sql: () =>
    rows(
      [
        ['None', 'OMOP Standardized Vocabularies', 'OMOP generated'],
        ['Gender', 'OMOP Gender', 'OMOP generated'],
        ['Visit', 'OMOP Visit', 'OMOP generated'],
        ['Type Concept', 'OMOP Type Concept', 'OMOP generated'],
        ['Condition Status', 'OMOP Condition Status', 'OMOP generated'],
        ['Currency', 'International Currency Symbol', 'ISO 4217'],
        ['CDM', 'OMOP Common Data Model', 'OMOP generated'],
        ['Domain', 'OMOP Domain', 'OMOP generated'],
        ['Relationship', 'OMOP Relationship', 'OMOP generated'],
        ['ORPHA', 'Orphanet nomenclature of rare diseases', 'Orphadata, INSERM, CC BY 4.0'],
        [LOCAL, 'Concepts of Chainon', 'this project'],
      ].map(
        ([id, name, reference]) =>
          sql`select ${id as string} as id, ${name as string} as name, ${reference as string} as reference`,
      ),
    ),
})
