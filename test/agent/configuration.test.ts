/** Where settings come from, who wins, and that every mistake is told at once with its place. */
import { expect, test } from '@jest/globals'
import { configurationOf, loadConfiguration, type Loaded } from '../../src/agent/configuration.js'
import { agentSettings } from '../../src/agent/settings.js'

interface Given {
  readonly flags?: Record<string, unknown>
  readonly env?: Record<string, string>
  readonly file?: string
}

async function load({ flags = {}, env = {}, file }: Given): Promise<Loaded> {
  return loadConfiguration({
    flags,
    env,
    readFile: () =>
      file === undefined ? Promise.reject(new Error('no file')) : Promise.resolve(file),
  })
}

async function problems(given: Given): Promise<readonly string[]> {
  const loaded = await load(given)
  return loaded.kind === 'refused' ? loaded.problems : []
}

test('defaults are enough', async () => {
  const loaded = await load({})
  expect(loaded).toMatchObject({
    kind: 'settled',
    configuration: {
      bind: '127.0.0.1:7946',
      api: '127.0.0.1:7980',
      cluster: 'murmuration',
      dc: 'dc1',
      rack: 'rack1',
      tokens: 16,
      seeds: [],
      dataDir: './murmur-data',
      gossip: { probePeriod: 1000 },
    },
  })
})

test('a flag wins over a variable, a variable over the file', async () => {
  const loaded = await load({
    file: 'dc: file\nrack: file\nname: file\nseeds: [a.example:1, "[::1]:7946"]\n',
    env: { MURMUR_DC: 'variable', MURMUR_RACK: 'variable', MURMUR_CONFIG: 'murmur.yaml' },
    flags: { dc: 'flag', name: undefined },
  })
  expect(loaded).toMatchObject({
    configuration: {
      dc: 'flag',
      rack: 'variable',
      name: 'file',
      seeds: ['a.example:1', '[::1]:7946'],
    },
  })
})

test('values cannot be changed afterwards', () => {
  const configuration = configurationOf({})
  expect(Object.isFrozen(configuration) && Object.isFrozen(configuration.gossip)).toBe(true)
})

test('a profile sets what nobody gave, and no more', () => {
  const { gossip } = configurationOf({ profile: 'wan', ackCap: '900' })
  expect(gossip).toMatchObject({ suspicionFactor: 4, ackFloor: 400, ackCap: 900 })
})

test('every mistake is told at once, each with its place and what is valid', async () => {
  expect(
    await problems({
      file: 'tokns: 3\nprofile: fast\n',
      env: {
        MURMUR_TOKENS: '0',
        MURMUR_SEEDS: 'nowhere',
        MURMUR_DTA_DIR: 'x',
        MURMUR_SERVICE_HOST: 'x',
      },
      flags: { config: 'conf.yml', bind: '127.0.0.1', probePeriod: 'soon', dc: '' },
    }),
  ).toEqual([
    'conf.yml: tokns: there is no such setting, did you mean tokens?',
    'conf.yml: profile: "fast" is not valid, give one of lan, calm, wan',
    'MURMUR_DTA_DIR: there is no such variable, did you mean MURMUR_DATA_DIR?',
    'MURMUR_SEEDS: "nowhere" is not valid, give HOST:PORT, port 0 to 65535, IPv6 as [::1]:7946',
    'MURMUR_TOKENS: "0" is not valid, give 1 to 1024 tokens',
    '--bind: "127.0.0.1" is not valid, give HOST:PORT, port 0 to 65535, IPv6 as [::1]:7946',
    '--dc: 0 bytes long, give 1 to 64 bytes',
    '--probe-period: "soon" is not valid, give 50 to 60000 ms',
  ])
})

test('a flag that does not exist is a problem', async () => {
  expect(await problems({ flags: { seds: 'a:1' } })).toEqual([
    '--seds: there is no such setting, did you mean seeds?',
  ])
})

test('an empty variable counts as none', async () => {
  expect(await problems({ env: { MURMUR_TOKENS: '', MURMUR_BIND: '' } })).toEqual([])
})

test.each([
  ['conf.toml', 'x', 'conf.toml: name it .yaml, .yml or .json'],
  ['conf.json', '{', /^conf\.json: /],
  ['conf.yaml', 'a: [', /^conf\.yaml: /],
  ['conf.yaml', '- a', 'conf.yaml: give settings as names with values'],
  [
    'conf.yaml',
    'config: other.yaml',
    /^conf\.yaml: config \(in a file\): there is no such setting/,
  ],
])('a file %s holding %j is refused in one sentence', async (config, file, says) => {
  const told = await problems({ file, flags: { config } })
  expect(told).toHaveLength(1)
  if (typeof says === 'string') expect(told[0]).toBe(says)
  else expect(told[0]).toMatch(says)
})

test('a file that is not there is said so', async () => {
  const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
  const loaded = await loadConfiguration({
    flags: { config: 'gone.json' },
    env: {},
    readFile: () => Promise.reject(missing),
  })
  expect(loaded).toEqual({
    kind: 'refused',
    problems: ['gone.json: cannot be read, there is no such file'],
  })
})

test('an empty file is a file without settings', async () => {
  expect(await problems({ file: '', flags: { config: 'murmur.yaml' } })).toEqual([])
})

test.each(['srv:_murmur._udp.example.com', 'n1:7946', '[::1]:7946', '10.0.0.1:1'])(
  'seed %s is taken',
  async (seed) => {
    expect(await problems({ flags: { seeds: seed } })).toEqual([])
  },
)

test.each(['srv:example.com', 'n1', 'n1:0', '::1:7946', 'a b:1x'])(
  'seed %s is refused',
  async (seed) => {
    expect(await problems({ flags: { seeds: seed } })).toHaveLength(1)
  },
)

test("the protocol's numbers stay out of the help", () => {
  expect(agentSettings.probePeriod).toMatchObject({ rare: true, default: 1000 })
  expect(agentSettings.bind).not.toHaveProperty('rare')
})

test.each(['off', '127.0.0.1:0', 'http://127.0.0.1:7980'])('api may be %s', async (api) => {
  expect(await problems({ env: { MURMUR_API: api } })).toEqual([])
})
