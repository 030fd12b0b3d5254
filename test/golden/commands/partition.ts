/** `partition a b / c d for 20` */
import { inflict } from '../../../simulations/fault.js'
import { millisOf, split, type Command } from '../command.js'

export const partition: Command = {
  name: 'partition',
  usage: 'partition NODE... / NODE... for SECONDS',
  does: 'neither side hears the other',
  run(scene, words) {
    const [before, [span]] = split(words, 'for')
    inflict(scene.world, { kind: 'partition', sides: split(before, '/'), span: millisOf(span) })
    return scene.take()
  },
}
