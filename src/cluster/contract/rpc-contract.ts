/**
 * What every transport promises, as cases on two ends of one: questions with one answer, streams
 * that are drawn and not pushed, resumption after a break, and errors that say what happened.
 */
import type { Address } from '../../base/machine.js'
import { CREDIT_BYTES, PIECE_BYTES, RpcError } from '../data/rpc.js'
import type { Piece, Rpc, RpcTrouble, Service } from '../data/rpc.js'
import { caseOn, expectSame, expectThat, failureOf, type Case, type Make } from './case.js'

/** Two ends that reach each other. */
export interface RpcPair {
  readonly asker: Rpc
  readonly answerer: Rpc
  /** Where the asker reaches the answerer. */
  readonly there: Address
  /** Where nobody listens. */
  readonly nowhere: Address
  /** Breaks every connection between the two; further ones succeed. */
  readonly cut: () => void
}

/** Longer than any answer here takes on a slow machine. */
const PATIENT = { timeout: 20_000 }
const BRIEF = { timeout: 150 }
const NOTHING = new Uint8Array()

export function rpcContract(make: Make<RpcPair>): readonly Case[] {
  return [
    caseOn(make, 'answers questions, many at a time, each with its own', answersEach),
    caseOn(make, 'carries the largest and the smallest question and answer whole', carriesWhole),
    caseOn(make, 'refuses with the words of the other side', refuses),
    caseOn(make, 'says that nobody is there, and that nobody answers', saysWhy),
    caseOn(make, 'streams pieces in order, beside questions', streams),
    caseOn(make, 'makes no more pieces than the asker has room for', backPressure),
    caseOn(make, 'tells the maker of pieces when the asker leaves', leavesEarly),
    caseOn(make, 'ends a stream with the words of the maker', streamRefused),
    caseOn(make, 'goes on behind the last piece after each break', resumes),
    caseOn(make, 'connects again after a break', connectsAgain),
    caseOn(make, 'ends what is under way when it is closed', closes),
  ]
}

async function answersEach({ asker, answerer, there }: RpcPair): Promise<void> {
  answerer.serve(serviceOf({ answer: (method, body) => [...body, method.length] }))
  const numbers = Array.from({ length: 50 }, (_, i) => i)
  const answers = await Promise.all(
    numbers.map((i) => asker.ask(there, 'four', Uint8Array.of(i), PATIENT)),
  )
  const wanted = numbers.map((i) => [i, 4])
  expectSame(
    answers.map((answer) => [...answer]),
    wanted,
    'the answers',
  )
}

async function carriesWhole({ asker, answerer, there }: RpcPair): Promise<void> {
  answerer.serve(serviceOf({ answer: (_, body) => body }))
  for (const size of [0, 1, 65_535, 65_536, PIECE_BYTES]) {
    const body = Uint8Array.from({ length: size }, (_, i) => (i * 31) % 251)
    const answer = await asker.ask(there, 'echo', body, PATIENT)
    expectThat(answer.length === size, `an answer of ${size} bytes`)
    expectThat(
      answer.every((byte, i) => byte === (i * 31) % 251),
      'the same bytes',
    )
  }
}

async function refuses({ asker, answerer, there }: RpcPair): Promise<void> {
  const early = await troubleOf(asker.ask(there, 'any', NOTHING, PATIENT), 'refused')
  expectThat(early.message !== '', 'a reason before anybody serves')
  answerer.serve(
    serviceOf({
      answer: () => {
        throw new Error('there is no such thing')
      },
    }),
  )
  const late = await troubleOf(asker.ask(there, 'any', NOTHING, PATIENT), 'refused')
  expectThat(late.message.includes('there is no such thing'), 'the words of the other side')
}

async function saysWhy({ asker, answerer, there, nowhere }: RpcPair): Promise<void> {
  await troubleOf(asker.ask(nowhere, 'any', NOTHING, PATIENT), 'unreachable')
  answerer.serve({ ...serviceOf({}), answer: () => new Promise(() => undefined) })
  await troubleOf(asker.ask(there, 'any', NOTHING, BRIEF), 'timeout')
  await troubleOf(drawn(asker.open(nowhere, 'any', NOTHING, BRIEF)), 'unreachable', 'timeout')
}

async function streams({ asker, answerer, there }: RpcPair): Promise<void> {
  answerer.serve(serviceOf({ answer: (_, body) => body, pieces: counted(200, 1000) }))
  const [pieces, other, answer] = await Promise.all([
    drawn(asker.open(there, 'count', NOTHING, PATIENT)),
    drawn(asker.open(there, 'count', NOTHING, PATIENT)),
    asker.ask(there, 'echo', Uint8Array.of(7), PATIENT),
  ])
  const wanted = Array.from({ length: 200 }, (_, i) => i)
  expectSame(pieces, wanted, 'the pieces')
  expectSame(other, wanted, 'the pieces of a second stream')
  expectSame([...answer], [7], 'an answer meanwhile')
}

async function backPressure({ asker, answerer, there }: RpcPair): Promise<void> {
  const size = CREDIT_BYTES / 16
  let made = 0
  answerer.serve(serviceOf({ pieces: counted(200, size, () => made++) }))
  let drawnSoFar = 0
  for await (const { bytes } of asker.open(there, 'count', NOTHING, PATIENT)) {
    expectThat(bytes.length === size, 'a whole piece')
    drawnSoFar++
    // A question goes there and back: what was going to be made ahead is made by now.
    await asker.ask(there, 'echo', NOTHING, PATIENT)
    const ahead = made - drawnSoFar
    expectThat(ahead <= 18, `at most 18 pieces ahead of the asker, and not ${ahead}`)
  }
  expectSame([drawnSoFar, made], [200, 200], 'the pieces drawn and made')
}

async function leavesEarly({ asker, answerer, there }: RpcPair): Promise<void> {
  let left: () => void = () => undefined
  const told = new Promise<void>((resolve) => (left = resolve))
  answerer.serve(serviceOf({ pieces: counted(1e9, 1000, undefined, () => left()) }))
  for await (const piece of asker.open(there, 'count', NOTHING, PATIENT)) {
    if (numberIn(piece) === 3) break
  }
  await told
}

async function streamRefused({ asker, answerer, there }: RpcPair): Promise<void> {
  answerer.serve(
    serviceOf({
      pieces: async function* (from) {
        yield* counted(3, 10)(from)
        throw new Error('the rest is lost')
      },
    }),
  )
  const seen: number[] = []
  const attempt = async (): Promise<void> => {
    for await (const piece of asker.open(there, 'count', NOTHING, PATIENT))
      seen.push(numberIn(piece))
  }
  const error = await troubleOf(attempt(), 'refused')
  expectThat(error.message.includes('the rest is lost'), 'the words of the maker')
  expectSame(seen, [0, 1, 2], 'the pieces before that')
}

async function resumes({ asker, answerer, there, cut }: RpcPair): Promise<void> {
  const froms: number[] = []
  const pieces = counted(60, 50_000)
  answerer.serve(
    serviceOf({
      pieces: (from) => {
        froms.push(from)
        return pieces(from)
      },
    }),
  )
  const seen: number[] = []
  for await (const piece of asker.open(there, 'count', NOTHING, PATIENT)) {
    seen.push(numberIn(piece))
    if (seen.length === 1 || seen.length === 20 || seen.length === 60) cut()
  }
  const wanted = Array.from({ length: 60 }, (_, i) => i)
  expectSame(seen, wanted, 'the pieces over three breaks')
  expectThat(froms.length >= 3, 'the stream to be opened again')
}

async function connectsAgain({ asker, answerer, there, cut }: RpcPair): Promise<void> {
  answerer.serve({
    ...serviceOf({}),
    answer: (method, body) =>
      method === 'hang' ? new Promise(() => undefined) : Promise.resolve(body),
  })
  const hanging = troubleOf(asker.ask(there, 'hang', NOTHING, PATIENT), 'broken')
  await asker.ask(there, 'echo', NOTHING, PATIENT)
  cut()
  await hanging
  const answer = await asker.ask(there, 'echo', Uint8Array.of(1), PATIENT)
  expectSame([...answer], [1], 'the answer after a break')
}

async function closes({ asker, answerer, there }: RpcPair): Promise<void> {
  answerer.serve({ ...serviceOf({ pieces: counted(5, 10) }), answer: () => new Promise(() => 0) })
  const hanging = troubleOf(asker.ask(there, 'any', NOTHING, PATIENT), 'closed')
  await asker.close()
  await hanging
  await troubleOf(asker.ask(there, 'any', NOTHING, PATIENT), 'closed')
  await troubleOf(drawn(asker.open(there, 'count', NOTHING, PATIENT)), 'closed')
}

async function troubleOf(
  promise: Promise<unknown>,
  ...wanted: readonly RpcTrouble[]
): Promise<RpcError> {
  const error = await failureOf(promise, 'a call')
  expectThat(error instanceof RpcError, `an RpcError, and not ${String(error)}`)
  const said = `${error.trouble} (${error.message})`
  expectThat(wanted.includes(error.trouble), `${wanted.join(' or ')}, and not ${said}`)
  return error
}

interface Answers {
  readonly answer?: (method: string, body: Uint8Array) => ArrayLike<number>
  readonly pieces?: (from: number) => AsyncIterable<Piece>
}

function serviceOf({ answer, pieces }: Answers): Service {
  return {
    answer: async (method, body) =>
      Uint8Array.from(await Promise.resolve(answer?.(method, body) ?? [])),
    stream: (_method, _body, from) => {
      const start = from.length === 0 ? 0 : numberOf(from)
      return pieces?.(start) ?? counted(0, 0)(0)
    },
  }
}

/** Pieces that say their number, from one on. */
function counted(
  end: number,
  size: number,
  onMade?: () => void,
  onLeft?: () => void,
): (from: number) => AsyncGenerator<Piece> {
  return async function* (from) {
    try {
      for (let number = from; number < end; number++) {
        onMade?.()
        const bytes = new Uint8Array(size)
        bytes.set(bytesOf(number))
        yield await Promise.resolve({ position: bytesOf(number + 1), bytes })
      }
    } finally {
      onLeft?.()
    }
  }
}

async function drawn(pieces: AsyncIterable<Piece>): Promise<number[]> {
  const numbers: number[] = []
  for await (const piece of pieces) numbers.push(numberIn(piece))
  return numbers
}

function numberIn({ bytes }: Piece): number {
  return numberOf(bytes.subarray(0, 4))
}

function bytesOf(number: number): Uint8Array {
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number)
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}
