/** A small sound book, and for every rule a fault that it has to see. */
import { appendicesNow } from '../../book/workshop/appendices.js'
import type { Book } from '../../book/workshop/book.js'
import { perform } from '../../book/workshop/commands.js'

const COMMAND = 'node scripts/lesson.mjs moved --keys 200 --svg moved.svg'

const CHAPTER = `# One

## The question

**Predict.** How many? See [two](two.md#here), \`src/a.ts\` and [this](#run-it).

## Run it

\`\`\`console
{{#include outputs/moved.txt}}
\`\`\`

{{#include figures/moved.svg}}

On 10 nodes more than 50 % of the keys move.
<!-- claim: moved --keys 200: remainder > 0.5 -->

\`\`\`ts
{{#include ../../src/a.ts:f}}
\`\`\`

## Try it

<!-- experiment: moved.svg -->

\`\`\`console
$ node scripts/lesson.mjs moved --keys 200 --tokens 1 --svg moved.svg
\`\`\`

## In production

They [say so](https://example.org/).

## Questions

${['A', 'B', 'C'].map((each) => `<details>\n<summary>${each}?</summary>\n\nYes.\n\n</details>\n`).join('\n')}
## What is still missing

More.
`

const SOURCE = '/** A file. */\n// ANCHOR: f\nfunction f() {\n  return 1\n}\n// ANCHOR_END: f\n'

/** A book without fault, its recordings made now. */
export async function soundBook(): Promise<Book> {
  const { text, figure } = await perform(COMMAND)
  const appendices = [...appendicesNow()]
  const entries = ['[One](01-one.md)', '[Two](two.md)', '[Settings](appendix/settings.md)']
  const summary = `# Summary\n\n${[...entries, '[Commands](appendix/commands.md)'].map((each) => `- ${each}`).join('\n')}\n`
  return {
    pages: new Map([
      ['SUMMARY.md', summary],
      ['01-one.md', CHAPTER],
      ['two.md', '# Two\n\n## Here\n\nWords.\n'],
      ...appendices,
    ]),
    parts: new Map([
      ['outputs/moved.txt', `$ ${COMMAND}\n${text}`],
      ['figures/moved.svg', figure?.svg ?? ''],
    ]),
    file: (path) => (path === 'src/a.ts' ? SOURCE : /^src\/\w+\/?/.test(path) ? '' : undefined),
  }
}

export interface Planted {
  readonly rule: string
  readonly fault: string
  readonly plant: (book: Book) => Book
  readonly says: RegExp
}

/** The chapter with some words replaced. */
function reworded(from: string | RegExp, to: string, page = '01-one.md') {
  return (book: Book): Book => {
    const text = book.pages.get(page) ?? ''
    const changed = text.replace(from, () => to)
    if (changed === text) throw new Error(`nothing to replace: ${String(from)}`)
    return { ...book, pages: new Map(book.pages).set(page, changed) }
  }
}

function withPart(path: string, text: string) {
  return (book: Book): Book => ({ ...book, parts: new Map(book.parts).set(path, text) })
}

function repainted(from: string, to: string, path: string) {
  return (book: Book): Book =>
    withPart(
      path,
      (book.parts.get(path) ?? '').replace(from, () => to),
    )(book)
}

const SUMMARY = 'SUMMARY.md and the pages match'
const SHAPE = 'every numbered chapter has the shape of a chapter'
const LINK = 'every link and fragment resolves'
const INCLUDE = 'every include names an anchor that is whole, once there and not empty'
const RECORDED = 'outputs and figures are what their commands make now'
const TRIED = 'every experiment changes a figure that its page shows'
const CLAIM = 'claims hold, and their numbers stand in the paragraph before them'

const faults: readonly [rule: string, fault: string, Planted['plant'], says: RegExp][] = [
  [
    SUMMARY,
    'a page that is not listed',
    reworded('- [Two](two.md)\n', '', 'SUMMARY.md'),
    /two\.md is not in/,
  ],
  [
    SUMMARY,
    'an entry without a page',
    reworded('two.md', 'three.md', 'SUMMARY.md'),
    /no page three\.md/,
  ],
  [SUMMARY, 'another title', reworded('[Two]', '[Tow]', 'SUMMARY.md'), /called "Two", and "Tow"/],
  [
    SUMMARY,
    'an entry twice',
    reworded('- [Two](two.md)', '- [Two](two.md)\n- [Two](two.md)', 'SUMMARY.md'),
    /twice/,
  ],
  [SHAPE, 'a section left out', reworded('## Questions\n', ''), /no section "Questions"/],
  [
    SHAPE,
    'too few answers',
    reworded('<summary>A?</summary>', '<summary>\nA?</summary>'),
    /2 questions/,
  ],
  [SHAPE, 'no experiment', reworded('<!-- experiment: moved.svg -->', ''), /nothing to try/],
  [SHAPE, 'no figure', reworded('{{#include figures/moved.svg}}', ''), /no figure/],
  [SHAPE, 'no prediction', reworded('**Predict.**', 'Predict.'), /no prediction/],
  [
    LINK,
    'a page that is not there',
    reworded('two.md#here', 'tow.md'),
    /01-one\.md:5 tow\.md leads nowhere/,
  ],
  [LINK, 'a heading that is not there', reworded('#here', '#there'), /no such heading/],
  [
    LINK,
    'a heading of its own that is not there',
    reworded('(#run-it)', '(#run)'),
    /#run: no such/,
  ],
  [
    LINK,
    'half an address',
    reworded('https://example.org/', 'https://example'),
    /no complete link/,
  ],
  [
    'every file that is named exists',
    'a file that is gone',
    reworded('`src/a.ts`', '`test/gone.ts`'),
    /gone/,
  ],
  [
    'every chapter on other systems names its sources',
    'none',
    reworded('[say so](https://example.org/)', 'say so'),
    /no source/,
  ],
  [INCLUDE, 'an anchor that is not there', reworded('a.ts:f}}', 'a.ts:g}}'), /no anchor g/],
  [INCLUDE, 'a range of lines', reworded('a.ts:f}}', 'a.ts:1:3}}'), /name one anchor/],
  [INCLUDE, 'a whole file of source', reworded('a.ts:f}}', 'a.ts}}'), /name one anchor/],
  [INCLUDE, 'a file that is not there', reworded('src/a.ts:f', 'test/a.ts:f'), /no such file/],
  [
    INCLUDE,
    'an output that is not there',
    reworded('outputs/moved', 'outputs/gone'),
    /nothing is there/,
  ],
  [
    INCLUDE,
    'a playground',
    reworded('#include ../../src', '#playground ../../src'),
    /not used here/,
  ],
  [
    'TypeScript is shown by an include and nothing else',
    'code that was pasted',
    reworded('{{#include ../../src/a.ts:f}}', 'function f() {}'),
    /not included/,
  ],
  [
    'a shown command is recorded or an experiment',
    'a command without its output',
    reworded('{{#include outputs/moved.txt}}', '$ murmur version'),
    /nobody runs/,
  ],
  [
    RECORDED,
    'another output',
    repainted('remainder', 'reminder', 'outputs/moved.txt'),
    /outputs\/moved\.txt:\d+ is not/,
  ],
  [
    RECORDED,
    'another figure',
    repainted('M', 'N', 'figures/moved.svg'),
    /figures\/moved\.svg:\d+ is not/,
  ],
  [
    RECORDED,
    'a figure that nothing makes',
    withPart('figures/old.svg', '<svg/>'),
    /old\.svg: no command makes it/,
  ],
  [
    RECORDED,
    'a figure that is not shown',
    reworded('{{#include figures/moved.svg}}', ''),
    /no page shows it/,
  ],
  [TRIED, 'one without effect', reworded('--tokens 1 ', ''), /leaves moved\.svg as it is/],
  [
    TRIED,
    'one that draws another figure',
    reworded('--tokens 1 --svg moved', '--tokens 1 --svg x'),
    /does not draw/,
  ],
  [
    TRIED,
    'one whose figure is elsewhere',
    reworded('{{#include figures/moved.svg}}', ''),
    /not shown here/,
  ],
  [
    CLAIM,
    'a claim that is false',
    reworded('remainder > 0.5', 'remainder < 0.5'),
    /remainder is 0\.\d+, not < 0\.5/,
  ],
  [CLAIM, 'a number that is not said', reworded('50 %', 'half'), /does not say 0\.5/],
  [CLAIM, 'a measure that there is not', reworded('remainder >', 'rest >'), /measures no rest/],
  [
    CLAIM,
    'one that cannot be read',
    reworded('remainder > 0.5', 'remainder about 0.5'),
    /cannot be read/,
  ],
  [
    'the generated appendices are fresh',
    'one written by hand',
    reworded('murmur status', 'murmur state', 'appendix/commands.md'),
    /not what is made now/,
  ],
]

export const planted: readonly Planted[] = faults.map(([rule, fault, plant, says]) => ({
  rule,
  fault,
  plant,
  says,
}))
