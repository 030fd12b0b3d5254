/** `view a b` */
import type { Command } from '../command.js'

export const view: Command = {
  name: 'view',
  usage: 'view [NODE...]',
  does: 'how each of them, or everybody, sees the members',
  run(scene, labels) {
    const asked = labels.length > 0 ? labels : scene.labels
    return asked.map((label) => {
      const seen = scene.host(label).node?.view(scene.world.now).members ?? []
      const words = scene.labels.flatMap((other) =>
        seen
          .filter(({ hostId }) => hostId === scene.host(other).hostId)
          .map(
            ({ liveness, gone, incarnation }) => `${other} ${gone ?? liveness} at ${incarnation}`,
          ),
      )
      return `${label}: ${words.length === 0 ? 'does not run' : words.join(', ')}`
    })
  },
}
