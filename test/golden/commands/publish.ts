/** `publish b motto 700` */
import { given, type Command } from '../command.js'

export const publish: Command = {
  name: 'publish',
  usage: 'publish NODE KEY BYTES',
  does: 'sets a fact of so many bytes about itself',
  run(scene, [label, key, size]) {
    const value = new Uint8Array(Number(given(size, 'a size')))
    const command = { kind: 'publish', key: given(key, 'a key'), value } as const
    scene.world.tell(scene.host(given(label, 'a node')), command)
    return scene.take()
  },
}
