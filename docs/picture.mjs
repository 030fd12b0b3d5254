/**
 * Records a session with a real local cluster and draws it as docs/session.svg. Remake the picture with
 * `npm run build && node docs/picture.mjs`; it takes about ten seconds and ends what it started.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'murmur-picture-'))
const command = join(folder, 'murmur')
symlinkSync(join(root, 'dist/murmur.js'), command)

/** @param {string} line what is typed after `murmur` */
function murmur(line) {
  const env = { ...process.env, MURMUR_API: '' }
  return execFileSync(process.execPath, [command, ...line.split(' ')], {
    cwd: folder,
    env,
  }).toString()
}

async function record() {
  murmur('local up --detach --base-port 17946')
  try {
    const session = [shown('status -r'), shown('local kill n3')]
    await sleep(6000)
    session.push(shown('explain n3'), shown('local restart n3'))
    return session.join('\n')
  } finally {
    murmur('local down')
    rmSync(folder, { recursive: true })
  }
}

/** @param {string} line */
function shown(line) {
  return `$ murmur ${line}\n${murmur(line)}`
}

const SIZE = 13
const CELL = 7.83
const LEADING = 18
const MARGIN = 22
const BAR = 34

/** @param {string} text */
function draw(text) {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd())
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CELL) + 2 * MARGIN
  const height = lines.length * LEADING + BAR + 2 * MARGIN
  const rows = lines.map((line, i) => {
    const y = BAR + MARGIN + (i + 0.7) * LEADING
    return line === '' ? '' : `<text x="${MARGIN}" y="${y.toFixed(1)}">${painted(line)}</text>`
  })
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, i) => `<circle cx="${MARGIN + i * 20}" cy="${BAR / 2 + 4}" r="6" fill="${colour}"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>A recorded session: five agents, one is killed, the others explain why they see it down, it comes back</title>
<style>
  text { font: ${SIZE}px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #d5dae3; white-space: pre }
  .ask { fill: #8fb7ff; font-weight: bold } .good { fill: #7fd88f } .bad { fill: #ff8b82 } .dim { fill: #8a93a5 }
</style>
<rect width="${width}" height="${height}" rx="10" fill="#171b24"/>
${dots.join('')}
${rows.filter((row) => row !== '').join('\n')}
</svg>
`
}

/** The colours that a terminal shows. @param {string} line */
function painted(line) {
  const text = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  if (line.startsWith('$ ')) return span('ask', text)
  if (line.startsWith('Time ')) return span('dim', text)
  return text
    .replace(/^UN/, span('good', 'UN'))
    .replace(/^DN/, span('bad', 'DN'))
    .replace(/settled$/, span('good', 'settled'))
    .replace(/ is down /, span('bad', ' is down '))
}

/** @param {string} kind @param {string} text */
function span(kind, text) {
  return `<tspan class="${kind}">${text}</tspan>`
}

writeFileSync(join(root, 'docs/session.svg'), draw(await record()))
