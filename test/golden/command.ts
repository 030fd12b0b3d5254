/** One word of the scripts' language: what it is called, how it is written, what it does. */
import type { Scene } from './scene.js'

export interface Command {
  readonly name: string
  /** How it is written, for the list in the README beside the scripts. */
  readonly usage: string
  readonly does: string
  /** What it prints; lines of the scene are taken by it where time passes. */
  run(scene: Scene, words: readonly string[]): readonly string[]
}

/** `1.5` */
export function millisOf(word: string | undefined): number {
  const seconds = Number(word)
  if (word === undefined || !(seconds >= 0))
    throw new Error(`${word ?? 'nothing'} is no time in seconds`)
  return seconds * 1000
}

export function given(word: string | undefined, what: string): string {
  if (word === undefined) throw new Error(`${what} is missing`)
  return word
}

/** `a b -> c for 3`: the words before and after the arrow, and the rest. */
export function split(words: readonly string[], at: string): [string[], string[]] {
  const place = words.indexOf(at)
  return place < 0 ? [[...words], []] : [words.slice(0, place), words.slice(place + 1)]
}
