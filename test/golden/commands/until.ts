/** `until member.down` */
import { given, type Command } from '../command.js'

const LIMIT = 120_000

export const until: Command = {
  name: 'until',
  usage: 'until TEXT',
  does: 'lets time pass until a line with these words is printed, for two minutes at most',
  run(scene, words) {
    const text = given(words.join(' ') || undefined, 'a text')
    const lines: string[] = []
    const took = scene.world.until(
      () => {
        lines.push(...scene.take())
        return lines.some((line) => line.includes(text))
      },
      LIMIT,
      1,
    )
    return took === undefined ? [...lines, `no "${text}" in two minutes`] : lines
  },
}
