/**
 * Rewrites what the book records: outputs, figures and generated appendices. A new output begins as a
 * file under book/src/outputs that holds `$ ` and its command. Look at the difference before you commit.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { appendicesNow } from './appendices.js'
import { readBook, root } from './book.js'
import { recordedNow } from './recordings.js'

const folder = join(root, 'book/src')
const made = new Map([...(await recordedNow(readBook())), ...appendicesNow()])

for (const [path, text] of made) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
for (const name of readdirSync(join(folder, 'figures'))) {
  if (!made.has(`figures/${name}`)) rmSync(join(folder, 'figures', name))
}
console.log(`${made.size} recorded files are as their commands make them.`)
