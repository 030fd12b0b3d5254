/** Runs one lesson for a reader: prints what it tells and writes its figure where --svg says. */
import { writeFileSync } from 'node:fs'
import { answer, WrongCall } from './answer.js'

try {
  const { text, figure } = answer(process.argv.slice(2))
  if (figure !== undefined) writeFileSync(figure.name, figure.svg)
  process.stdout.write(text)
} catch (thrown) {
  if (!(thrown instanceof WrongCall)) throw thrown
  console.error(`lesson: ${thrown.message}`)
  process.exitCode = 2
}
