/** `crash c` */
import type { Command } from '../command.js'

export const crash: Command = {
  name: 'crash',
  usage: 'crash NODE...',
  does: 'their processes end at once; their disks stay',
  run(scene, labels) {
    for (const label of labels) scene.world.crash(scene.host(label))
    return scene.take()
  },
}
