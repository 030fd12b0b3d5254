/** `stall c 2.5` */
import { given, millisOf, type Command } from '../command.js'

export const stall: Command = {
  name: 'stall',
  usage: 'stall NODE SECONDS',
  does: 'its process stands still, as under SIGSTOP',
  run(scene, [label, span]) {
    scene.world.stall(scene.host(given(label, 'a node')), millisOf(span))
    return scene.take()
  },
}
