/**
 * A second, tiny memory beside the database: whose directory this is and the last generation it
 * spoke in. It is read before the database is touched, and written after the database has the same:
 * one that knows less than its witness has lost something.
 */
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'

const NAME = 'witness.json'

/** Raised when an older program could not read the directory of a newer one. */
export const WITNESS_FORMAT = 1

const Shape = v.object({
  format: v.number(),
  cluster: v.string(),
  hostId: v.string(),
  generation: v.number(),
  /** Rows lie beside it. */
  keepsRows: v.optional(v.boolean(), false),
})

export type Witness = Readonly<v.InferOutput<typeof Shape>>

/** undefined where there is none or it cannot be read: it is a help, not a need. */
export async function readWitness(directory: string): Promise<Witness | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(join(directory, NAME), 'utf8'))
    const read = v.safeParse(Shape, content)
    return read.success ? read.output : undefined
  } catch {
    return undefined
  }
}

/** Replaced whole, so that it is never half written. */
export async function writeWitness(
  directory: string,
  witness: Omit<Witness, 'format'>,
): Promise<void> {
  const fresh = join(directory, `${NAME}.new`)
  const file = await open(fresh, 'w')
  try {
    await file.writeFile(`${JSON.stringify({ format: WITNESS_FORMAT, ...witness })}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, join(directory, NAME))
}
