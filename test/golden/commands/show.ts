/** `show events ping ack of a b` */
import { split, type Command } from '../command.js'

export const show: Command = {
  name: 'show',
  usage: 'show KIND... [of NODE...]',
  does: 'what is printed from now on: events, messages, or kinds of either (ping, member.down)',
  run(scene, words) {
    const [kinds, of] = split(words, 'of')
    scene.shown = { kinds, of }
    return []
  },
}
