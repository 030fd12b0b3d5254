/** `run 1.5` */
import { millisOf, type Command } from '../command.js'

export const run: Command = {
  name: 'run',
  usage: 'run SECONDS',
  does: 'lets so much time pass',
  run(scene, [span]) {
    scene.world.run(millisOf(span))
    return scene.take()
  },
}
