/**
 * Every setting of an agent as text, as the page docs/settings.md, or as JSON; all made from the
 * declarations.
 */
import { environmentName, flagName, validRange, type Setting } from '../base/settings.js'
import { ownSettings } from '../agent/settings.js'
import { clusterSettings } from '../cluster/cluster-settings.js'
import { ringSettings } from '../cluster/ring-settings.js'
import { gossipSettings } from '../gossip/settings.js'

type Table = Readonly<Record<string, Setting>>

export function settingsText(as: { readonly markdown?: true; readonly json?: true }): string {
  const all = { ...ownSettings, ...gossipSettings, ...ringSettings, ...clusterSettings }
  if (as.json) return `${JSON.stringify(all, null, 2)}\n`
  return as.markdown
    ? settingsPage()
    : [ownSettings, gossipSettings, ringSettings].map(plainText).join('\n')
}

function plainText(table: Table): string {
  return Object.entries(table)
    .map(([key, setting]) => {
      const facts = `${flagName(key)}  (${validRange(setting)}; default ${defaultText(setting)})`
      return `${facts}\n    ${setting.why}\n`
    })
    .join('')
}

function defaultText(setting: Setting): string {
  const text = setting.kind === 'list' ? setting.default.join(',') : String(setting.default)
  return text === '' ? 'none' : text
}

const HEAD = `# Settings

Made from the declarations in \`src/agent/settings.ts\`, \`src/gossip/settings.ts\`,
\`src/cluster/ring-settings.ts\` and \`src/cluster/cluster-settings.ts\`: change them there, then
run \`npm run build && node dist/murmur.js settings --markdown > docs/settings.md\`.

Every setting is a flag of \`murmur agent\` (\`--data-dir\`), a variable (\`MURMUR_DATA_DIR\`)
and a key of the file that \`--config\` names (\`dataDir\`). Flags win over variables, variables
over the file. All mistakes are reported at once.
`

const PROTOCOL = `
## The protocol

The defaults are those of the profile \`lan\`; \`calm\` and \`wan\` replace some of them. All agents
of a cluster should have the same. \`murmur agent --help-all\` shows these too.
`

const RING = `
## The ring

How changes of the ring are decided. All agents of a cluster should have the same here too.
`

const CLUSTER = `
## The cluster

These stand in the ring record and are the same for all nodes: \`murmur config set NAME VALUE\`
changes one for all at once, \`murmur config get\` shows them.
`

export function settingsPage(): string {
  const protocol = `${PROTOCOL}\n${tableOf(gossipSettings)}${RING}\n${tableOf(ringSettings)}`
  const cluster = `${CLUSTER}\n${clusterTable()}`
  return `${HEAD}\n## The agent\n\n${tableOf(ownSettings)}${protocol}${cluster}`
}

function tableOf(table: Table): string {
  const rows = Object.entries(table).map(([key, setting]) => {
    const names = `\`${flagName(key)}\`<br>\`${environmentName(key)}\``
    const told = [validRange(setting), defaultText(setting), setting.why].map(cell)
    return `| ${[`\`${key}\``, names, ...told].join(' | ')} |`
  })
  return [
    '| name | flag, variable | values | default | why |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function clusterTable(): string {
  const rows = Object.entries<Setting>(clusterSettings).map(([key, setting]) => {
    const told = [validRange(setting), defaultText(setting), setting.why].map(cell)
    return `| ${[`\`${key}\``, ...told].join(' | ')} |`
  })
  return ['| name | values | default | why |', '|---|---|---|---|', ...rows, ''].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('_', '\\_')
}
