/**
 * Words that come again and again, written in full once and by number from then on. Writer and
 * reader of one segment fill the same list, so only the words themselves are in the file.
 */
import type { Reader, Writer } from '../../base/bytes.js'

/** Words remembered: strangers may write from any number of addresses. */
const NAMES_MAX = 4096
/** Longest word, in bytes. */
const WORD_MAX = 1024

/** Stands before a word that is written in full. */
const IN_FULL = 0

export class Names {
  /** Bounded: NAMES_MAX. */
  private readonly words: string[] = []
  /** Bounded likewise. */
  private readonly numbers = new Map<string, number>()

  write(out: Writer, word: string): void {
    const number = this.numbers.get(word)
    if (number !== undefined) return out.varint(number + 1)
    out.varint(IN_FULL)
    out.text(word)
    this.remember(word)
  }

  read(from: Reader): string {
    const number = from.varint()
    if (number !== IN_FULL) return this.words[number - 1] ?? unknown(from)
    const word = from.text(WORD_MAX)
    this.remember(word)
    return word
  }

  private remember(word: string): void {
    if (this.words.length >= NAMES_MAX) return
    this.numbers.set(word, this.words.length)
    this.words.push(word)
  }
}

function unknown(from: Reader): string {
  from.fail()
  return ''
}
