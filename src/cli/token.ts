/**
 * `murmur token`: where keys stand on the ring, as Cassandra's partitioner says; nobody is asked.
 */
import type { Command } from 'commander'
import { encodeUtf8 } from '../base/utf8.js'
import { formatToken, hashOf, tokenOf } from '../ring/token.js'
import { wrongUse } from './failure.js'
import { tableLines } from './layout/table.js'
import type { Surroundings } from './surroundings.js'

const NOTES = `
Keys are hashed as UTF-8 text by Murmur3Partitioner's rules; with --hex each KEY is bytes, such as
00ff. The hash is the token but for the empty key, whose token is the least one.

Examples:
  murmur token user:17 user:18
  murmur token --hex 0001610000016200 --json
`

export function tokenCommand(program: Command, around: Surroundings): void {
  program
    .command('token')
    .description('the tokens of keys')
    .argument('<key...>', 'a key as text, or with --hex as bytes')
    .option('--hex', 'keys are hexadecimal bytes')
    .option('--json', 'as JSON: [ { key, hash, token } ]')
    .addHelpText('after', NOTES)
    .action((keys: readonly string[], options: { hex?: true; json?: true }) => {
      const rows = keys.map((key) => tokenRow(key, options.hex === true))
      around.out.write(options.json ? `${JSON.stringify(rows)}\n` : asText(rows))
    })
}

interface TokenRow {
  readonly key: string
  readonly hash: string
  readonly token: string
}

function tokenRow(key: string, hex: boolean): TokenRow {
  const bytes = hex ? bytesOf(key) : encodeUtf8(key)
  return { key, hash: formatToken(hashOf(bytes)), token: formatToken(tokenOf(bytes)) }
}

function bytesOf(hex: string): Uint8Array {
  const digits = hex.replace(/^0x/, '')
  if (!/^([0-9a-fA-F]{2})*$/.test(digits))
    throw wrongUse(`"${hex}" is not hexadecimal bytes: give pairs of digits such as 00ff.`)
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

function asText(rows: readonly TokenRow[]): string {
  const lines = tableLines(rows.map(({ key, token }) => [token, key]))
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}
