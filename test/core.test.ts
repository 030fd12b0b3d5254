/** The core compiles without an operating system, and what needs one does not compile there. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { resolve } from 'node:path'
import ts from 'typescript'

const planted: Record<string, string> = {
  'a timer': 'setTimeout(() => 0, 1)',
  'a socket': "import dgram from 'node:dgram'\nexport const socket = dgram.createSocket('udp4')",
  'a bare builtin': "import { readFileSync } from 'fs'\nexport const text = readFileSync('x')",
  'the process': 'export const arguments_ = process.argv',
  'a buffer': "export const bytes = Buffer.from('x')",
  'a clock': 'export const now = performance.now()',
  'the console': "console.log('x')",
  'a request': "export const answer = fetch('http://localhost')",
  entropy: 'export const id = crypto.randomUUID()',
  'text encoding': "export const bytes = new TextEncoder().encode('x')",
}

const innocent = 'export const sum = (a: number, b: number): number => Math.max(a, b)'

/** Where the planted files stand: among the real ones, which must not bring Node's types along. */
const place = (name: string): string => resolve('src/gossip', `planted ${name}.ts`)

function coreProgram(extra: ReadonlyMap<string, string>): ts.Program {
  const file = ts.readJsonConfigFile('tsconfig.core.json', (path) => ts.sys.readFile(path))
  const parsed = ts.parseJsonSourceFileConfigFileContent(file, ts.sys, process.cwd())
  const host = ts.createCompilerHost(parsed.options)
  const getSourceFile = host.getSourceFile.bind(host)
  host.getSourceFile = (path, options) => {
    const text = extra.get(path)
    return text === undefined
      ? getSourceFile(path, options)
      : ts.createSourceFile(path, text, options)
  }
  return ts.createProgram([...parsed.fileNames, ...extra.keys()], parsed.options, host)
}

describe('the core', () => {
  let program: ts.Program

  beforeAll(() => {
    const texts = Object.entries({ ...planted, innocent })
    program = coreProgram(new Map(texts.map(([name, text]) => [place(name), text])))
  })

  const errors = (name: string): string[] => {
    const file = program.getSourceFile(place(name))
    return program
      .getSemanticDiagnostics(file)
      .map((each) => ts.flattenDiagnosticMessageText(each.messageText, ' '))
  }

  test('is looked at: every floor that exists gives files', () => {
    const files = program.getRootFileNames().map((path) => path.replaceAll('\\', '/'))
    for (const floor of ['base', 'gossip', 'cluster']) {
      expect(files.filter((path) => path.includes(`/src/${floor}/`)).length).toBeGreaterThan(0)
    }
  })

  test('allows plain computing', () => {
    expect(errors('innocent')).toEqual([])
  })

  test.each(Object.keys(planted))('refuses %s', (name) => {
    expect(errors(name).join('\n')).toMatch(/Cannot find (name|module)/)
  })
})
