/** `status --watch`: the table and the last events of one agent, repainted as things change. */
import type { Seen } from './terminal/watching.js'
import { watchCluster } from './terminal/watching.js'
import { Screen } from './terminal/screen.js'
import { pictureLines } from './layout/picture.js'
import { ask } from './api.js'
import { answers } from './answers.js'
import { coloursFor, type Surroundings } from './surroundings.js'

/** Runs until Ctrl-C. @throws {CommandFailure} when nobody answers at first */
export async function watchStatus(
  choose: () => string,
  look: { readonly names: boolean },
  around: Surroundings,
): Promise<void> {
  await ask(choose(), '/v1/status', answers.status)
  const stop = new AbortController()
  const forget = around.onStop(() => stop.abort())
  const screen = new Screen(around)
  const colours = coloursFor(around)
  try {
    await watchCluster({
      choose,
      stop: stop.signal,
      recent: true,
      changed: (seen: Seen) => {
        const title = `murmur status --watch, asking ${seen.from}`
        const picture = { seen, title, names: look.names, foot: ['Ctrl-C ends this.'] }
        screen.show((columns, rows) => pictureLines(picture, columns, rows, colours))
      },
    })
  } finally {
    screen.close()
    forget()
  }
}
