/**
 * Numbers in prose that are claims: `<!-- claim: epidemic --nodes 100: rounds = 9 -->` stands behind
 * the paragraph that says 9, and the lesson is asked again whether it is so.
 */
import { breach, chapters, type Breach, type Rule } from './book.js'
import { answer } from './answer.js'

const CLAIM = /<!-- claim: (.+?): (\w+) (=|<=|>=|<|>) (-?[\d.]+) -->/g

export interface Claim {
  readonly index: number
  readonly call: readonly string[]
  readonly measure: string
  readonly sign: string
  readonly value: string
  /** The paragraph before it. */
  readonly prose: string
}

export function claimsOf(text: string): Claim[] {
  return [...text.matchAll(CLAIM)].map((match) => ({
    index: match.index,
    call: (match[1] ?? '').split(' '),
    measure: match[2] ?? '',
    sign: match[3] ?? '',
    value: match[4] ?? '',
    prose: paragraphBefore(text, match.index),
  }))
}

/** Claims may follow each other: the paragraph is what stands before the first of them. */
function paragraphBefore(text: string, index: number): string {
  const before = text
    .slice(0, index)
    .replace(/(\s*<!-- claim: [^\n]* -->)+\s*$/, '')
    .trimEnd()
  return before.slice(before.lastIndexOf('\n\n') + 1)
}

export const claimRule: Rule = {
  name: 'claims hold, and their numbers stand in the paragraph before them',
  check: (book) => {
    const found: Breach[] = []
    for (const [page, text] of chapters(book)) {
      const strange = text.match(/<!-- claim[\s\S]*?-->/g)?.length ?? 0
      const claims = claimsOf(text)
      if (strange !== claims.length) found.push(`${page}: a claim that cannot be read`)
      for (const claim of claims) {
        const problem = untrue(claim)
        if (problem !== undefined) found.push(breach(page, text, claim.index, problem))
      }
    }
    return found
  },
}

function untrue({ call, measure, sign, value, prose }: Claim): string | undefined {
  const { measures } = answer(call)
  const found = measures?.[measure]
  if (found === undefined) return `${call.join(' ')} measures no ${measure}`
  if (!holds(found, sign, Number(value))) return `${measure} is ${found}, not ${sign} ${value}`
  return says(prose, value) ? undefined : `the paragraph before does not say ${value}`
}

function holds(found: number, sign: string, value: number): boolean {
  if (sign === '=') return found === value
  if (sign === '<=') return found <= value
  if (sign === '>=') return found >= value
  return sign === '<' ? found < value : found > value
}

/** Small numbers may be said in words. */
const WORDS: Readonly<Record<string, string>> = {
  '0': 'no|none|nothing|no row',
  '1': 'one',
  '2': 'two',
  '3': 'three',
}

/** `0.031` may be said as 3.1 %, and 12345 as 12,345. */
function says(prose: string, value: string): boolean {
  const number = Number(value)
  const percent = String(Number((number * 100).toFixed(6)))
  const grouped = value.replace(/\B(?=(\d{3})+$)/g, ',')
  const digits = [value, grouped, `${percent} %`].map((each) => each.replaceAll('.', '\\.'))
  const words = WORDS[value]
  return (
    new RegExp(`(?<![\\d.,])(${digits.join('|')})(?![\\d]|[.,]\\d)`).test(prose) ||
    (words !== undefined && new RegExp(`\\b(${words})\\b`, 'i').test(prose))
  )
}
