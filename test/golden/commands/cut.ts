/** `cut a -> b for 3` */
import { inflict } from '../../../simulations/fault.js'
import { millisOf, split, type Command } from '../command.js'

export const cut: Command = {
  name: 'cut',
  usage: 'cut NODE... -> NODE... for SECONDS',
  does: 'one way: what the first send does not reach the second',
  run(scene, words) {
    const [before, [span]] = split(words, 'for')
    const [from, to] = split(before, '->')
    inflict(scene.world, { kind: 'cut', from, to, span: millisOf(span) })
    return scene.take()
  },
}
