/** `npm run record`: rewrites what the book records, so that the difference can be looked at. */
import './node-version.mjs'
import { install } from './install.mjs'
import { typescript } from './run.mjs'

install()
process.exitCode = typescript('book/workshop/record.ts', [])
