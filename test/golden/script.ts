/**
 * Golden protocol scripts: lines that begin with `> ` are commands, what follows each is what it
 * prints, and lines that begin with `#` are for the reader. A script is right when running its
 * commands gives the very text.
 */
import { count } from './commands/count.js'
import { crash } from './commands/crash.js'
import { cut } from './commands/cut.js'
import { explain } from './commands/explain.js'
import { partition } from './commands/partition.js'
import { publish } from './commands/publish.js'
import { run } from './commands/run.js'
import { set } from './commands/set.js'
import { settled } from './commands/settled.js'
import { show } from './commands/show.js'
import { stall } from './commands/stall.js'
import { start } from './commands/start.js'
import { drain, leave } from './commands/tell.js'
import { until } from './commands/until.js'
import { view } from './commands/view.js'
import type { Command } from './command.js'
import { Scene } from './scene.js'

export const commands: readonly Command[] = [
  settled,
  start,
  set,
  show,
  run,
  until,
  crash,
  stall,
  cut,
  partition,
  leave,
  drain,
  publish,
  view,
  explain,
  count,
]

const MARK = '> '

/** The script with what its commands print now. */
export function played(script: string): string {
  const scene = new Scene()
  const lines: string[] = []
  let printed = false
  for (const line of script.trimEnd().split('\n')) {
    // What a former run printed, and the empty lines below it, is written anew.
    const kept = line.startsWith(MARK) || line.startsWith('#') || (line === '' && !printed)
    if (!kept) continue
    if (printed) lines.push('')
    printed = false
    lines.push(line)
    if (!line.startsWith(MARK)) continue
    const said = obey(scene, line.slice(MARK.length))
    lines.push(...said)
    printed = said.length > 0
  }
  return `${lines.join('\n')}\n`
}

function obey(scene: Scene, line: string): readonly string[] {
  const [name = '', ...words] = line.trim().split(/\s+/)
  const command = commands.find((one) => one.name === name)
  if (command === undefined) return [`there is no command ${name}`]
  try {
    return command.run(scene, words)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return [`${error.message}; write it as ${command.usage}`]
  }
}
