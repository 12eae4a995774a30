import type { ChainonError } from '../../base/index.ts'

type Facts = Readonly<Record<string, unknown>>

/** Decisions answer with a code and facts (`can…` of the rooms); here the code becomes a sentence. */
const sentences: Readonly<Record<string, (facts: Facts) => string>> = {
  'permit/unsigned': ({ permit }) => `the permit ${permit} is a draft that nobody signed: it opens nothing`,
  'permit/altered': ({ permit }) => `the permit ${permit} is not what was signed: it was altered`,
  'permit/foreign-signer': ({ permit, signer }) =>
    `the permit ${permit} is signed by ${signer}, whom chainon.yaml does not list`,
  'permit/other-hub': ({ permit }) =>
    `the permit ${permit} was made for the other kind of hub (invented data or real data)`,
  'permit/revoked': ({ permit }) => `the permit ${permit} was revoked`,
  'permit/not-yet-valid': ({ permit, from }) => `the permit ${permit} begins on ${from}`,
  'permit/expired': ({ permit, until }) => `the permit ${permit} ended on ${until}`,
  'permit/person-not-named': ({ permit, person }) => `the permit ${permit} does not name ${person} as a user`,
}

/** An error's own sentence, or that of the decision that refused. */
export const sentenceOf = ({ code, message, details }: ChainonError): string =>
  sentences[code]?.(details) ?? message
