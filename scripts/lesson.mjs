/** `node scripts/lesson.mjs LESSON`: a simulation of the book; installs what is missing first. */
import './node-version.mjs'
import { install } from './install.mjs'
import { typescript } from './run.mjs'

install()
process.exitCode = typescript('book/workshop/lesson.ts', process.argv.slice(2))
