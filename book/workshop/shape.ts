/**
 * Every chapter of Part I has the same shape, so that a reader knows where to look: the question, the
 * run, what to try, what others do, questions with their answers folded away, and what is missing.
 */
import { chapters, type Breach, type Rule } from './book.js'
import { experimentsOf } from './recordings.js'

const SECTIONS = [
  'The question',
  'Run it',
  'Try it',
  'In production',
  'Questions',
  'What is still missing',
] as const

const QUESTIONS = 3

export const shapeRule: Rule = {
  name: 'every numbered chapter has the shape of a chapter',
  check: (book) =>
    chapters(book)
      .filter(([page]) => /^\d\d-/.test(page))
      .flatMap(([page, text]) => [
        ...missingSections(page, text),
        ...(experimentsOf(page, text).length > 0 ? [] : [`${page}: nothing to try`]),
        ...(text.includes('{{#include figures/') ? [] : [`${page}: no figure`]),
        ...(text.includes('**Predict.**') ? [] : [`${page}: no prediction to make`]),
        ...fewAnswers(page, text),
      ]),
}

function missingSections(page: string, text: string): Breach[] {
  const found = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  let from = 0
  return SECTIONS.flatMap((section) => {
    const place = found.indexOf(section, from)
    if (place < 0) return [`${page}: no section "${section}" in its place`]
    from = place + 1
    return []
  })
}

function fewAnswers(page: string, text: string): Breach[] {
  const answers = text.match(/^<details>\n<summary>.+<\/summary>\n\n[\s\S]*?^<\/details>$/gm) ?? []
  return answers.length >= QUESTIONS
    ? []
    : [`${page}: ${answers.length} questions with folded answers, ${QUESTIONS} are wanted`]
}
