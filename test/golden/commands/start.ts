/** `start d by a`, `start b2 called b by a`, and `start c` for one that comes back. */
import { given, split, type Command } from '../command.js'

export const start: Command = {
  name: 'start',
  usage: 'start NODE [called NAME] [by SEED...]',
  does: 'starts a new node, or one that crashed or left, on what its disk holds',
  run(scene, words) {
    const [before, seeds] = split(words, 'by')
    const [[label], [name]] = split(before, 'called')
    const known = given(label, 'a node')
    const host = scene.labels.includes(known) ? scene.host(known) : scene.add(known, name)
    scene.world.start(
      host,
      seeds.map((seed) => scene.host(seed).address),
    )
    return scene.take()
  },
}
