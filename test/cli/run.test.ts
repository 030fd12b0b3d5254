/**
 * Whole calls of the command against a fake agent: output, errors of one sentence, exit codes,
 * JSON.
 */
import { describe, expect, jest, test } from '@jest/globals'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { run } from '../../src/cli/run.js'
import { FakeWorld, clusterStatus, id, json, nodeStatus, withServer } from './fake-world.js'

interface Called {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function call(args: readonly string[], world = new FakeWorld()): Promise<Called> {
  const code = await run(args, world)
  return { code, out: world.out.text, err: world.err.text }
}

const status = clusterStatus([nodeStatus(1), nodeStatus(2, { liveness: 'down' })])
const time = '2026-03-01T11:59:50.000Z'
const explanation = {
  node: 'n2',
  hostId: id('2'),
  verdict: 'down',
  since: time,
  evidence: [{ time, kind: 'suspect', by: 'n1', phi: 8.1, detail: 'n1 got no answer from it' }],
}

function agent(request: IncomingMessage, response: ServerResponse): void {
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'GET /v1/status':
      return json(response, { ...status, added: 'later' })
    case 'GET /v1/explain/n2':
      return json(response, explanation)
    case 'POST /v1/leave':
      return json(response, { stopping: 'leave' }, 202)
    default: {
      const message = `No node called ${request.url?.split('/').at(-1) ?? ''} is known here.`
      return json(response, { error: { code: 'node.unknown', message, next: '' } }, 404)
    }
  }
}

describe('asking an agent', () => {
  test('status prints the layout, --json what the agent said', () =>
    withServer(agent, async (address) => {
      const text = await call(['status', '--api', address])
      expect(text).toMatchObject({ code: 0, err: '' })
      expect(text.out).toContain('DN  127.0.0.1:7947')
      expect(text.out.endsWith('\nCluster demo: 1 up, 1 down (n2); settled\n')).toBe(true)
      const asJson = await call(['status', '--api', `http://${address}/`, '--json'])
      expect(JSON.parse(asJson.out)).toEqual({ ...status, added: 'later' })
    }))

  test('MURMUR_API names the agent, --api wins over it', () =>
    withServer(agent, async (address) => {
      const world = new FakeWorld()
      world.env = { MURMUR_API: address }
      expect((await call(['status'], world)).code).toBe(0)
      expect((await call(['status', '--api', '127.0.0.1:2'], world)).code).toBe(1)
    }))

  test('colours only on a terminal, and never against NO_COLOR', () =>
    withServer(agent, async (address) => {
      const watched = new FakeWorld()
      watched.out.terminal = true
      expect((await call(['status', '--api', address], watched)).out).toContain('\u001b[32mUN')
      const refusing = new FakeWorld()
      refusing.out.terminal = true
      refusing.env = { NO_COLOR: '1' }
      expect((await call(['status', '--api', address], refusing)).out).not.toContain('\u001b')
      expect((await call(['status', '--api', address])).out).not.toContain('\u001b')
    }))

  test('--watch without a terminal prints once', () =>
    withServer(agent, async (address) => {
      const { code, out } = await call(['status', '--watch', '--api', address])
      expect(code).toBe(0)
      expect(out).not.toContain('\u001b')
    }))

  test('explain tells the story, --json keeps the times as they were', () =>
    withServer(agent, async (address) => {
      const told = await call(['explain', 'n2', '--api', address])
      expect(told.out).toContain('n2 is down since')
      expect(told.out).toContain('(10.0 s ago)')
      expect(told.out).toContain('Accused by n1 at')
      const asJson = await call(['explain', 'n2', '--api', address, '--json'])
      expect(JSON.parse(asJson.out)).toEqual(explanation)
    }))

  test('a node that is not known: the reason and the next step', () =>
    withServer(agent, async (address) => {
      expect(await call(['explain', 'n9', '--api', address])).toEqual({
        code: 1,
        out: '',
        err: 'murmur: No node called n9 is known here: `murmur status -r` lists the names.\n',
      })
    }))

  test('leave says what happens', () =>
    withServer(agent, async (address) => {
      const { code, out } = await call(['leave', '--api', address])
      expect(code).toBe(0)
      expect(out).toBe(`The agent at ${address} leaves and ends; the others hear of it at once.\n`)
    }))

  test('something that is no agent is not believed', () =>
    withServer(
      (_, response) => json(response, { hello: 'world' }),
      async (address) => {
        const { code, err } = await call(['status', '--api', address])
        expect(code).toBe(1)
        expect(err).toContain('answered /v1/status with something else than an agent does')
      },
    ))

  test('a server without JSON is not believed either', () =>
    withServer(
      (_, response) => void response.writeHead(500).end('<html>'),
      async (address) => {
        const { code, err } = await call(['info', '--api', address])
        expect(code).toBe(1)
        expect(err).toBe(
          `murmur: ${address} answered with HTTP status 500; is an agent listening there?\n`,
        )
      },
    ))
})

describe('an agent that is not there', () => {
  const commands = ['status', 'info', 'gossipinfo', 'failuredetector', 'events', 'leave']
  test.each(commands)('%s: one sentence, exit code 1', async (command) => {
    const { code, out, err } = await call([command, '--api', '127.0.0.1:2'])
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err).toBe(
      'murmur: No agent answers at 127.0.0.1:2, the connection was refused: start one with ' +
        '`murmur agent` or `murmur local up`, or name another with --api HOST:PORT.\n',
    )
  })

  test('nor is one behind a name that does not resolve', async () => {
    const { code, err } = await call(['status', '--api', 'nowhere.invalid:7980'])
    expect(code).toBe(1)
    expect(err).toMatch(/No agent answers at nowhere\.invalid:7980, (there is no host|the name)/)
  })
})

describe('wrong use: one sentence, exit code 2', () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['an unknown command', ['statsu'], "unknown command 'statsu', did you mean status?"],
    [
      'an unknown local command',
      ['local', 'kil', 'n1'],
      "unknown command 'kil', did you mean kill?",
    ],
    ['an unknown flag', ['status', '--jsn'], "unknown option '--jsn', did you mean --json?"],
    ['an unknown flag of the agent', ['agent', '--seed', 'a:1'], 'did you mean --seeds?'],
    ['a missing argument', ['explain'], "missing required argument 'node'"],
    ['too many arguments', ['status', 'ks', 'now'], 'too many arguments'],
    ['a flag without its value', ['status', '--api'], 'argument missing'],
    ['an address that is none', ['status', '--api', '::::'], '--api :::: is no address'],
    ['a count that is none', ['local', 'up', '-n', '0'], 'Give a whole number from 1 to 200'],
    ['a port that is none', ['local', 'up', '--base-port', '80'], 'from 1024 to 65535'],
    ['a time that is none', ['local', 'up', '--for', 'soon'], 'Give seconds'],
    ['no room above the base port', ['local', 'up', '--base-port', '65530'], 'give at most 65497'],
  ]
  test.each(cases)('%s', async (_, args, says) => {
    const { code, out, err } = await call(args)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(says)
    expect(err.startsWith('murmur: ')).toBe(true)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  test('mistakes in the settings of an agent are told all at once, with the range', async () => {
    const { code, err } = await call(['agent', '--tokens', '0', '--bind', 'here', '--profile', 'x'])
    expect(code).toBe(2)
    expect(err).toContain('3 settings are not valid, nothing was started:')
    expect(err).toContain('--tokens: "0" is not valid, give 1 to 1024 tokens')
    expect(err).toContain('--bind: "here" is not valid, give HOST:PORT')
    expect(err).toContain('--profile: "x" is not valid, give one of lan, calm, wan')
  })

  test('no command at all: the help, on stderr', async () => {
    const { code, out, err } = await call([])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('Usage: murmur')
  })
})

describe('help and version', () => {
  test('every command has help with an example', async () => {
    const words = ['agent', 'local', 'local up', 'status', 'explain', 'info', 'gossipinfo']
    for (const name of [...words, 'failuredetector', 'events', 'leave', 'drain', 'completion']) {
      const { code, out } = await call([...name.split(' '), '--help'])
      expect(code).toBe(0)
      expect(out).toContain('Examples:')
    }
  })

  test('the flags of an agent come from its declarations, rare ones with --help-all', async () => {
    const short = await call(['agent', '--help'])
    expect(short.out).toContain('--data-dir <DIR>')
    expect(short.out).toContain('--profile <lan|calm|wan>')
    expect(short.out).toContain('(1 to 1024 tokens; default 16)')
    expect(short.out).not.toContain('--probe-period')
    const long = await call(['agent', '--help-all'])
    expect(long.code).toBe(0)
    expect(long.out).toContain('--probe-period <ms>')
  })

  test('version', async () => {
    const { code, out } = await call(['version'])
    expect(code).toBe(0)
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(JSON.parse((await call(['version', '--json'])).out)).toEqual({
      version: out.trim(),
      node: process.version,
    })
    expect((await call(['--version'])).out).toBe(out)
  })
})

describe('completion', () => {
  const candidates = async (...words: readonly string[]): Promise<string[]> => {
    const said: string[] = []
    const log = jest.spyOn(console, 'log').mockImplementation((text: unknown) => {
      said.push(String(text).split('\t')[0] ?? '')
    })
    await call(['complete', '--', ...words])
    log.mockRestore()
    return said.filter((word) => !word.startsWith(':'))
  }

  test('knows the commands, their flags, and the values of those that have few', async () => {
    expect(await candidates('sta')).toEqual(['status'])
    expect(await candidates('local', 're')).toEqual(['restart'])
    expect(await candidates('status', '--w')).toEqual(['--watch'])
    expect(await candidates('agent', '--profile', '')).toEqual(['lan', 'calm', 'wan'])
  })

  test.each(['bash', 'zsh', 'fish'])('prints a script for %s', async (shell) => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined)
    expect((await call(['completion', shell])).code).toBe(0)
    expect(String(log.mock.calls[0]?.[0])).toContain('murmur')
    log.mockRestore()
  })

  test('has no script for other shells', async () => {
    const { code, err } = await call(['completion', 'tcsh'])
    expect(code).toBe(2)
    expect(err).toContain('Allowed choices are zsh, bash, fish')
  })
})
