/** What every asking command is given. */

export interface QueryOptions {
  readonly api?: string
  readonly json?: true
}

export interface CopiesOptions extends QueryOptions {
  /** How many copies the keyspace keeps, such as `dc1=3`. */
  readonly replication?: string
}

export interface ChangeOptions extends QueryOptions {
  /** Print what would happen, and change nothing. */
  readonly dryRun?: true
  /** Return when the ring has settled. */
  readonly wait?: true
}
