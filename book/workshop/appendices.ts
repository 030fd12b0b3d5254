/** The appendices that are made, not written: every setting, and every command with its flags. */
import type { Command, Option } from 'commander'
import { ownSurroundings } from '../../src/cli/surroundings.js'
import { buildProgram } from '../../src/cli/program.js'
import { settingsPage } from '../../src/cli/settings-reference.js'
import type { Book, Breach, Rule } from './book.js'

/** By path under book/src. */
export function appendicesNow(): Map<string, string> {
  return new Map([
    ['appendix/settings.md', settingsPage()],
    ['appendix/commands.md', commandsPage()],
  ])
}

export const appendixRule: Rule = {
  name: 'the generated appendices are fresh',
  check: (book: Book): Breach[] =>
    [...appendicesNow()].flatMap(([path, text]) =>
      book.pages.get(path) === text ? [] : [`${path} is not what is made now: npm run record`],
    ),
}

const HEAD = `# Commands

Made from the declarations under \`src/cli/\`: change them there, then run \`npm run record\`.

Every command that asks takes \`--json\`, whose shapes are stable, and \`--api HOST:PORT\`. Commands
exit 0 on success, 1 on failure and 2 on wrong use.
`

function commandsPage(): string {
  const program = buildProgram(ownSurroundings())
  return [HEAD, ...leaves(program, 'murmur').map(section)].join('\n')
}

interface Leaf {
  readonly name: string
  readonly command: Command
}

/** The commands that do something, in the order of the help. */
function leaves(command: Command, name: string): Leaf[] {
  const inner = command.commands.filter((each) => each.name() !== 'help')
  return inner.length === 0
    ? [{ name, command }]
    : inner.flatMap((each) => leaves(each, `${name} ${each.name()}`))
}

function section({ name, command }: Leaf): string {
  const call = [name, ...command.registeredArguments.map((each) => shown(each))].join(' ')
  const options = command.options.filter((option) => !option.hidden).map(row)
  const table = options.length === 0 ? [] : ['| flag | does |', '|---|---|', ...options, '']
  return [`## ${name}`, '', `\`${call}\`: ${command.description()}.`, '', ...table].join('\n')
}

function shown(argument: Command['registeredArguments'][number]): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

function row(option: Option): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
  return `| \`${option.flags.replaceAll('|', '\\|')}\` | ${cell(option.description)} |`
}
