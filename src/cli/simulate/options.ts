/** Options of every simulation, as commander gives them. */
export interface SimulateOptions {
  readonly seed: number
  readonly profile?: 'lan' | 'calm' | 'wan'
  /** `key=value`, in the order given. */
  readonly set?: readonly string[]
  readonly compare?: string
  readonly json?: true
  readonly csv?: true
  readonly report?: string
  readonly figure?: string
}
