/** What every `murmur kv` command may be told. */
export interface KvOptions {
  readonly level: string
  readonly api?: string
  readonly json?: true
  /** Of a write: a stamp that it must come after. */
  readonly seen?: string
}
