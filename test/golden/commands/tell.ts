/** `leave c`, `drain c`, `rejoin c` */
import type { Command } from '../command.js'

function telling(kind: 'leave' | 'drain' | 'rejoin', does: string): Command {
  return {
    name: kind,
    usage: `${kind} NODE`,
    does,
    run(scene, labels) {
      for (const label of labels) scene.world.tell(scene.host(label), { kind })
      return scene.take()
    },
  }
}

export const leave = telling('leave', 'it announces leaving for this generation, and ends')
export const drain = telling('drain', 'it announces going down without leaving, and ends')
