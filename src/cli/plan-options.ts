/** What the flags of `murmur plan` say, once read. */

export interface PlanOptions {
  readonly topology: string
  readonly json?: true
  readonly svg?: string
  readonly html?: string
}

export interface ChangeOptions extends PlanOptions {
  readonly tokens?: number
  /** Bytes of one copy of everything. */
  readonly data?: number
  /** Bytes per second that a node takes in. */
  readonly rate: number
  readonly write?: string
}
