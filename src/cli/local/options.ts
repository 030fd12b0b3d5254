/** What the `murmur local` commands are given, once checked. */

export interface LocalOptions {
  readonly dir: string
}

export interface UpOptions extends LocalOptions {
  readonly nodes?: number
  readonly basePort?: number
  readonly detach?: true
  readonly watch?: true
  readonly for?: number
  /** How many found the ring together. */
  readonly expect?: number
}
