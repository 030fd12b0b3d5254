/** What every `murmur kv` command may be told. */
export interface KvOptions {
  readonly level: string
  readonly api?: string
  readonly json?: true
}
