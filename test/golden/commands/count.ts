/** `count a suspicions.phi probes.void` */
import { given, type Command } from '../command.js'

export const count: Command = {
  name: 'count',
  usage: 'count NODE COUNTER...',
  does: 'what it has counted, and its health score',
  run(scene, [label, ...names]) {
    const seen = scene.host(given(label, 'a node')).node?.view(scene.world.now)
    const counts = names.map((name) => `${name} ${seen?.counters[name] ?? 0}`)
    return [[...counts, `health score ${seen?.health ?? 0}`].join(', ')]
  },
}
