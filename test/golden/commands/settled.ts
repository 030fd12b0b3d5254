/** `settled a b c` */
import type { Command } from '../command.js'

export const settled: Command = {
  name: 'settled',
  usage: 'settled NODE...',
  does: 'nodes that have known each other all along',
  run(scene, labels) {
    scene.world.settle(labels.map((label) => scene.add(label)))
    scene.take()
    const last = labels.at(-1) ?? ''
    const all = labels.length > 1 ? `${labels.slice(0, -1).join(', ')} and ${last} know` : last
    return [`${all} ${labels.length > 1 ? 'each other' : 'knows itself'} at ${scene.time}`]
  },
}
