/**
 * A list in pages that several lists share until one of them writes (copy on write): what ten
 * thousand simulated nodes hold alike is held once.
 */
import { known } from '../base/assert.js'

export abstract class Pages<P> {
  /** Bounded by what is kept in them. */
  private pages: P[] = []
  /** Whether no other list has the page; bounded likewise. */
  private owned: boolean[] = []

  protected abstract copyOf(page: P): P

  get count(): number {
    return this.pages.length
  }

  add(page: P): void {
    this.pages.push(page)
    this.owned.push(true)
  }

  /** To be read only. */
  read(number: number): P | undefined {
    return this.pages[number]
  }

  /** To be written: copied first where another list has it too. */
  write(number: number): P {
    const page = known(this.pages[number], 'a page')
    if (this.owned[number] === true) return page
    const copy = this.copyOf(page)
    this.pages[number] = copy
    this.owned[number] = true
    return copy
  }

  /** Becomes what another list is; from now on neither owns a page. */
  share(from: this): void {
    this.pages = from.pages.slice()
    this.owned = this.pages.map(() => false)
    from.owned.fill(false)
  }
}
