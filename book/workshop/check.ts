/** Holds every rule against the book and prints what breaks each, as JSON by the rule's name. */
import { readBook } from './book.js'
import { rules } from './rules.js'

const book = readBook()
const found: Record<string, readonly string[]> = {}
for (const { name, check } of rules) found[name] = await check(book)
console.log(JSON.stringify(found))
