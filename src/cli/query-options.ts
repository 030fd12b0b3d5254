/** What every asking command is given. */

export interface QueryOptions {
  readonly api?: string
  readonly json?: true
}
