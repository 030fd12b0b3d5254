/**
 * The commands that the book shows, and what they print: a lesson or an offline command of murmur, run
 * in this very process, so that a hundred of them are compared in seconds.
 */
import { run } from '../../src/cli/run.js'
import type { Output } from '../../src/cli/surroundings.js'
import { answer, type Answer } from './answer.js'
import { root } from './book.js'

export const LESSON = 'node scripts/lesson.mjs'
const MURMUR = 'murmur'

/** What a shown command prints, and the figure that it draws. @throws when it is not one of them */
export async function perform(line: string): Promise<Answer> {
  if (line.startsWith(`${LESSON} `)) return answer(words(line.slice(LESSON.length)))
  if (line.startsWith(`${MURMUR} `)) return { text: await murmur(words(line.slice(MURMUR.length))) }
  throw new Error(`${line}: the book shows only \`${LESSON} ...\` and \`${MURMUR} ...\``)
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '')
}

async function murmur(args: readonly string[]): Promise<string> {
  let text = ''
  const out: Output = {
    write: (more) => {
      text += more
    },
    terminal: false,
    columns: 80,
    rows: 24,
    onResize: () => () => undefined,
  }
  const never = (): (() => void) => () => undefined
  const around = { out, err: out, env: {}, cwd: root, wall: () => 0, onStop: never }
  const code = await run(args, around)
  if (code !== 0) throw new Error(`murmur ${args.join(' ')} ended with ${code}: ${text}`)
  return text
}
