/** `explain c by a` */
import { given, split, type Command } from '../command.js'

export const explain: Command = {
  name: 'explain',
  usage: 'explain NODE by NODE',
  does: 'the evidence that the second holds about the first, oldest first',
  run(scene, words) {
    const [[about], [by]] = split(words, 'by')
    const { hostId } = scene.host(given(about, 'a node'))
    const evidence = scene.host(given(by, 'by whom')).node?.evidence(hostId) ?? []
    const first = evidence[0]?.time ?? 0
    return evidence.map(({ time, kind, by: says, phi, detail }) => {
      const doubt = phi === null ? '' : ` (phi ${phi.toFixed(1)})`
      return `+${((time - first) / 1000).toFixed(3)} s  ${kind}, says ${says}${doubt}: ${detail}`
    })
  },
}
