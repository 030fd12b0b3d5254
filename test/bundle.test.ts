/** What bundling does: a late import must mean in the bundle what it means to Node. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleOptions } from '../scripts/bundle.mjs'
import { manifest } from '../scripts/node-version.mjs'

const program = `
declare const MURMUR_VERSION: string
const { ClassicLevel } = await import('classic-level')
const { createLogger, default: winston } = await import('winston')
const { parse } = await import('yaml')
console.log(typeof ClassicLevel, createLogger === winston.createLogger, parse('[1, 2]').length)
console.log(MURMUR_VERSION)
const level = new ClassicLevel(process.argv[2])
await level.put('a', 'b')
console.log(await level.get('a'))
`

describe('the bundle', () => {
  let folder = ''

  beforeAll(() => {
    // Under node_modules, so that the packages are found from here as from dist.
    folder = mkdtempSync(join('node_modules', '.bundle-'))
    writeFileSync(join(folder, 'program.ts'), program)
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  test('finds the names of CommonJS packages, and the native part of the store', async () => {
    const outdir = join(folder, 'out')
    const entry = join(folder, 'program.ts')
    await build({ ...bundleOptions(entry), outdir, write: true })
    const args = [join(outdir, 'murmur.js'), join(folder, 'level')]
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout.split('\n')).toEqual(['function true 2', manifest.version, 'b', ''])
    expect(readdirSync(join(outdir, 'chunks')).length).toBeGreaterThan(2)
  })

  test('starts as a command', () => {
    expect(readFileSync('dist/murmur.js', 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    const { stdout } = spawnSync(process.execPath, ['dist/murmur.js', '--version'], {
      encoding: 'utf8',
    })
    expect(stdout).toContain(manifest.version)
  })

  test('says an unforeseen error in a few lines, not in those of the bundle', () => {
    const late = 'data:text/javascript,setTimeout(() => { throw new Error("odd") }, 300)'
    const args = ['--import', late, 'dist/murmur.js', 'simulate', 'convergence', '--nodes', '200']
    const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(stderr).toMatch(/murmur: an error that nobody foresaw .*\nError: odd\n {4}at /)
    expect(stderr.split('\n').every((line) => line.length < 500)).toBe(true)
    expect(status).toBe(1)
  })

  test('comes with the library and its types', () => {
    expect(existsSync('dist/index.js')).toBe(true)
    expect(existsSync('dist/index.d.ts')).toBe(true)
  })
})
